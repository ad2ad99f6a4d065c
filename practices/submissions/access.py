"""Mailed links: they prove an address, open a submission, and work once.

A link lets its reader in as the author whose address it was sent to. It never lets in people who
have rights beyond their own submissions: they log in.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from enum import StrEnum

from django.utils import timezone

from .models import AccessLink, Submission

VALID = datetime.timedelta(days=14)


class LinkState(StrEnum):
    """What a link is when it is opened."""

    GOOD = "good"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def new_link(submission: Submission, email: str) -> str:
    """Make a link for an address; give its secret, which only the mail holds."""
    secret = secrets.token_urlsafe(32)
    AccessLink.objects.create(
        submission=submission,
        email=email.lower(),
        digest=_digest(secret),
        expires=timezone.now() + VALID,
    )
    return secret


def find(secret: str) -> tuple[LinkState, AccessLink | None]:
    """Give the state of a link, and the link itself where there is one."""
    link = (
        AccessLink.objects.filter(digest=_digest(secret))
        .select_related("submission__section", "submission__work")
        .first()
    )
    if link is None:
        return LinkState.UNKNOWN, None
    if link.used is not None:
        return LinkState.USED, link
    if link.expires < timezone.now():
        return LinkState.EXPIRED, link
    return LinkState.GOOD, link


def use(link: AccessLink) -> bool:
    """Use a link up; give whether this call was the one that did."""
    changed = AccessLink.objects.filter(pk=link.pk, used__isnull=True).update(used=timezone.now())
    return changed == 1


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
