"""The import itself, row by row into the report; begun again, it goes on where it stopped."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from .draft import Draft
from .errors import ImportProblem
from .files import opened
from .models import ImportDuplicate, ImportRow, ImportRun
from .pages import Writer, Written
from .progress import Job
from .report import Outcome, RowReport
from .run import Decision, batches, sort_rows, write_batch

ROWS = 500  # refused rows in one transaction
IMPORTED = "importing.imported"


def execute(job: Job) -> None:
    """Import what is not imported yet.

    A row of the report is written in the same transaction as what it tells of: so a killed
    attempt leaves nothing half done, and a new one nothing done twice.
    """
    run = job.run
    drafter, table = opened(run)
    done = set(run.rows.values_list("number", flat=True))
    job.total(len(table.rows), len(done))
    works, refused = sort_rows(table.rows, drafter)
    _record_refused(job, [row for row in refused if row.number not in done])
    writer = Writer(drafter.mapping, live=drafter.choices.live, user=run.user)
    decisions = decisions_of(run)
    left = [rest for drafts in works if (rest := [d for d in drafts if d.row not in done])]
    for batch in batches(left):
        write_batch(batch, writer, decisions, lambda written: _record(job, written))
    with transaction.atomic():
        job.hold()
        counts = run.counts()
        if sum(counts.values()) != len(table.rows):
            raise ImportProblem(
                _("The report has %(rows)d rows, the file %(file)d; begin again.")
                % {"rows": sum(counts.values()), "file": len(table.rows)}
            )
        run.finished = timezone.now()
        log(instance=run, action=IMPORTED, user=run.user, data={"counts": counts})
        job.finish(ImportRun.State.DONE, "finished")


def decisions_of(run: ImportRun) -> Mapping[int, Decision]:
    """Give what was decided on rows, where it is not what happens anyway."""
    found = {}
    for one in run.duplicates.all():
        if one.decision == ImportDuplicate.Decision.SKIP:
            other = one.other.get("reference") or _("row %(row)d") % {"row": one.other_number or 0}
            found[one.number] = Decision(
                skip=_("Left out as you decided: it looks like %(other)s (%(reason)s).")
                % {"other": other, "reason": one.get_reason_display()}
            )
        elif one.decision == ImportDuplicate.Decision.UPDATE and one.page_id is not None:
            found[one.number] = Decision(page_id=one.page_id)
    return found


def _record_refused(job: Job, refused: list[RowReport]) -> None:
    for start in range(0, len(refused), ROWS):
        part = refused[start : start + ROWS]
        with transaction.atomic():
            job.advance(len(part))
            ImportRow.objects.bulk_create(
                ImportRow(
                    run=job.run,
                    number=row.number,
                    source_id=row.source_id,
                    outcome=row.outcome,
                    reason=row.reason,
                )
                for row in part
            )


def _record(job: Job, written: list[Written]) -> None:
    """Write the lines of a batch, inside its transaction. Raises Superseded."""
    job.advance(len(written))
    ImportRow.objects.bulk_create([_row(job.run, one) for one in written])


def _row(run: ImportRun, written: Written) -> ImportRow:
    draft, page = written.draft, written.page
    return ImportRow(
        run=run,
        number=draft.row,
        source_id=draft.source_id,
        title=_title(draft),
        outcome=written.outcome,
        reason=written.reason,
        notes=draft.notes if written.outcome is not Outcome.REFUSED else [],
        reference=written.reference,
        work_id=page.work.pk if page is not None else None,
        page_id=page.pk if page is not None else None,
        revision_id=page.latest_revision_id if page is not None else None,
        before=dict(written.before),
    )


def _title(draft: Draft) -> str:
    return str(draft.fields.get("title", ""))[:255]
