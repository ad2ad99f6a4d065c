"""What was understood of a Word file and what was not, in words of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

# What can be said, by code: the words wait for the reader's language.
NOTES: Mapping[str, Any] = {
    "unknown": _("“%(text)s” is in no list."),
    "near": _("“%(text)s” is in no list. Is “%(near)s” meant?"),
    "several": _("Several are ticked: %(text)s. Only one can be."),
    "unclear": _("It is not clear what “%(text)s” means here."),
    "no_table": _("This stands outside the table: “%(text)s”."),
    "cell": _("Row %(row)s: “%(text)s” is in no list, and was left out."),
    "other_kind": _("The file was made for another type of work (%(text)s). What fits was read."),
    "other_submission": _("The file was made for another submission. What fits was read."),
    "nothing": _("Nothing that belongs to the template was found in the file."),
}
PICTURES = ngettext_lazy(
    "%(count)d picture was left out. Add it in the step “Pictures, documents, links”.",
    "%(count)d pictures were left out. Add them in the step “Pictures, documents, links”.",
    "count",
)


@dataclass(frozen=True)
class Note:
    """Something to be said of a field or of the file: a code of NOTES, and what it is about."""

    code: str
    about: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(NOTES[self.code]) % self.about


@dataclass
class Report:
    """What was found in a file, besides the values.

    notes: by name of field. general: of the file as a whole. nowhere: what belongs to no field,
    as it stands. pictures: how many were left out. made: when the template was made.
    """

    notes: dict[str, list[Note]] = field(default_factory=dict)
    general: list[Note] = field(default_factory=list)
    nowhere: list[str] = field(default_factory=list)
    pictures: int = 0
    made: datetime | None = None

    def note(self, name: str, code: str, **about: str) -> None:
        """Say something of a field."""
        self.notes.setdefault(name, []).append(Note(code, about))

    def as_json(self) -> dict[str, Any]:
        """Give it as it is stored."""
        return asdict(self) | {"made": self.made.isoformat() if self.made else ""}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Report:
        """Give what was stored."""
        return cls(
            notes={
                name: [Note(one["code"], one["about"]) for one in notes]
                for name, notes in stored.get("notes", {}).items()
            },
            general=[Note(one["code"], one["about"]) for one in stored.get("general", [])],
            nowhere=list(stored.get("nowhere", [])),
            pictures=int(stored.get("pictures", 0)),
            made=parse_datetime(stored.get("made", "")),
        )


@dataclass
class Reading:
    """What was read: values by name of field, and the report. What was empty is in neither."""

    values: dict[str, Any]
    report: Report
