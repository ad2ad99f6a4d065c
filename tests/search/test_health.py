"""The operator sees how the search is, and nothing that is not for everybody."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.operations.health import answer
from search import indexer
from search.alone import alone
from search.engines import get_engine
from search.models import IndexCheck, OutboxRow
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


@pytest.fixture(autouse=True)
def indexed(world: None, index: Any, db: None) -> None:
    """What the fixtures noted is in the index."""
    indexer.drain()


def health(client: Client) -> dict[str, Any]:
    """Give what the health address answers; always with 200."""
    answer.forget()
    response = client.get("/health/")
    assert response.status_code == 200
    assert "no-cache" in response["Cache-Control"]
    found: dict[str, Any] = response.json()["search"]
    return found


def test_two_requests_in_a_row_ask_once(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Anybody may ask as often as they like; the engine and the database do not notice."""
    with mock.patch.object(get_engine(), "status", wraps=get_engine().status) as status:
        first = client.get("/health/")
        with django_assert_num_queries(0):
            second = client.get("/health/")
        status.assert_called_once()
        assert first.json() == second.json()
        answer.forget()
        client.get("/health/")
        assert status.call_count == 2


def test_a_failure_is_not_measured_for_each_who_waits(client: Client) -> None:
    client.raise_request_exception = False
    with mock.patch("portal.operations.background.measure", side_effect=OSError) as measure:
        assert [client.get("/health/").status_code for _ in range(2)] == [500, 500]
        measure.assert_called_once()
    answer.forget()
    assert client.get("/health/").status_code == 200


def test_the_answer_is_not_kept_for_long(client: Client) -> None:
    with (
        mock.patch("portal.operations.health.KEPT_SECONDS", 0.0),
        mock.patch.object(get_engine(), "status", wraps=get_engine().status) as status,
    ):
        client.get("/health/")
        client.get("/health/")
    assert status.call_count == 2


def test_a_healthy_search(client: Client) -> None:
    works.practice(title="Sponge parks")
    indexer.drain()
    found = health(client)
    assert (found["status"], found["problems"], found["check"]) == ("ok", [], None)
    assert (found["engine"], found["available"], found["encoder"]) == ("embedded", True, "off")
    assert (found["waiting"], found["lag"], found["dead_letters"]) == (0, 0, 0)
    assert found["documents"] >= 1


def test_a_change_that_waits_too_long(client: Client) -> None:
    works.practice()
    assert health(client)["status"] == "ok"
    noted = timezone.now() - datetime.timedelta(minutes=6)
    OutboxRow.objects.update(created_at=noted)
    found = health(client)
    assert found["problems"] == ["lag"]
    assert found["lag"] >= 360
    with pytest.raises(CommandError, match="lag"):
        call_command("search_status", stdout=io.StringIO())


def test_dead_letters_show_neither_title_nor_error(client: Client) -> None:
    page = works.practice(title="Sponge parks")
    OutboxRow.objects.filter(translation_key=page.translation_key).update(
        dead=True, error="ValueError: sponge"
    )
    assert health(client)["problems"] == ["dead_letters"]
    assert b"ponge" not in client.get("/health/").content


def test_a_missing_index_is_said(client: Client, tmp_path: Path) -> None:
    (tmp_path / "index" / "current").unlink()
    found = health(client)
    assert (found["available"], found["problems"]) == (False, ["engine"])
    assert "message" not in found
    out = io.StringIO()
    with pytest.raises(CommandError, match="engine"):
        call_command("search_status", json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert "rebuild needed" in told["message"]
    assert told["problems"] == ["engine"]


def test_the_last_check_is_kept(client: Client) -> None:
    works.practice()
    OutboxRow.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("search_check", stdout=io.StringIO())
    first = health(client)["check"]
    assert (first["missing"], first["repaired"]) == (1, False)
    call_command("search_check", repair=True, stdout=io.StringIO())
    second = health(client)["check"]
    assert (second["missing"], second["repaired"]) == (1, True)
    call_command("search_check", stdout=io.StringIO())
    assert health(client)["check"]["missing"] == 0
    assert IndexCheck.objects.count() == 1


def test_what_waits_is_no_fault(client: Client) -> None:
    """A check between a change and the indexer tells it apart; what was given up is a fault."""
    page = works.practice(title="Sponge parks")
    out = io.StringIO()
    call_command("search_check", stdout=out)
    assert "0 missing, 0 stale, 0 orphaned, 0 failed; 1 waiting" in out.getvalue()
    indexer.drain()
    page.title = "Rain gardens"
    page.save_revision().publish()
    call_command("search_check", stdout=io.StringIO())
    found = health(client)["check"]
    assert (found["stale"], found["waiting"]) == (0, 1)
    out = io.StringIO()
    call_command("search_status", stdout=out)
    assert "0 stale, 0 orphaned, 0 failed, 1 waiting" in out.getvalue()
    OutboxRow.objects.update(dead=True)
    with pytest.raises(CommandError):
        call_command("search_check", stdout=io.StringIO())
    found = health(client)["check"]
    assert (found["stale"], found["waiting"]) == (1, 0)


def test_a_deleted_work_that_waits_is_no_orphan() -> None:
    page = works.practice()
    indexer.drain()
    page.delete()
    found = indexer.compare()
    assert not found
    assert (found.orphaned, found.waiting) == ([], [str(page.translation_key)])


def test_a_repair_indexes_what_waits_too() -> None:
    works.practice()
    call_command("search_check", repair=True, stdout=io.StringIO())
    assert not OutboxRow.objects.exists()
    assert indexer.compare().waiting == []


def test_two_rebuilds_at_once_are_refused_and_take_nothing() -> None:
    works.practice()
    waiting = OutboxRow.objects.filter(claimed_at=None).count()
    assert waiting
    with alone() as first:
        assert first
        with pytest.raises(CommandError, match="rebuilt already"):
            call_command("search_rebuild", stdout=io.StringIO())
    assert OutboxRow.objects.filter(claimed_at=None).count() == waiting
    call_command("search_rebuild", stdout=io.StringIO())
    assert not OutboxRow.objects.exists()


def test_a_rebuild_shows_how_far_it_is() -> None:
    works.practice()
    out = io.StringIO()
    call_command("search_rebuild", stdout=out)
    last = out.getvalue().splitlines()[0]
    assert "works read" in last
    read, total = last.split(" works read")[0].split(" of ")
    assert read.strip() == total
    assert "0 s to go" in last
