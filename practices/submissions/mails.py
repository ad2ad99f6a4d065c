"""What is mailed about a submission."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from portal.mail.outgoing import send
from portal.taxonomy.snapshot import snapshot

from .access import VALID, new_link
from .models import Submission
from .recipients import Recipient, recipients
from .states import Actor

# Mails that are about their link: their date is until when it is valid.
LINKS = frozenset({"received", "link", "coauthor"})


def about(submission: Submission) -> str:
    """Give by what the mails about a submission are found."""
    return f"submission:{submission.key}"


def mail(
    submission: Submission, kind: str, side: Actor, *, says: str = "", actor: str = ""
) -> None:
    """Mail one kind to everybody of one side."""
    public = submission.is_public
    for recipient in recipients(submission, side):
        _write(submission, kind, recipient, public=public, says=says, actor=actor)


def mail_to(
    submission: Submission, kind: str, recipient: Recipient, *, says: str = "", actor: str = ""
) -> None:
    """Mail one kind to one person, in their language. An author's link opens without a password."""
    public = submission.is_public
    _write(submission, kind, recipient, public=public, says=says, actor=actor)


def _write(
    submission: Submission, kind: str, recipient: Recipient, *, public: bool, says: str, actor: str
) -> None:
    language = recipient.language
    section = snapshot().by_pk(submission.section_id)
    with override(language):
        context: dict[str, Any] = {
            "title": submission.title,
            "reference": submission.reference,
            "section": section.label(language) if section else "",
            "kind": submission.get_kind_display(),
            "says": says,
            "actor": actor,
            "until": _until(submission, kind),
            "name": recipient.name,
            "site_name": settings.WAGTAIL_SITE_NAME,
            "link": _whole(_path(submission, recipient)),
            "public_url": _public_address(submission) if public else "",
        }
    send(kind, recipient.email, language, context, about(submission))


def _until(submission: Submission, kind: str) -> datetime.date | None:
    """Give until when something is asked for: that of a link, or the day the submission is due.

    A reminder names none: its day is past.
    """
    if kind in LINKS:
        return timezone.localdate() + VALID
    return None if kind.startswith("reminder-") else submission.due


def _path(submission: Submission, recipient: Recipient) -> str:
    if recipient.is_author:
        return reverse("submissions:link", args=[new_link(submission, recipient.email)])
    return reverse("submissions:case", args=[submission.key])


def _public_address(submission: Submission) -> str:
    return _whole(reverse("work_in_language", args=[submission.reference]))


def _whole(path: str) -> str:
    return urljoin(settings.WAGTAILADMIN_BASE_URL, path)
