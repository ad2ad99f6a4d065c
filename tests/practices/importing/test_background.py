"""Imports in the background: failures are seen, dead workers noticed, nothing is done twice."""

from __future__ import annotations

import datetime
import logging
import uuid
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from practices.importing import execution, run, tasks
from practices.importing.errors import Superseded
from practices.importing.models import ImportRow, ImportRun
from practices.importing.progress import Job
from practices.models import GoodPracticePage
from tests.practices.importing import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
State = ImportRun.State


def many(count: int) -> bytes:
    """Give a file of this many rows."""
    rows = [["ID", "Title", "Summary"]]
    rows += [[str(n), f"Practice {n}", f"What number {n} did."] for n in range(count)]
    return files.csv_bytes(rows)


def checked(client: Client, count: int = 6) -> ImportRun:
    """Give an import that is ready to begin."""
    return files.check(client, files.uploaded(client, many(count)))


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """Let tasks wait, as they do where no worker runs; give what waits."""
    waiting: list[tuple[int, str]] = []

    class Waiting:
        @staticmethod
        def enqueue(pk: int, attempt: str) -> None:
            waiting.append((pk, attempt))

    monkeypatch.setattr(tasks, "work", Waiting)
    return waiting


def begin(client: Client, one: ImportRun) -> ImportRun:
    """Begin the import, whatever becomes of it."""
    client.post(reverse("importing:start", args=[one.pk]))
    one.refresh_from_db()
    return one


def retry(client: Client, one: ImportRun) -> ImportRun:
    """Begin the step again."""
    client.post(reverse("importing:retry", args=[one.pk]))
    one.refresh_from_db()
    return one


def page(client: Client, one: ImportRun) -> str:
    """Give the import's page."""
    text: str = client.get(reverse("importing:run", args=[one.pk])).content.decode()
    return text


def test_a_waiting_import_refreshes_its_page_until_it_is_done(
    desk: Client, no_worker: list[tuple[int, str]]
) -> None:
    one = files.uploaded(desk)
    desk.post(reverse("importing:columns", args=[one.pk]), files.choices(desk, one))
    one.refresh_from_db()
    assert one.state == State.CHECKING
    text = page(desk, one)
    assert 'http-equiv="refresh"' in text
    assert "Waiting for the worker" in text
    ImportRun.objects.update(asked_at=timezone.now() - datetime.timedelta(minutes=10))
    assert "Perhaps no worker is running" in page(desk, one)
    assert len(no_worker) == 1
    retry(desk, one)
    assert len(no_worker) == 2


def test_a_failure_is_shown_and_the_rest_is_done_when_begun_again(
    desk: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    one = checked(desk)
    write = run.write_batch
    batches = []

    def fail(*args: Any) -> Any:
        batches.append(args)
        if len(batches) == 2:
            raise OperationalError("database is locked")
        return write(*args)

    monkeypatch.setattr(execution, "write_batch", fail)
    one = begin(desk, one)
    assert one.state == State.RUNNING
    assert one.has_failed
    assert "database is locked" in page(desk, one)
    assert "Begin this step again" in page(desk, one)
    assert any("failed while running" in record.message for record in caplog.records)
    assert GoodPracticePage.objects.count() == one.rows.count() == 2
    one = retry(desk, one)
    assert one.state == State.DONE
    assert one.counts() == {"made": 6, "changed": 0, "same": 0, "refused": 0}
    assert GoodPracticePage.objects.count() == 6


def test_a_killed_worker_is_noticed_and_a_new_one_does_the_rest_once(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    one = checked(desk)
    write = run.write_batch

    class Killed(BaseException):
        """The process ends: nobody writes down why."""

    def die(*args: Any) -> Any:
        if ImportRow.objects.exists():
            raise Killed
        return write(*args)

    monkeypatch.setattr(execution, "write_batch", die)
    one = begin(desk, one)
    assert one.state == State.RUNNING
    assert not one.has_failed
    assert not one.may_be_retried
    assert "Begin this step again" not in page(desk, one)
    ImportRun.objects.update(heard_at=timezone.now() - datetime.timedelta(minutes=4))
    assert "its worker must have been stopped" in page(desk, one)
    assert 'http-equiv="refresh"' not in page(desk, one)
    monkeypatch.setattr(execution, "write_batch", write)
    one = retry(desk, one)
    assert one.state == State.DONE
    assert one.counts()["made"] == GoodPracticePage.objects.count() == 6


def test_a_worker_that_was_given_up_writes_nothing_when_it_comes_back(desk: Client) -> None:
    one = checked(desk)
    old = uuid.uuid4()
    ImportRun.objects.filter(pk=one.pk).update(state=State.RUNNING, attempt=uuid.uuid4())
    one.refresh_from_db()
    with pytest.raises(Superseded):
        execution.execute(Job(one, old))
    assert not GoodPracticePage.objects.exists()
    tasks.work.enqueue(one.pk, str(old))
    assert not GoodPracticePage.objects.exists()


def test_a_second_click_begins_nothing(desk: Client, no_worker: list[tuple[int, str]]) -> None:
    one = files.uploaded(desk)
    desk.post(reverse("importing:columns", args=[one.pk]), files.choices(desk, one))
    ImportRun.objects.update(state=State.CHECKED)
    no_worker.clear()
    begin(desk, one)
    begin(desk, one)
    assert len(no_worker) == 1
    retry(desk, one)
    assert len(no_worker) == 1


def test_a_row_that_nobody_foresaw_is_refused_and_logged_alone(
    desk: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    save = GoodPracticePage.save

    def fail(self: GoodPracticePage, *args: object, **kwargs: object) -> None:
        if self.title == "Practice 3":
            raise KeyError("what is this")
        save(self, *args, **kwargs)

    monkeypatch.setattr(GoodPracticePage, "save", fail)
    with caplog.at_level(logging.ERROR):
        one = files.start(desk, checked(desk))
    assert one.counts() == {"made": 5, "changed": 0, "same": 0, "refused": 1}
    assert "KeyError" in one.rows.get(outcome="refused").reason
    assert any("row 5 failed" in record.message for record in caplog.records)


def test_a_batch_that_fails_at_its_end_falls_on_one_work(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    serialise = GoodPracticePage.serializable_data

    def fail(self: GoodPracticePage) -> Any:
        if self.title == "Practice 3":
            raise ValueError("cannot be written down")
        return serialise(self)

    monkeypatch.setattr(GoodPracticePage, "serializable_data", fail)
    one = files.start(desk, checked(desk))
    assert one.counts() == {"made": 5, "changed": 0, "same": 0, "refused": 1}
    assert GoodPracticePage.objects.count() == 5


def test_a_file_that_is_gone_is_a_failure_that_says_so(desk: Client) -> None:
    one = checked(desk)
    one.file.storage.delete(str(one.file.name))
    one = begin(desk, one)
    assert one.has_failed
    assert "FileNotFoundError" in page(desk, one)


def test_files_are_forgotten_and_reports_are_not(desk: Client) -> None:
    done, open_one = files.imported(desk), files.uploaded(desk)
    old = timezone.now() - datetime.timedelta(days=91)
    ImportRun.objects.update(created=old)
    fresh = files.uploaded(desk)
    assert ImportRun.forget_files() == 2
    done.refresh_from_db()
    fresh.refresh_from_db()
    assert not done.file
    assert done.rows.count() == 2
    assert fresh.file.storage.exists(str(fresh.file.name))
    assert not ImportRun.objects.filter(pk=open_one.pk).exists()
    assert page(desk, done)
    assert ImportRun.forget_files() == 0
