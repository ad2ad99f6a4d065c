"""An import from the first row to the report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from .draft import Draft, Drafter, source_id
from .errors import Refused
from .mapping import SourceMapping
from .pages import Writer, Written
from .readers import Row, check_columns, read
from .report import Outcome, Report, RowReport

BATCH = 50  # works in one transaction


def run_import(mapping: SourceMapping, path: Path, *, dry_run: bool = False) -> Report:
    """Import a file by a mapping; with `dry_run`, find out what would happen and undo it.

    Every row of the file is in the report. Raises ImportProblem, with nothing written, where the
    file is not what the mapping says.
    """
    started = time.monotonic()
    table = read(mapping.reader, path, mapping.reader_options, mapping.reads)
    check_columns(table.columns, mapping.reads, mapping.optional | mapping.ignored, path.name)
    report = Report(mapping.source_name, path.name, dry_run, rows_in=len(table.rows))
    report.notes += table.notes
    report.columns_left_out = sorted(set(table.columns) - mapping.reads - mapping.optional)
    drafter = Drafter(mapping)
    writer = Writer(mapping)
    with transaction.atomic() if dry_run else nullcontext():
        for works in _batches(_drafts(table.rows, drafter, report)):
            _write(works, writer, report)
        if dry_run:
            transaction.set_rollback(True)
    report.facets = drafter.facets
    report.rows.sort(key=lambda row: row.number)
    report.seconds = time.monotonic() - started
    return report


def _drafts(rows: list[Row], drafter: Drafter, report: Report) -> Iterator[list[Draft]]:
    """Give the drafts of each work; rows that cannot be taken go to the report."""
    mapping = drafter.mapping
    works: dict[str, list[Draft]] = {}
    rows_of: dict[tuple[str, str], int] = {}
    for row in rows:
        try:
            draft = drafter.draft(row)
            _refuse_second(draft, rows_of)
        except Refused as refusal:
            identifier = source_id(row, mapping)
            report.rows.append(
                RowReport(row.number, identifier[:255], Outcome.REFUSED, str(refusal))
            )
            continue
        works.setdefault(draft.source_id, []).append(draft)
    yield from works.values()


def _refuse_second(draft: Draft, rows_of: dict[tuple[str, str], int]) -> None:
    """Raise Refused where an earlier row has the same identifier and language."""
    before = rows_of.setdefault((draft.source_id, draft.language), draft.row)
    if before != draft.row:
        raise Refused(_("The row has the same identifier as row %(row)d.") % {"row": before})


def _batches(works: Iterator[list[Draft]]) -> Iterator[list[list[Draft]]]:
    batch: list[list[Draft]] = []
    for drafts in works:
        batch.append(drafts)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _write(works: list[list[Draft]], writer: Writer, report: Report) -> None:
    """Write a batch; a work that cannot be written is refused and leaves the others alone."""
    with writer.batch():
        known = writer.works([drafts[0].source_id for drafts in works])
        for drafts in works:
            try:
                written = writer.write(drafts, known.get(drafts[0].source_id))
            except Refused as refusal:
                written = [Written(draft, Outcome.REFUSED, str(refusal)) for draft in drafts]
            for one in written:
                made = one.outcome is not Outcome.REFUSED
                report.rows.append(
                    RowReport(
                        number=one.draft.row,
                        source_id=one.draft.source_id,
                        outcome=one.outcome,
                        reason=one.reason,
                        reference=one.reference,
                        lacking=one.draft.lacking if made else (),
                        notes=tuple(one.draft.notes) if made else (),
                    )
                )
