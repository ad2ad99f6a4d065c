"""Who gets the mails about a submission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from portal.accounts.roles import EDITOR, SECTION_STAFF, group_name
from portal.taxonomy.snapshot import snapshot

from .models import Submission
from .permissions import actors_of
from .states import Actor


@dataclass(frozen=True)
class Recipient:
    """A person who gets a mail; `is_author` decides what the mail's link opens."""

    email: str
    name: str
    language: str
    is_author: bool = False


def recipients(submission: Submission, side: Actor) -> list[Recipient]:
    """List who stands for a side. A section without staff is stood in for by the Secretariat."""
    if side is Actor.AUTHOR:
        return authors(submission)
    if submission.assigned is not None and side in actors_of(submission.assigned, submission):
        return [_person(submission.assigned)]
    if side is Actor.SECTION:
        section = snapshot().by_pk(submission.section_id)
        code = section.code if section else submission.section.code
        found = _members(group_name(SECTION_STAFF, code), submission)
        return found or recipients(submission, Actor.SECRETARIAT)
    return _members(EDITOR.code, submission)


def authors(submission: Submission) -> list[Recipient]:
    """List the authors; before the address is confirmed, the one that was given."""
    people = [one for one in submission.authors.all() if one.is_active]
    if people:
        return [
            Recipient(one.email, one.get_full_name(), one.language or submission.language, True)
            for one in people
        ]
    if not submission.author_email:
        return []
    return [Recipient(submission.author_email, submission.author_name, submission.language, True)]


def _members(group: str, submission: Submission) -> list[Recipient]:
    people = get_user_model().objects.filter(groups__name=group, is_active=True)
    writing = {one.pk for one in submission.authors.all()}
    return [_person(one) for one in people.order_by("pk").distinct() if one.pk not in writing]


def _person(user: Any) -> Recipient:
    return Recipient(user.email, user.get_full_name(), user.language or settings.LANGUAGE_CODE)
