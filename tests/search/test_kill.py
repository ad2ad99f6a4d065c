"""A real search server dies or hangs while the portal works: nothing breaks, nothing is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from elastic_transport import Transport

from practices.models import GoodPracticePage
from search import indexer
from search.engines import elasticsearch_index, get_engine
from search.engines.base import EngineUnavailable
from search.engines.breaker import Breaker
from search.models import OutboxRow
from tests import works
from tests.elasticsearch.indices import indices
from tests.elasticsearch.server import Server
from tests.practices.test_editing import add_url, practice_form

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world"),
    pytest.mark.requires("elasticsearch"),
]
TIMEOUT = 1.0
FAILURES = 2
PAUSE = 1.0


@pytest.fixture(scope="module")
def started() -> Iterator[Server]:
    """A server that the tests of this module may kill."""
    with Server() as made:
        yield made


@pytest.fixture
def server(started: Server, settings: Any) -> Server:
    """Give the server, running, with a fresh index that the portal uses."""
    start(started)
    settings.SEARCH_ENGINE = {
        "BACKEND": "search.engines.elasticsearch.ElasticsearchEngine",
        "OPTIONS": {
            "url": started.url,
            "prefix": f"test-{uuid4().hex[:12]}",
            "timeout": TIMEOUT,
            "breaker": Breaker(failures=FAILURES, pause=PAUSE),
        },
    }
    get_engine().rebuild([])
    return started


def start(server: Server) -> None:
    """Start the server again where a test has killed it."""
    if not server.runs():
        server.start()


def titles(client: Client, words: str, language: str = "en") -> tuple[bool, bool]:
    """Search as a reader does: whether the answer is whole, and whether the work is in it."""
    answer = client.get(f"/{language}/search/", {"q": words})
    assert answer.status_code == 200
    content = answer.content.decode().replace("<mark>", "").replace("</mark>", "")
    return "notice--warn" not in content, "Sponge parks" in content


@contextmanager
def counted() -> Iterator[list[str]]:
    """Note the requests that are sent to the server inside."""
    sent: list[str] = []
    perform = Transport.perform_request

    def noting(self: Transport, method: str, target: str, **options: Any) -> Any:
        sent.append(target)
        return perform(self, method, target, **options)

    with mock.patch.object(Transport, "perform_request", noting):
        yield sent


def make_due() -> None:
    """Let the time pass for which rows wait after a failure."""
    OutboxRow.objects.update(available_at=timezone.now())


def generations(server: Server) -> list[str]:
    """Give the names of the indices that hold works."""
    prefix = get_engine()._indices.prefix  # type: ignore[attr-defined]
    return [name for name in indices(server.url, f"{prefix}-") if not name.endswith("-lock")]


def test_a_hanging_server_costs_a_few_readers_seconds_and_the_others_nothing(
    server: Server, client: Client
) -> None:
    works.practice(title="Sponge parks")
    indexer.drain()
    assert titles(client, "sponge") == (True, True)
    server.hang()
    try:
        for _reader in range(FAILURES):
            began = time.monotonic()
            assert titles(client, "sponge") == (False, True)
            assert time.monotonic() - began < TIMEOUT + 1.5
        with counted() as sent:
            began = time.monotonic()
            for language in ("en", "fr", "ar"):
                assert not titles(client, "sponge", language)[0]
            assert time.monotonic() - began < PAUSE
        assert sent == []
    finally:
        server.wake()
    time.sleep(PAUSE)
    assert titles(client, "sponge") == (True, True)


def test_killed_in_the_middle_of_a_search(server: Server, client: Client) -> None:
    works.practice(title="Sponge parks", summary="Rainwater stays in the city.")
    indexer.drain()
    assert titles(client, "rainwater") == (True, True)
    server.hang()
    killing = threading.Timer(0.3, server.kill)
    killing.start()
    began = time.monotonic()
    with counted() as sent:
        assert titles(client, "sponge") == (False, True)
    assert sent  # the question was under way
    killing.join()
    assert time.monotonic() - began < TIMEOUT + 1.5
    start(server)
    time.sleep(PAUSE)
    assert titles(client, "rainwater") == (True, True)


def test_killed_in_the_middle_of_publishing(server: Server, desk: Client) -> None:
    indexer.drain()
    note = OutboxRow.objects.bulk_create

    def killing(*rows: Any, **options: Any) -> Any:
        server.kill()
        return note(*rows, **options)

    form = practice_form(title="Sponge parks", slug="sponge-parks") | {"action-publish": "1"}
    with mock.patch("search.outbox.OutboxRow.objects.bulk_create", killing):
        answer = desk.post(add_url(GoodPracticePage), form)
    assert answer.status_code == 302
    page = GoodPracticePage.objects.get(slug="sponge-parks")
    assert page.live
    assert not server.runs()
    works.practice(title="Rain gardens")
    waiting = set(OutboxRow.objects.values_list("translation_key", flat=True))
    assert page.translation_key in waiting
    for _attempt in range(indexer.MAX_ATTEMPTS + 1):
        make_due()
        with pytest.raises(EngineUnavailable):
            indexer.drain()
    assert set(OutboxRow.objects.values_list("translation_key", flat=True)) == waiting
    assert not OutboxRow.objects.filter(dead=True).exists()
    assert titles(desk, "sponge") == (False, True)
    start(server)
    time.sleep(indexer.ENGINE_SECONDS)  # after that the rows are due by themselves
    indexer.drain()
    assert not OutboxRow.objects.exists()
    assert titles(desk, "sponge") == (True, True)
    call_command("search_check")


def test_killed_in_the_middle_of_a_rebuild(
    server: Server, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elasticsearch_index, "_CHUNK", 1)
    for title in ("Sponge parks", "Sponge parks too", "Sponge parks again"):
        works.practice(title=title)
    indexer.drain()
    works.publish(GoodPracticePage.objects.get(title="Sponge parks too"), title="Rain gardens")
    waiting = set(OutboxRow.objects.values_list("pk", flat=True))
    assert waiting
    before = generations(server)
    read = indexer.all_documents

    def killing(*arguments: Any) -> Iterator[Any]:
        for number, document in enumerate(read(*arguments)):
            if number == 2:
                assert len(generations(server)) == len(before) + 1
                server.kill()
            yield document

    with (
        mock.patch("search.indexer.all_documents", killing),
        pytest.raises(CommandError, match="does not answer"),
    ):
        call_command("search_rebuild")
    assert set(OutboxRow.objects.values_list("pk", flat=True)) == waiting
    start(server)
    half = set(generations(server)) - set(before)
    assert half
    time.sleep(PAUSE)
    assert titles(client, "sponge") == (True, True)
    indexer.drain()
    assert titles(client, "gardens")[0]
    assert not OutboxRow.objects.exists()
    call_command("search_check")
    # The dead rebuild's lock lies in the server; it is taken over when it has been still for long.
    monkeypatch.setattr(elasticsearch_index, "STALE", 0.0)
    call_command("search_rebuild")
    assert not half & set(generations(server))
    assert titles(client, "sponge") == (True, True)
    call_command("search_check")
