"""What kinds of mail are called, for those who look after them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

KIND_LABELS: Mapping[str, Any] = {
    "received": pgettext_lazy("mail", "Confirm the address"),
    "received-known": pgettext_lazy("mail", "Received from a known address"),
    "link": pgettext_lazy("mail", "New link"),
    "coauthor": pgettext_lazy("mail", "Invitation to write together"),
    "question": pgettext_lazy("mail", "Question to the author"),
    "endorsed": pgettext_lazy("mail", "Endorsed by the section"),
    "complete": pgettext_lazy("mail", "Please fill in the template"),
    "declined": pgettext_lazy("mail", "Declined"),
    "reopened": pgettext_lazy("mail", "Reopened"),
    "reviewers-reopened": pgettext_lazy("mail", "Reopened, to the reviewers"),
    "change-declined": pgettext_lazy("mail", "Change declined"),
    "with-secretariat": pgettext_lazy("mail", "With the Secretariat"),
    "published": pgettext_lazy("mail", "Published"),
    "review-due": pgettext_lazy("mail", "Review due, to the author"),
    "archived": pgettext_lazy("mail", "Archived"),
    "reminder-author": pgettext_lazy("mail", "Reminder to the author"),
    "section-interest": pgettext_lazy("mail", "Expression of interest, to the section"),
    "section-answer": pgettext_lazy("mail", "Answer, to the section"),
    "section-review": pgettext_lazy("mail", "To be reviewed by the section"),
    "section-declined": pgettext_lazy("mail", "Declined, to the section"),
    "section-published": pgettext_lazy("mail", "Published, to the section"),
    "section-review-due": pgettext_lazy("mail", "Review due, to the section"),
    "section-archived": pgettext_lazy("mail", "Archived, to the section"),
    "reminder-section": pgettext_lazy("mail", "Reminder to the section"),
    "secretariat-review": pgettext_lazy("mail", "To be reviewed by the Secretariat"),
    "reminder-secretariat": pgettext_lazy("mail", "Reminder to the Secretariat"),
    "assigned": pgettext_lazy("mail", "Assigned"),
    "account-verify-new": pgettext_lazy("mail", "Verify the address of a new account"),
    "account-verify": pgettext_lazy("mail", "Verify a new address"),
    "account-exists": pgettext_lazy("mail", "There is an account already"),
    "account-unknown": pgettext_lazy("mail", "There is no such account"),
    "account-reset": pgettext_lazy("mail", "Link to a new password"),
    "account-password-changed": pgettext_lazy("mail", "Password changed"),
    "account-address-changed": pgettext_lazy("mail", "Mail address changed"),
    "account-two-factor-on": pgettext_lazy("mail", "Second step turned on"),
    "account-two-factor-off": pgettext_lazy("mail", "Second step turned off"),
    "account-new-codes": pgettext_lazy("mail", "New recovery codes"),
    "account-invitation": pgettext_lazy("mail", "Invitation to work on the portal"),
}


def kind_label(kind: str) -> str:
    """Give what a kind is called, or its code."""
    return str(KIND_LABELS.get(kind, kind))
