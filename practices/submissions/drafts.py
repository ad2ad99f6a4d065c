"""Saving what is typed: by two people, in two windows, and late; nobody's text is lost.

A form says beside each field by a digest which value it showed. What this window did not touch
stays as it is stored, whoever changed it. What was stored meanwhile by somebody else is not
overwritten: both texts are shown, and who saves then knows what they do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from portal.accounts.models import User

from .checking import kept
from .errors import NotWritable
from .fields import FieldKind, FormField, field_names
from .models import Submission
from .permissions import may_write
from .states import State

# How long the JSON of one value may be: forty times the longest part of the template.
MOST = 200_000


@dataclass(frozen=True)
class Typed:
    """What a form held of a field: its value, and the digest of what the form showed before."""

    value: Any
    was: str


@dataclass(frozen=True)
class Conflict:
    """Somebody else stored `theirs` since the form was shown. who: a name; own: the same person."""

    theirs: Any
    who: str = ""
    own: bool = False
    when: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of saving: the names of the fields that were stored, and those that were not."""

    saved: list[str] = field(default_factory=list)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    too_long: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was left unsaved."""
        return not self.conflicts and not self.too_long


def stored(submission: Submission, asked: FormField) -> Any:
    """Give a stored value in the shape in which the form would send it."""
    value = submission.values.get(asked.name, asked.empty)
    if asked.kind is FieldKind.ROWS:
        names = [column.name for column in asked.columns]
        value = [{name: row.get(name, "") for name in names} for row in value or ()]
    return kept(asked, value)


def digest(value: Any) -> str:
    """Give a short digest of a value, by which it is known again."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@transaction.atomic
def save(submission: Submission, user: Any, typed: Mapping[str, Typed], tab: str) -> Outcome:
    """Store what was typed, by field, and bring `submission` up to date.

    tab: what the window calls itself; what it stored itself is no conflict, however late the
    answer came. Raises NotWritable where the submission is not being written any more, or not by
    this person.
    """
    fresh = Submission.objects.select_for_update().get(pk=submission.pk)
    if not may_write(user, fresh):
        raise NotWritable(_("It was sent meanwhile, and cannot be changed now."))
    fields = field_names(fresh.kind)
    outcome = Outcome()
    for name, one in typed.items():
        before = stored(fresh, fields[name])
        edit = fresh.edited.get(name, {})
        if digest(one.value) in (one.was, digest(before)):
            continue
        if len(json.dumps(one.value, ensure_ascii=False)) > MOST:
            outcome.too_long.append(name)
        elif digest(before) != one.was and (not tab or edit.get("tab") != tab):
            outcome.conflicts[name] = _conflict(before, edit, user)
        else:
            fresh.values[name] = one.value
            fresh.edited[name] = {"by": user.pk, "at": timezone.now().isoformat(), "tab": tab}
            outcome.saved.append(name)
    if outcome.saved:
        if fresh.state == State.DRAFT and "title" in outcome.saved and fresh.values["title"]:
            fresh.title = fresh.values["title"][:255]
        fresh.save(update_fields=["values", "edited", "title", "changed"])
    submission.values, submission.edited = fresh.values, fresh.edited
    submission.title, submission.changed = fresh.title, fresh.changed
    return outcome


def _conflict(theirs: Any, edit: Mapping[str, Any], user: Any) -> Conflict:
    when = parse_datetime(edit.get("at", ""))
    if edit.get("by") == user.pk:
        return Conflict(theirs, own=True, when=when)
    other = User.objects.filter(pk=edit.get("by", 0)).first()
    return Conflict(theirs, who=other.get_full_name() if other else "", when=when)
