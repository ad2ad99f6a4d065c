"""What is done by the clock: the list of jobs, and which of them are due."""

from __future__ import annotations

import datetime
import fcntl
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from portal.accounts import retention as accounts_retention
from portal.mail import retention
from portal.mail.tasks import pick_up
from practices.importing.models import ImportRun
from practices.submissions import deadlines

from . import background
from .publishing import publish_scheduled

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """Something to do: its name, what it does, and the hour of the day, or None for every run."""

    name: str
    run: Callable[[], None]
    hour: int | None = None


def check_index() -> None:
    """Index what no signal told of."""
    call_command("search_check", repair=True)


def clear_sessions() -> None:
    """Forget sessions that have run out."""
    call_command("clearsessions")


def forget_searches() -> None:
    """Forget the searches that have been kept long enough."""
    call_command("purge_search_events")


def notice_lost_work() -> None:
    """Let work that was lost with its worker be seen."""
    background.give_up_lost()


def forget_mails() -> None:
    """Forget the mails that have been kept long enough, and the work that was done long ago."""
    retention.forget()
    background.forget()


def forget_accounts() -> None:
    """Forget invitations and accounts that came to nothing."""
    accounts_retention.forget()


def forget_imported_files() -> None:
    """Forget the files of imports that are old; their reports stay."""
    ImportRun.forget_files()


JOBS: tuple[Job, ...] = (
    Job("publish and expire", publish_scheduled),
    Job("send mails", pick_up),
    Job("notice lost work", notice_lost_work),
    Job("check the index", check_index, hour=3),
    Job("clear sessions", clear_sessions, hour=4),
    Job("forget searches", forget_searches, hour=4),
    Job("forget mails", forget_mails, hour=4),
    Job("forget accounts", forget_accounts, hour=4),
    Job("forget submissions", deadlines.forget_and_tell, hour=4),
    Job("forget imported files", forget_imported_files, hour=4),
    Job("remind of submissions", deadlines.remind_and_ask, hour=7),
)


def is_due(job: Job, last: datetime.datetime | None, now: datetime.datetime) -> bool:
    """Tell whether a job is due, when it last ran at `last` (None: never)."""
    if job.hour is None:
        return True
    if last is None:
        return False
    local = timezone.localtime(now)
    turn = local.replace(hour=job.hour, minute=0, second=0, microsecond=0)
    if turn > local:
        turn -= datetime.timedelta(days=1)
    return last < turn


def run_due(
    jobs: tuple[Job, ...] = JOBS,
    folder: Path | None = None,
    now: datetime.datetime | None = None,
) -> tuple[list[str], list[str]]:
    """Do what is due; give the names of the jobs done and of those that failed.

    A daily job that has never run waits for its hour, so that a first start is not a heavy one.
    When another process is at it, nothing is done. folder: where the times of the last runs are
    kept (VAR_DIR).
    """
    folder = folder or settings.VAR_DIR
    now = now or timezone.now()
    done: list[str] = []
    failed: list[str] = []
    with _alone(folder / "scheduled.lock") as alone:
        if not alone:
            logger.info("What is scheduled is being done by another process.")
            return done, failed
        runs = _read(folder / "scheduled.json")
        for job in jobs:
            last = runs.get(job.name)
            if is_due(job, last, now):
                try:
                    job.run()
                except Exception:  # one job that fails must not keep the others from being done
                    logger.exception("Scheduled job failed: %s", job.name)
                    failed.append(job.name)
                else:
                    done.append(job.name)
                    if job.hour is not None:
                        logger.info("Scheduled job done: %s", job.name)
            elif last is not None:
                continue
            # A daily job that fails is tried again the next day: its fault is in the log.
            if job.hour is not None:
                runs[job.name] = now
                _write(folder / "scheduled.json", runs)
    return done, failed


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Give whether this process alone holds the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _read(path: Path) -> dict[str, datetime.datetime]:
    try:
        text = path.read_text(encoding="utf-8")
        return {
            name: datetime.datetime.fromisoformat(value) for name, value in json.loads(text).items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        logger.warning("The times of the last scheduled runs cannot be read: %s", error)
        return {}


def _write(path: Path, runs: dict[str, datetime.datetime]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(
        json.dumps({name: when.isoformat() for name, when in runs.items()}), encoding="utf-8"
    )
    fresh.replace(path)
