"""What a reading would change: the answers of the file beside those of the submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from ..checking import problems_of
from ..drafts import digest, stored
from ..fields import FormField, fields_of
from ..models import Submission, WordReading
from ..reading import shown
from .report import PICTURES, Note, Report
from .wording import in_file


@dataclass(frozen=True)
class Change:
    """An answer of the file that differs. was: the digest of the stored one.

    problem: what is wrong with it and must be put right before sending. changed: when the stored
    one was changed on the portal after the file was made, else None.
    """

    field: FormField
    old: str
    new: str
    was: str
    problem: str
    notes: Sequence[Note]
    changed: datetime | None

    @property
    def name(self) -> str:
        """Give the name of the field."""
        return self.field.name


@dataclass
class Comparison:
    """A reading beside its submission.

    same: labels of fields of which the file says what is stored. kept: of those that are empty in
    it and stay as they are. unread: labels of fields of which nothing was understood, with why.
    """

    report: Report
    changes: list[Change] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unread: list[tuple[str, Sequence[Note]]] = field(default_factory=list)

    @property
    def pictures(self) -> str:
        """Say how many pictures were left out, or ""."""
        count = self.report.pictures
        return str(PICTURES % {"count": count}) if count else ""


def compare(submission: Submission, reading: WordReading) -> Comparison:
    """Compare what was read with what is stored."""
    report = Report.from_json(reading.report)
    found = Comparison(report)
    since = report.made or reading.created
    for asked in fields_of(submission.kind):
        if not in_file(asked):
            continue
        notes = report.notes.get(asked.name, [])
        if asked.name not in reading.values:
            if notes:
                found.unread.append((str(asked.label), notes))
            else:
                found.kept.append(str(asked.label))
            continue
        old, new = stored(submission, asked), reading.values[asked.name]
        if digest(old) == digest(new):
            found.same.append(str(asked.label))
            if notes:
                found.unread.append((str(asked.label), notes))
            continue
        found.changes.append(
            Change(
                asked,
                shown(asked, old) if old else "",
                shown(asked, new),
                digest(old),
                problems_of(asked, new),
                notes,
                _changed_after(submission.edited.get(asked.name, {}), since),
            )
        )
    return found


def _changed_after(edit: dict[str, Any], since: datetime) -> datetime | None:
    when = parse_datetime(edit.get("at", ""))
    return when if when is not None and when > since else None
