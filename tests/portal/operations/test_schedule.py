"""What is due by the clock, and what a failing job does to the others."""

from __future__ import annotations

import datetime
import fcntl
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.operations import schedule
from portal.operations.schedule import Job, is_due, run_due

UTC = datetime.UTC
# Madrid, where the clock hangs, is an hour ahead in winter: three o'clock is 02:00 UTC.
BEFORE = datetime.datetime(2026, 1, 10, 1, 59, tzinfo=UTC)
AFTER = datetime.datetime(2026, 1, 10, 2, 1, tzinfo=UTC)
NIGHTLY = Job("nightly", lambda: None, hour=3)


def test_a_job_without_an_hour_is_always_due() -> None:
    job = Job("often", lambda: None)
    assert is_due(job, None, BEFORE)
    assert is_due(job, BEFORE, BEFORE)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, AFTER, False),
        (BEFORE, AFTER, True),
        (AFTER, AFTER + datetime.timedelta(hours=20), False),
        (AFTER, AFTER + datetime.timedelta(days=1), True),
        (BEFORE - datetime.timedelta(days=3), BEFORE, True),
    ],
)
def test_a_daily_job_is_due_once_its_hour_has_passed(
    last: datetime.datetime | None, now: datetime.datetime, due: bool
) -> None:
    assert is_due(NIGHTLY, last, now) is due


def test_a_daily_job_waits_for_its_hour_and_runs_once(tmp_path: Path) -> None:
    runs: list[str] = []
    jobs = (Job("nightly", lambda: runs.append("nightly"), hour=3),)
    for now in (BEFORE, AFTER, AFTER + datetime.timedelta(minutes=1)):
        run_due(jobs, tmp_path, now)
    assert runs == ["nightly"]


def test_a_job_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    jobs = (Job("broken", fail), Job("sound", lambda: None))
    assert run_due(jobs, tmp_path, AFTER) == (["sound"], ["broken"])


def test_two_processes_do_not_do_the_same_thing_at_once(tmp_path: Path) -> None:
    jobs = (Job("often", lambda: None),)
    with (tmp_path / "scheduled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run_due(jobs, tmp_path, AFTER) == ([], [])
    assert run_due(jobs, tmp_path, AFTER) == (["often"], [])


@pytest.mark.parametrize("spoiled", ["", "{", "[]", '{"nightly": "yesterday"}'])
def test_a_spoiled_note_of_the_last_runs_is_written_anew(tmp_path: Path, spoiled: str) -> None:
    (tmp_path / "scheduled.json").write_text(spoiled)
    run_due((NIGHTLY,), tmp_path, BEFORE)
    assert run_due((NIGHTLY,), tmp_path, AFTER) == (["nightly"], [])


def test_the_command_says_what_failed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(
        "portal.operations.management.commands.run_scheduled.run_due",
        lambda: run_due((Job("broken", fail),), tmp_path),
    )
    with pytest.raises(CommandError, match="broken"):
        call_command("run_scheduled")


@pytest.mark.django_db
def test_the_real_jobs_run(tmp_path: Path) -> None:
    call_command("search_rebuild")
    jobs = tuple(Job(job.name, job.run) for job in schedule.JOBS)
    assert run_due(jobs, tmp_path) == ([job.name for job in jobs], [])
