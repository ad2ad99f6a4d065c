"""Undoing an import as a whole: what nobody has touched since goes back to what it was."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from functools import partial

from django.contrib.contenttypes.models import ContentType
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from portal.cms.models import Work, WorkPage
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from search.outbox import gathered

from .models import ImportRow, ImportRun
from .progress import Job
from .report import Outcome

logger = logging.getLogger(__name__)
BATCH = 50  # rows in one transaction
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
            _undo_rows(list(ImportRow.objects.filter(pk__in=part)), run)
    with transaction.atomic():
        job.hold()
        data = {
            state: run.rows.filter(undone=state).count()
            for state in (State.REMOVED, State.RESTORED, State.KEPT)
        }
        log(instance=run, action=UNDONE, user=run.user, data={"counts": data})
        job.finish(ImportRun.State.UNDONE)


def _undo_rows(rows: list[ImportRow], run: ImportRun) -> None:
    """Undo some rows: remove what can be removed together, restore the others one by one."""
    pages = WorkPage.objects.in_bulk([row.page_id for row in rows])
    removable: list[tuple[ImportRow, WorkPage]] = []
    for row in rows:
        page = pages.get(row.page_id or 0)
        if row.outcome == Outcome.CHANGED:
            _guarded(row, run, partial(_restore, row, page, run), State.RESTORED)
        elif page is None:
            row.undone, row.undone_reason = State.REMOVED, ""  # somebody has deleted it before
        elif _guarded(row, run, partial(_check_removable, row, page, run), State.REMOVED):
            removable.append((row, page))
    _remove(removable, run)
    ImportRow.objects.bulk_update(rows, ["undone", "undone_reason"])


def _guarded(row: ImportRow, run: ImportRun, act: Callable[[], None], done: State) -> bool:
    """Do something to a row in a savepoint; what cannot be done is kept, with the reason."""
    try:
        with transaction.atomic():
            act()
    except Kept as reason:
        row.undone, row.undone_reason = State.KEPT, str(reason)
        return False
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # one page that resists must not keep the others from being undone
        logger.exception("Undoing import %d: row %d failed", run.pk, row.number)
        row.undone = State.KEPT
        row.undone_reason = _("An unforeseen error (%(error)s).") % {
            "error": f"{type(error).__name__}: {error}"[:300]
        }
        return False
    row.undone, row.undone_reason = done, ""
    return True


def _remove(removable: list[tuple[ImportRow, WorkPage]], run: ImportRun) -> None:
    """Delete pages together; where one of them resists, one by one."""
    if not removable:
        return
    try:
        with transaction.atomic():
            _delete([page for _row, page in removable], run)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # whichever it is: alone, it says so
        logger.warning("Undoing import %d: pages are deleted one by one", run.pk, exc_info=True)
        for row, page in removable:
            _guarded(row, run, partial(_delete, [page], run), State.REMOVED)


def _check_removable(row: ImportRow, page: WorkPage, run: ImportRun) -> None:
    """Raise Kept where a page must not be deleted."""
    _check_untouched(row, page)
    if run.user is not None and not page.permissions_for_user(run.user).can_delete():
        raise Kept(_("you may not delete it"))
    if page.work.source_locale_id != page.locale_id:
        return
    others = WorkPage.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    own = {one.page_id: one for one in run.rows.filter(page_id__in=others.values("pk"))}
    for other in others:
        if other.pk not in own:
            raise Kept(_("it has been translated since"))
        # Its other languages came with it: where one of them stays, it stays.
        _check_untouched(own[other.pk], other)


def _delete(pages: list[WorkPage], run: ImportRun) -> None:
    """Delete pages, and the works that have no others."""
    for page in pages:
        log(instance=page, action="wagtail.delete", user=run.user, deleted=True)
    keys = [page.pk for page in pages]
    base = ContentType.objects.get_for_model(Page)
    with gathered(), disable_reference_index_auto_update():
        Page.objects.filter(pk__in=keys).delete()
    # What Wagtail does for each page when it is deleted alone.
    names = [str(key) for key in keys]
    ReferenceIndex.objects.filter(base_content_type=base, object_id__in=names).delete()
    ReferenceIndex.objects.filter(to_content_type=base, to_object_id__in=names).delete()
    works = Work.objects.filter(translation_key__in=[page.translation_key for page in pages])
    left = WorkPage.objects.filter(translation_key__in=works.values("translation_key"))
    for work in works.exclude(translation_key__in=left.values("translation_key")):
        _let_go(work)


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


def _restore(row: ImportRow, page: WorkPage | None, run: ImportRun) -> None:
    """Give a page its former content. Raises Kept."""
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
