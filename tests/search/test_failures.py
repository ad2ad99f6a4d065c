"""The search engine fails in each of its ways: readers get a page, and nothing is lost.

The engines' own tests tell which sentence the operator reads; these, what becomes of a page.
"""

from __future__ import annotations

import fcntl
import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from search import indexer
from search.engines import get_engine
from search.engines.base import EngineUnavailable
from search.models import OutboxRow
from tests import works
from tests.elasticsearch.fake import WHOLE, Answer, FakeServer, healthy

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("world")]
TITLES = {"en": "Sponge parks", "fr": "Parcs éponges", "ar": "حدائق إسفنجية"}
NOTICE = "The search is limited at the moment: only titles are searched, without filters."
Fault = Callable[[str], Answer | None]


def searching(status: int, body: Any) -> Fault:
    """Answer searches so, and what is written with the same status."""

    def answer(path: str) -> Answer | None:
        return (status, body) if path.endswith(("/_search", "/_bulk")) else None

    return answer


def described(**changed: Any) -> Fault:
    """Describe the index otherwise than it should be."""

    def answer(path: str) -> Answer | None:
        found = healthy(path)
        return (200, {"one": {**found["one"], **changed}}) if "one" in found else None

    return answer


def red(path: str) -> Answer | None:
    """Answer as a server that has lost a part of the index."""
    if path.startswith("/_cluster/health"):
        return 200, {"status": "red"}
    return searching(503, {"error": {"type": "search_phase_execution_exception"}})(path)


def missing(path: str) -> Answer | None:
    """Answer as a server without an index."""
    return (200, {}) if "one" in healthy(path) else None


def old_major(path: str) -> Answer | None:
    """Answer as a server that does not understand this client."""
    if path.startswith("/_nodes"):
        return 200, {"nodes": {"one": {"version": "8.19.2"}}}
    reason = "Accept version must be either version 8 or 7, but found 9"
    return 400, {"error": {"type": "media_type_header_exception", "reason": reason}}


SERVER_FAULTS: dict[str, Fault] = {
    "overloaded": searching(429, {"error": {"type": "es_rejected_execution_exception"}}),
    "unavailable": searching(503, {"error": {"type": "cluster_block_exception"}}),
    "failed shards": searching(
        200, {**WHOLE, "_shards": {"total": 2, "successful": 1, "skipped": 0, "failed": 1}}
    ),
    "partial": searching(200, {**WHOLE, "timed_out": True}),
    "red": red,
    "missing": missing,
    "mapping of an older release": described(mappings={"_meta": {"fingerprint": "older"}}),
    "older major": old_major,
}


@pytest.fixture
def server(settings: Any) -> Iterator[FakeServer]:
    """A server that answers as the test says; the portal uses it."""
    with FakeServer() as made:
        settings.SEARCH_ENGINE = {
            "BACKEND": "search.engines.elasticsearch.ElasticsearchEngine",
            "OPTIONS": {"url": made.url},
        }
        yield made


def publish() -> set[Any]:
    """Publish a work in three languages; give the keys that wait to be indexed."""
    OutboxRow.objects.all().delete()
    page = works.practice(title=TITLES["en"])
    for language in ("fr", "ar"):
        works.translated(page, language, title=TITLES[language])
    assert page.live
    return set(OutboxRow.objects.values_list("translation_key", flat=True))


def check_readers(client: Client) -> None:
    """Every reader gets a page that says so in their language, and finds the work by its title."""
    for language, title in TITLES.items():
        answer = client.get(f"/{language}/search/", {"q": title})
        assert answer.status_code == 200
        with translation.override(language):
            notice = translation.gettext(NOTICE)
        assert (notice == NOTICE) is (language == "en")
        content = answer.content.decode()
        assert escape(notice) in content or notice in content
        assert title in content.partition("<main")[2]
        assert client.get(f"/{language}/search/complete/", {"q": title}).status_code == 204


def check_nothing_is_lost(waiting: set[Any]) -> None:
    """What could not be indexed waits, as if it had never been tried."""
    with pytest.raises(EngineUnavailable):
        indexer.drain()
    rows = OutboxRow.objects.filter(dead=False, attempts=0).exclude(error="")
    assert set(rows.values_list("translation_key", flat=True)) == waiting


def check_operator() -> None:
    """The operator is told, by the command's status and by a sentence."""
    out = io.StringIO()
    with pytest.raises(CommandError, match="engine"):
        call_command("search_status", json=True, stdout=out)
    assert json.loads(out.getvalue())["message"]


@pytest.mark.parametrize("fault", SERVER_FAULTS.values(), ids=SERVER_FAULTS)
def test_a_server_that_fails(server: FakeServer, client: Client, fault: Fault) -> None:
    server.answer = fault
    waiting = publish()
    assert waiting
    check_readers(client)
    if fault not in (SERVER_FAULTS["failed shards"], SERVER_FAULTS["partial"]):
        check_nothing_is_lost(waiting)


def test_a_failing_server_is_spared(server: FakeServer, client: Client) -> None:
    server.answer = SERVER_FAULTS["unavailable"]
    publish()
    for _reader in range(20):
        assert client.get("/fr/search/", {"q": "parcs"}).status_code == 200
    assert server.searches() == 5


@pytest.mark.parametrize("name", ["red", "missing", "mapping of an older release", "older major"])
def test_the_operator_is_told_of_a_server(server: FakeServer, name: str) -> None:
    server.answer = SERVER_FAULTS[name]
    check_operator()


def gone(folder: Path) -> None:
    """Remove the index."""
    shutil.rmtree(folder)


def truncated(folder: Path) -> None:
    """Damage every file of the current generation but what describes it."""
    generation = folder / (folder / "current").read_text()
    for file in generation.iterdir():
        if file.name != "portal.json":
            file.write_bytes(b"damaged")


def older(folder: Path) -> None:
    """Make it the index of another release."""
    generation = folder / (folder / "current").read_text()
    (generation / "portal.json").write_text('{"fingerprint": "older"}')


def unnamed(folder: Path) -> None:
    """Let the index name a generation that is not there."""
    (folder / "current").write_text("nowhere")


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """The folder of an index that is not waited for when somebody else writes."""
    settings.SEARCH_ENGINE = {
        "BACKEND": "search.engines.embedded.EmbeddedEngine",
        "OPTIONS": {"path": tmp_path / "index", "lock_wait": 0.05},
    }
    get_engine().rebuild([])
    return tmp_path / "index"


@pytest.mark.parametrize("fault", [gone, truncated, older, unnamed])
def test_an_embedded_index_that_cannot_be_read(
    folder: Path, client: Client, fault: Callable[[Path], None]
) -> None:
    fault(folder)
    waiting = publish()
    check_readers(client)
    check_nothing_is_lost(waiting)
    check_operator()
    call_command("search_rebuild", stdout=io.StringIO())
    answer = client.get("/fr/search/", {"q": "éponges"})
    assert "notice--warn" not in answer.content.decode()
    assert not OutboxRow.objects.exists()


def test_an_embedded_index_that_somebody_else_writes(folder: Path, client: Client) -> None:
    with ExitStack() as stack:
        file = stack.enter_context((folder / "write.lock").open("a"))
        fcntl.flock(file, fcntl.LOCK_EX)
        waiting = publish()
        assert "notice--warn" not in client.get("/fr/search/?q=parcs").content.decode()
        check_nothing_is_lost(waiting)
    OutboxRow.objects.update(available_at="2000-01-01T00:00Z")
    indexer.drain()
    content = client.get("/fr/search/", {"q": "éponges"}).content.decode()
    assert "Parcs <mark>éponges</mark>" in content
