"""Background work: what failed or was lost with its worker, how long it is kept, its numbers."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

logger = logging.getLogger(__name__)

# Work that is being done for longer than this was lost with its worker.
LOST = datetime.timedelta(hours=2)
# Work that waits for longer than this means that no worker runs.
LATE = datetime.timedelta(minutes=15)
DONE_DAYS = 14
FAILED_DAYS = 90
# What tasks are called; another one is shown by its dotted path.
TASK_LABELS: Mapping[str, Any] = {
    "portal.mail.tasks.deliver": _("Sending a mail"),
    "practices.importing.tasks.work": _("Importing records"),
    "practices.submissions.word.tasks.read_word": _("Reading a Word template"),
}


def failed() -> QuerySet[DBTaskResult]:
    """Give the work that failed, newest first."""
    return DBTaskResult.objects.failed().order_by("-finished_at", "-enqueued_at")


def label(result: DBTaskResult) -> str:
    """Give what a task is called."""
    return str(TASK_LABELS.get(result.task_path, result.task_path))


def reason(result: DBTaskResult) -> str:
    """Give the last line of what went wrong: the error and its message."""
    lines = result.traceback.strip().splitlines()
    return lines[-1].strip() if lines else result.exception_class_path


def try_again(results: QuerySet[DBTaskResult]) -> int:
    """Let work that failed wait for the worker again; give how much of it."""
    return results.filter(status=TaskResultStatus.FAILED).update(
        status=TaskResultStatus.READY,
        enqueued_at=timezone.now(),
        run_after=get_date_max(),
        started_at=None,
        finished_at=None,
        exception_class_path="",
        traceback="",
    )


def give_up_lost() -> int:
    """Let work fail that a worker began and did not end, so that it is seen; give how much."""
    now = timezone.now()
    lost = DBTaskResult.objects.running().filter(started_at__lt=now - LOST)
    count = lost.update(
        status=TaskResultStatus.FAILED,
        finished_at=now,
        traceback="The worker ended while it was doing this.",
    )
    if count:
        logger.warning("Background work was lost with its worker: %s", count)
    return count


def forget() -> int:
    """Delete what was done or failed long ago; give how much."""
    now = timezone.now()
    deleted = 0
    for results, days in (
        (DBTaskResult.objects.successful(), DONE_DAYS),
        (DBTaskResult.objects.failed(), FAILED_DAYS),
    ):
        old = results.filter(finished_at__lt=now - datetime.timedelta(days=days))
        deleted += old.delete()[0]
    return deleted


def measure() -> dict[str, int]:
    """Count the work that waits, that of it which nobody takes, and what failed."""
    ready = DBTaskResult.objects.ready()
    return {
        "waiting": ready.count(),
        "late": ready.filter(enqueued_at__lt=timezone.now() - LATE).count(),
        "failed": DBTaskResult.objects.failed().count(),
    }
