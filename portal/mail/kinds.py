"""What kinds of mail are called, for those who look after them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

KIND_LABELS: Mapping[str, Any] = {
    "received": pgettext_lazy("mail", "Confirm the address"),
    "link": pgettext_lazy("mail", "New link"),
    "coauthor": pgettext_lazy("mail", "Invitation to write together"),
    "question": pgettext_lazy("mail", "Question to the author"),
    "endorsed": pgettext_lazy("mail", "Endorsed by the section"),
    "complete": pgettext_lazy("mail", "Please fill in the template"),
    "declined": pgettext_lazy("mail", "Declined"),
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
}


def kind_label(kind: str) -> str:
    """Give what a kind is called, or its code."""
    return str(KIND_LABELS.get(kind, kind))
