"""The steps of an import in the background, and how one is begun, or begun again."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.log_actions import log

from portal.taxonomy.language import current_language
from portal.taxonomy.snapshot import pinned

from .check import check
from .errors import ImportProblem, Superseded
from .execution import execute
from .models import ImportRun
from .progress import Job
from .undo import undo

logger = logging.getLogger(__name__)
State = ImportRun.State
STEPS: dict[str, Callable[[Job], None]] = {
    State.CHECKING: check,
    State.RUNNING: execute,
    State.UNDOING: undo,
}
# From where each step may be begun.
BEFORE: dict[str, Collection[str]] = {
    State.CHECKING: (State.COLUMNS, State.CHECKED, State.CHECKING),
    State.RUNNING: (State.CHECKED, State.RUNNING),
    State.UNDOING: (State.DONE, State.UNDONE, State.UNDOING),
}
ASKED: dict[str, str] = {State.RUNNING: "importing.start", State.UNDOING: "importing.undo"}


def begin(run: ImportRun, state: State, user: Any, **values: Any) -> bool:
    """Give a step to the worker; False where somebody else was faster, and nothing is done.

    Of a step that is on already, a new attempt is begun, and the old one stops at its next batch.
    """
    attempt = uuid.uuid4()
    now = timezone.now()
    begun = ImportRun.objects.filter(
        pk=run.pk, state__in=BEFORE[state], attempt=run.attempt
    ).update(
        state=state,
        attempt=attempt,
        user=user,
        language=current_language(),
        error="",
        asked_at=now,
        heard_at=None,
        progress=0,
        total=0,
        **({"started": now} if state == State.RUNNING and run.started is None else {}),
        **values,
    )
    if not begun:
        return False
    if action := ASKED.get(state):
        log(instance=run, action=action, user=user, data={"again": run.state == state})
    work.enqueue(run.pk, str(attempt))
    run.refresh_from_db()
    return True


@task(backend="worker")
def work(pk: int, attempt: str) -> None:
    """Do the step that an import is at, unless another attempt has taken it over.

    What goes wrong is kept with the import, where its editor sees it and may begin again.
    """
    run = ImportRun.objects.filter(pk=pk, attempt=attempt).select_related("user").first()
    if run is None or run.state not in STEPS:
        logger.info("Import %d: attempt %s is no longer asked for", pk, attempt)
        return
    job = Job(run, uuid.UUID(attempt))
    with translation.override(run.language), pinned():
        try:
            STEPS[run.state](job)
        except Superseded as superseded:
            logger.warning("%s", superseded)
        except ImportProblem as problem:
            _fail(run, attempt, str(problem))
        except Exception as error:
            _fail(
                run,
                attempt,
                _("An unforeseen error (%(error)s); it was noted for the administrators.")
                % {"error": f"{type(error).__name__}: {error}"[:500]},
            )
            logger.exception("Import %d failed while %s", pk, run.state)
            raise


def _fail(run: ImportRun, attempt: str, error: str) -> None:
    ImportRun.objects.filter(pk=run.pk, attempt=attempt).update(error=error)
