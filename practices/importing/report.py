"""What an import did: every row with its outcome, and what an editor should look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

SHOWN = 25  # lines of each list in the text; the JSON has all


class Outcome(StrEnum):
    """What became of a row."""

    MADE = "made"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


OUTCOMES: dict[str, Any] = {
    Outcome.MADE: pgettext_lazy("import", "Made"),
    Outcome.CHANGED: pgettext_lazy("import", "Changed"),
    Outcome.SAME: pgettext_lazy("import", "Unchanged"),
    Outcome.REFUSED: pgettext_lazy("import", "Refused"),
}


@dataclass
class RowReport:
    """One row: where it stands in the file, what became of it and why, what it lacks."""

    number: int
    source_id: str
    outcome: Outcome
    reason: str = ""
    reference: str = ""
    lacking: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the row for the JSON."""
        return {
            "row": self.number,
            "source_id": self.source_id,
            "outcome": str(self.outcome),
            "reason": self.reason,
            "reference": self.reference,
            "lacking": list(self.lacking),
            "notes": list(self.notes),
        }


@dataclass
class FacetReport:
    """How many of a column's values were mapped, and which were not."""

    mapped: int = 0
    unmapped: Counter[str] = field(default_factory=Counter)
    misspelt: Counter[str] = field(default_factory=Counter)

    @property
    def values(self) -> int:
        """Give the number of values that rows held."""
        return self.mapped + self.unmapped.total()


@dataclass
class Report:
    """What an import of one file did. `rows_in` equals the sum of the four outcomes, always."""

    source: str
    file: str
    dry_run: bool = False
    rows_in: int = 0
    rows: list[RowReport] = field(default_factory=list)
    facets: dict[str, FacetReport] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    columns_left_out: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def count(self, outcome: Outcome) -> int:
        """Give the number of rows with an outcome."""
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def kept(self) -> list[RowReport]:
        """List rows that the source has changed, but an editor, too: the editor's stay."""
        return [row for row in self.rows if row.outcome is Outcome.SAME and row.reason]

    @property
    def refused(self) -> list[RowReport]:
        """List the refused rows."""
        return [row for row in self.rows if row.outcome is Outcome.REFUSED]

    @property
    def lacking(self) -> Counter[str]:
        """Count, for each part of the template, the rows that leave it empty."""
        return Counter(part for row in self.rows for part in row.lacking)

    @property
    def row_notes(self) -> Counter[str]:
        """Count the notes of all rows."""
        return Counter(note for row in self.rows for note in row.notes)

    @property
    def facet_share(self) -> float:
        """Give the share of facet values that were mapped, 1.0 where there are none."""
        values = sum(facet.values for facet in self.facets.values())
        return sum(f.mapped for f in self.facets.values()) / values if values else 1.0

    def as_dict(self) -> dict[str, Any]:
        """Give everything, for JSON."""
        return {
            "source": self.source,
            "file": self.file,
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 2),
            "rows_in": self.rows_in,
            **{str(outcome): self.count(outcome) for outcome in Outcome},
            "kept": len(self.kept),
            "facet_share": round(self.facet_share, 4),
            "facets": {
                column: {
                    "values": facet.values,
                    "mapped": facet.mapped,
                    "unmapped": dict(facet.unmapped.most_common()),
                    "misspelt": dict(facet.misspelt.most_common()),
                }
                for column, facet in self.facets.items()
            },
            "lacking": dict(self.lacking.most_common()),
            "notes": self.notes,
            "row_notes": dict(self.row_notes.most_common()),
            "columns_left_out": self.columns_left_out,
            "rows": [row.as_dict() for row in self.rows],
        }

    def as_text(self) -> str:
        """Give what a person reads at the end of a run."""
        lines = [
            _("%(source)s, from %(file)s") % {"source": self.source, "file": self.file}
            + (_(" (dry run: nothing was written)") if self.dry_run else ""),
            _(
                "%(rows)d rows: %(made)d made, %(changed)d changed, %(same)d same, "
                "%(refused)d refused (%(seconds).1f s)"
            )
            % {
                "rows": self.rows_in,
                "seconds": self.seconds,
                **{str(outcome): self.count(outcome) for outcome in Outcome},
            },
        ]
        lines += self.notes
        if self.kept:
            lines.append(
                ngettext(
                    "%(count)d row was changed at the source and by an editor; the editor's stays:",
                    "%(count)d rows were changed at the source and by an editor; "
                    "the editor's stay:",
                    len(self.kept),
                )
                % {"count": len(self.kept)}
            )
            lines += _shown([f"{row.reference}: {row.reason}" for row in self.kept])
        lines += self._refusals() + self._facets()
        lines += _counted(_("Parts that rows leave empty:"), self.lacking)
        lines += _counted(_("Notes:"), self.row_notes)
        if self.columns_left_out:
            lines.append(
                _("Columns not taken over: %(names)s") % {"names": ", ".join(self.columns_left_out)}
            )
        return "\n".join(lines)

    def _refusals(self) -> list[str]:
        if not self.refused:
            return []
        reasons = Counter(row.reason for row in self.refused)
        if len(reasons) < len(self.refused):
            return _counted(_("Refused:"), reasons)
        rows = [
            _("row %(row)d (%(id)s): %(reason)s")
            % {"row": row.number, "id": row.source_id or "–", "reason": row.reason}
            for row in self.refused
        ]
        return [_("Refused:"), *_shown(rows)]

    def _facets(self) -> list[str]:
        if not self.facets:
            return []
        lines = [
            _("Values mapped to terms: %(share).1f %%") % {"share": self.facet_share * 100},
        ]
        not_mapped, misspelt = _("not mapped"), _("read as misspelt")
        for column, facet in self.facets.items():
            lines.append(f"  {column}: {facet.mapped} / {facet.values}")
            lines += [
                f"    {not_mapped}: {value} ({count})"
                for value, count in facet.unmapped.most_common(SHOWN)
            ]
            lines += [
                f"    {misspelt}: {value} ({count})"
                for value, count in facet.misspelt.most_common(SHOWN)
            ]
        return lines


def _shown(lines: list[str]) -> list[str]:
    more = len(lines) - SHOWN
    shown = [f"  {line}" for line in lines[:SHOWN]]
    return [*shown, "  " + _("… and %(count)d more") % {"count": more}] if more > 0 else shown


def _counted(heading: str, counts: Counter[str]) -> list[str]:
    if not counts:
        return []
    return [heading, *_shown([f"{name}: {count}" for name, count in counts.most_common()])]
