"""The report of an import as a table that spreadsheet programs show, and do not run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal.cms.spreadsheets import csv_answer

from .models import ImportRow, ImportRun
from .report import OUTCOMES

CHUNK = 500


def report_answer(run: ImportRun) -> HttpResponse:
    """Give the report as CSV, a line for each row of the file."""
    headings = [
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
    return csv_answer(f"import-{run.pk}", headings, _lines(run))


def _lines(run: ImportRun) -> Iterator[list[Any]]:
    for row in run.rows.order_by("number").iterator(CHUNK):
        yield [
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
