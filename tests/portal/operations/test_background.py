"""Background work that failed is seen, tried again, and forgotten in the end."""

from __future__ import annotations

import datetime
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from portal.operations import background
from tests.fixtures import person
from tests.worker import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

REPORT = "/admin/reports/background/"
DONE: list[str] = []


@task(backend="worker")
def note(word: str) -> None:
    """Note a word, or fail."""
    if word == "bad":
        raise ValueError("no <b>such</b> word")
    DONE.append(word)


@pytest.fixture(autouse=True)
def tasks_wait(settings: Any) -> None:
    """The portal's own tasks wait for a worker."""
    DONE.clear()
    worker = {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "slow"]}
    settings.TASKS = {**settings.TASKS, "worker": worker}


def failing() -> DBTaskResult:
    note.enqueue("bad")
    work()
    return DBTaskResult.objects.get(status="FAILED")


def test_the_worker_takes_the_portals_own_tasks_from_every_queue() -> None:
    note.enqueue("one")
    note.using(queue_name="slow").enqueue("two")
    assert background.measure() == {"waiting": 2, "late": 0, "failed": 0}
    work()
    assert sorted(DONE) == ["one", "two"]


def test_what_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    levels = [logging.getLogger(name).level for name in ("django_tasks", "django_tasks_db")]
    failing()
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    assert levels == [logging.getLogger(name).level for name in ("django_tasks", "django_tasks_db")]


def test_an_editor_sees_the_error_and_lets_it_be_done_again(desk: Client) -> None:
    result = failing()
    content = desk.get(REPORT).content.decode()
    assert "ValueError: no &lt;b&gt;such" in content
    assert "Traceback" not in content
    assert REPORT in desk.get("/admin/").content.decode()
    response = desk.post(f"{REPORT}retry/{result.pk}/", follow=True)
    assert "1 task will be tried again." in response.content.decode()
    assert "1 task waits to be done." in response.content.decode()
    DBTaskResult.objects.update(args_kwargs={"args": ["good"], "kwargs": {}})
    work()
    assert DONE == ["good"]
    assert background.measure() == {"waiting": 0, "late": 0, "failed": 0}


def test_an_administrator_sees_where_it_failed() -> None:
    failing()
    browser = Client()
    browser.force_login(person("administrator"))
    assert "Traceback" in browser.get(REPORT).content.decode()


def test_all_that_failed_is_done_again_and_nothing_else(desk: Client) -> None:
    failing()
    note.enqueue("fine")
    work()
    desk.post(f"{REPORT}retry/")
    assert background.measure()["waiting"] == 1
    response = desk.post(f"{REPORT}retry/", follow=True)
    assert "Nothing is tried again" in response.content.decode()


@pytest.mark.parametrize("role", ["translator", "section"])
def test_nobody_else_sees_it(role: str) -> None:
    result = failing()
    browser = Client()
    browser.force_login(person(role, "africa" if role == "section" else ""))
    assert browser.get(REPORT).status_code == 302
    browser.post(f"{REPORT}retry/{result.pk}/")
    assert background.measure()["failed"] == 1


def test_looking_changes_nothing(desk: Client) -> None:
    result = failing()
    assert desk.get(f"{REPORT}retry/{result.pk}/").status_code == 405
    assert background.measure()["failed"] == 1


def test_work_that_was_lost_with_its_worker_is_seen(desk: Client) -> None:
    note.enqueue("lost")
    note.enqueue("in hand")
    lost, in_hand = DBTaskResult.objects.order_by("enqueued_at")
    began = timezone.now() - datetime.timedelta(hours=3)
    DBTaskResult.objects.filter(pk=lost.pk).update(status="RUNNING", started_at=began)
    DBTaskResult.objects.filter(pk=in_hand.pk).update(status="RUNNING", started_at=timezone.now())
    assert background.give_up_lost() == 1
    assert "The worker ended while it was doing this." in desk.get(REPORT).content.decode()
    desk.post(f"{REPORT}retry/{lost.pk}/")
    work()
    assert DONE == ["lost"]


def test_a_task_that_no_longer_exists_is_shown_by_its_path(desk: Client) -> None:
    DBTaskResult.objects.create(
        status="FAILED",
        args_kwargs={"args": [], "kwargs": {}},
        task_path="practices.gone.task",
        backend_name="worker",
        run_after=timezone.now(),
        finished_at=timezone.now(),
        exception_class_path="builtins.ImportError",
        traceback="",
    )
    content = desk.get(REPORT).content.decode()
    assert "practices.gone.task" in content
    assert "builtins.ImportError" in content


def test_every_task_of_the_project_has_a_name() -> None:
    found = set()
    for package in ("portal", "hubs", "practices", "search"):
        for file in (Path(settings.BASE_DIR) / package).rglob("*.py"):
            module = ".".join(file.relative_to(settings.BASE_DIR).with_suffix("").parts)
            text = file.read_text("utf-8")
            found |= {f"{module}.{name}" for name in re.findall(r"@task\(.*\)\ndef (\w+)", text)}
    assert found == set(background.TASK_LABELS)


def test_the_report_says_when_nobody_works(desk: Client) -> None:
    assert "No task has failed." in desk.get(REPORT).content.decode()
    note.enqueue("one")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - datetime.timedelta(hours=1))
    assert "no worker runs" in desk.get(REPORT).content.decode()
    assert background.measure() == {"waiting": 1, "late": 1, "failed": 0}


def test_what_ended_long_ago_is_forgotten() -> None:
    failing()
    note.enqueue("fine")
    work()
    now = timezone.now()
    DBTaskResult.objects.update(finished_at=now - datetime.timedelta(days=15))
    assert background.forget() == 1
    DBTaskResult.objects.update(finished_at=now - datetime.timedelta(days=91))
    assert background.forget() == 1


def test_the_health_address_has_the_numbers_and_no_names(client: Client) -> None:
    failing()
    answer = client.get("/health/")
    assert answer.json()["background"] == {"waiting": 0, "late": 0, "failed": 1}
    assert answer.json()["mails"] == {"waiting": 0, "late": 0, "failed": 0}
    assert b"such" not in answer.content
