"""The report of an import as CSV, which spreadsheet programs show as it is and do not run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .models import ImportRow, ImportRun
from .report import OUTCOMES

BOM = "\ufeff"  # without it, spreadsheet programs break accents
# What a spreadsheet program would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
CHUNK = 500


def defused(cell: object) -> str:
    """Give a cell's text so that no program takes it for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def report_lines(run: ImportRun) -> Iterator[str]:
    """Give the lines of the report, one for each row of the file."""
    yield BOM + _line(
        [
            _("Row"),
            _("Outcome"),
            _("Title"),
            _("Identifier at the source"),
            _("Reference"),
            _("Reason"),
            _("Notes"),
            _("Undone"),
            _("Why it was kept"),
        ]
    )
    for row in run.rows.order_by("number").iterator(CHUNK):
        yield _line(
            [
                row.number,
                OUTCOMES[row.outcome],
                row.title,
                row.source_id,
                row.reference,
                row.reason,
                "; ".join(row.notes),
                ImportRow.Undone(row.undone).label if row.undone else "",
                row.undone_reason,
            ]
        )


def _line(cells: list[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(defused(cell) for cell in cells)
    return buffer.getvalue()
