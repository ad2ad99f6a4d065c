"""An import from the first row to the report."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from .draft import Draft, Drafter, source_id
from .errors import ImportProblem, Refused, Superseded
from .mapping import SourceMapping
from .pages import Writer, Written
from .readers import Row, check_columns, read
from .report import Outcome, Report, RowReport

logger = logging.getLogger(__name__)
BATCH = 50  # works in one transaction
# What says nothing of a row, but that the import cannot go on.
FATAL = (ImportProblem, Superseded, OperationalError, InterfaceError)


@dataclass(frozen=True)
class Decision:
    """What somebody decided on a row: why it is left out, or the page that it updates."""

    skip: str = ""
    page_id: int | None = None


Decisions = Mapping[int, Decision]
Record = Callable[[list[Written]], None]


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
    works, refused = sort_rows(table.rows, drafter)
    report.rows += refused
    with transaction.atomic() if dry_run else nullcontext():
        for batch in batches(works):
            report.rows += [row_report(one) for one in write_batch(batch, writer)]
        if dry_run:
            transaction.set_rollback(True)
    report.facets = drafter.facets
    report.rows.sort(key=lambda row: row.number)
    report.seconds = time.monotonic() - started
    return report


def sort_rows(
    rows: Iterable[Row], drafter: Drafter, heard: Callable[[int], None] = lambda _number: None
) -> tuple[list[list[Draft]], list[RowReport]]:
    """Give the drafts of each work, and the rows that cannot be taken.

    `heard` is told how many rows are done.
    """
    mapping = drafter.mapping
    works: dict[str, list[Draft]] = {}
    rows_of: dict[tuple[str, str], int] = {}
    refused: list[RowReport] = []
    for number, row in enumerate(rows, start=1):
        try:
            draft = drafter.draft(row)
            _refuse_second(draft, rows_of, has_key=bool(mapping.key))
            works.setdefault(draft.source_id, []).append(draft)
        except FATAL:
            raise
        except Exception as error:  # one row, whatever it holds, must not stop the others
            reason = reason_of(error, mapping, row.number)
            identifier = source_id(row, mapping)[:255]
            refused.append(RowReport(row.number, identifier, Outcome.REFUSED, reason))
        heard(number)
    return list(works.values()), refused


def reason_of(error: Exception, mapping: SourceMapping, row: int) -> str:
    """Say why a row is refused; what nobody foresaw is logged with its context."""
    if isinstance(error, Refused):
        return str(error)
    logger.error(
        "Import of %s: row %d failed", mapping.source_name, row, exc_info=error, stack_info=False
    )
    return _("An unforeseen error (%(error)s); it was noted for the administrators.") % {
        "error": f"{type(error).__name__}: {error}"[:300]
    }


def _refuse_second(draft: Draft, rows_of: dict[tuple[str, str], int], *, has_key: bool) -> None:
    """Raise Refused where an earlier row has the same identifier and language."""
    before = rows_of.setdefault((draft.source_id, draft.language), draft.row)
    if before != draft.row:
        message = (
            _("The row has the same identifier as row %(row)d.")
            if has_key
            else _("The row says the same as row %(row)d.")
        )
        raise Refused(message % {"row": before})


def batches(works: Iterable[list[Draft]]) -> Iterator[list[list[Draft]]]:
    """Divide works into those of one transaction each."""
    batch: list[list[Draft]] = []
    for drafts in works:
        batch.append(drafts)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def write_batch(
    works: list[list[Draft]],
    writer: Writer,
    decisions: Decisions | None = None,
    record: Record = lambda _written: None,
) -> list[Written]:
    """Write a batch; a work that cannot be written is refused and leaves the others alone.

    `record` gets what became of every draft, inside the transaction. Where the batch as a whole
    fails at its end, its works are written one by one, so that one alone is refused. Raises what
    is FATAL.
    """
    try:
        with transaction.atomic():
            with writer.batch():
                written = _write(works, writer, decisions or {})
            record(written)
    except FATAL:
        raise
    except Exception as error:  # whatever it is, it must fall on the one work that has it
        if len(works) > 1:
            found = []
            for drafts in works:
                found += write_batch([drafts], writer, decisions, record)
            return found
        reason = reason_of(error, writer.mapping, works[0][0].row)
        written = [Written(draft, Outcome.REFUSED, reason) for draft in works[0]]
        with transaction.atomic():
            record(written)
    return written


def _write(works: list[list[Draft]], writer: Writer, decisions: Decisions) -> list[Written]:
    known = writer.works([drafts[0].source_id for drafts in works])
    found: list[Written] = []
    for drafts in works:
        rest = []
        for draft in drafts:
            decision = decisions.get(draft.row)
            if decision is None:
                rest.append(draft)
            elif decision.skip:
                found.append(Written(draft, Outcome.REFUSED, decision.skip))
            else:
                update = partial(_update, writer, draft, decision.page_id)
                found += _guarded([draft], writer, update)
        if rest:
            work = known.get(rest[0].source_id)
            found += _guarded(rest, writer, partial(writer.write, rest, work))
    return found


def _update(writer: Writer, draft: Draft, page_id: int | None) -> list[Written]:
    return [writer.update(draft, page_id)]


def _guarded(
    drafts: list[Draft], writer: Writer, write: Callable[[], list[Written]]
) -> list[Written]:
    """Write, or refuse the drafts with the reason."""
    try:
        return write()
    except FATAL:
        raise
    except Exception as error:  # one work, whatever it holds, must not stop the others
        reason = reason_of(error, writer.mapping, drafts[0].row)
        return [Written(draft, Outcome.REFUSED, reason) for draft in drafts]


def row_report(written: Written) -> RowReport:
    """Give the line of the report for what was written."""
    taken = written.outcome is not Outcome.REFUSED
    return RowReport(
        number=written.draft.row,
        source_id=written.draft.source_id,
        outcome=written.outcome,
        reason=written.reason,
        reference=written.reference,
        lacking=written.draft.lacking if taken else (),
        notes=tuple(written.draft.notes) if taken else (),
    )
