"""Undoing an import as a whole: what nobody has touched since goes back to what it was."""

from __future__ import annotations

import logging
import uuid

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from portal.cms.models import Work, WorkPage
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from .models import ImportRow, ImportRun
from .progress import Job
from .report import Outcome

logger = logging.getLogger(__name__)
BATCH = 20  # rows in one transaction
UNDONE = "importing.undone"
State = ImportRow.Undone


class Kept(Exception):
    """A row cannot be undone; the message says why."""


def undo(job: Job) -> None:
    """Remove what the import made, restore what it changed; what was edited since stays.

    Rows that were undone before are left alone, so that undoing twice does nothing more.
    """
    run = job.run
    rows = run.rows.filter(
        outcome__in=[Outcome.MADE, Outcome.CHANGED], undone__in=[State.NOT, State.KEPT]
    )
    numbers = list(rows.order_by("-number").values_list("pk", flat=True))
    job.total(len(numbers))
    for start in range(0, len(numbers), BATCH):
        part = numbers[start : start + BATCH]
        with transaction.atomic():
            job.advance(len(part))
            for row in ImportRow.objects.filter(pk__in=part).select_related("work"):
                _undo_row(row, run)
    with transaction.atomic():
        job.hold()
        data = {
            state: run.rows.filter(undone=state).count()
            for state in (State.REMOVED, State.RESTORED, State.KEPT)
        }
        log(instance=run, action=UNDONE, user=run.user, data={"counts": data})
        job.finish(ImportRun.State.UNDONE)


def _undo_row(row: ImportRow, run: ImportRun) -> None:
    try:
        with transaction.atomic():
            if row.outcome == Outcome.MADE:
                row.undone, row.undone_reason = _remove(row, run), ""
            else:
                row.undone, row.undone_reason = _restore(row, run), ""
    except Kept as reason:
        row.undone, row.undone_reason = State.KEPT, str(reason)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # one page that resists must not keep the others from being undone
        logger.exception("Undoing import %d: row %d failed", run.pk, row.number)
        row.undone = State.KEPT
        row.undone_reason = _("An unforeseen error (%(error)s).") % {
            "error": f"{type(error).__name__}: {error}"[:300]
        }
    row.save(update_fields=["undone", "undone_reason"])


def _remove(row: ImportRow, run: ImportRun) -> State:
    page = WorkPage.objects.filter(pk=row.page_id).first()
    if page is None:
        return State.REMOVED  # somebody has deleted it before
    _check_untouched(row, page)
    if run.user is not None and not page.permissions_for_user(run.user).can_delete():
        raise Kept(_("you may not delete it"))
    work = page.work
    others = WorkPage.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    own = run.rows.filter(outcome=Outcome.MADE).values("page_id")
    is_original = work.source_locale_id == page.locale_id
    if is_original and others.exclude(pk__in=own).exists():
        raise Kept(_("it has been translated since"))
    if is_original and others.exists():
        # Its other languages came with it, and go first; where one stays, it stays.
        for other in run.rows.filter(page_id__in=others.values("pk"), undone__in=["", State.KEPT]):
            _check_untouched(other, others.get(pk=other.page_id))
            others.get(pk=other.page_id).specific.delete(user=run.user)
    page.specific.delete(user=run.user)
    if work.pk and not WorkPage.objects.filter(translation_key=work.translation_key).exists():
        _let_go(work)
    return State.REMOVED


def _let_go(work: Work) -> None:
    """Delete a work without pages, or keep of what was public that it is gone.

    Its identity at the source becomes free: a corrected file makes it anew.
    """
    if not work.published_once:
        work.delete()
        return
    Work.objects.filter(pk=work.pk).update(
        translation_key=uuid.uuid4(),
        source_name="",
        source_id="",
        source_url="",
        imported_digest="",
        taken_down_on=timezone.localdate(),
    )


def _restore(row: ImportRow, run: ImportRun) -> State:
    page = WorkPage.objects.filter(pk=row.page_id).first()
    if page is None:
        raise Kept(_("it was deleted since"))
    page = page.specific
    _check_untouched(row, page, made=False)
    if run.user is not None and not page.permissions_for_user(run.user).can_edit():
        raise Kept(_("you may not change it"))
    before = Revision.objects.filter(pk=row.before.get("revision")).first()
    if before is None:
        raise Kept(_("its former content is no longer kept"))
    former = before.as_object()
    revision = former.save_revision(log_action=False, clean=False)
    log(
        instance=page,
        action="wagtail.revert",
        user=run.user,
        revision=revision,
        content_changed=True,
        data={"revision": {"id": before.pk, "created": before.created_at.isoformat()}},
    )
    if row.before.get("live") and page.live:
        # What was public before is so again, whatever publication needs today.
        Page.publish(former, revision, user=run.user)
    imported_at = row.before.get("imported_at")
    Work.objects.filter(pk=page.work.pk).update(
        imported_digest=row.before.get("imported_digest", ""),
        source_url=row.before.get("source_url", ""),
        # After the revision that restores: that one is the undoing's, no editor's.
        imported_at=timezone.now() if imported_at else None,
    )
    return State.RESTORED


def _check_untouched(row: ImportRow, page: WorkPage, *, made: bool = True) -> None:
    """Raise Kept where somebody has done something to a page since the import."""
    if page.latest_revision_id != row.revision_id:
        raise Kept(_("it was edited since"))
    if not made:
        return
    work = page.work
    level = snapshot().resolve(Kind.VERIFICATION, "imported")
    if level is not None and work.verification_id != level.pk:
        raise Kept(_("it was checked since"))
    if work.pk and work.named_by.exclude(page_id=page.pk).exists():
        raise Kept(_("other works name it since"))
