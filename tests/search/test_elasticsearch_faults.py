"""What becomes of the faults of a search server: one sentence, no waiting, no half answers."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import checks
from django.core.management import call_command

from search.audience import PUBLIC
from search.engines.base import EngineUnavailable
from search.engines.breaker import Breaker
from search.engines.elasticsearch import ElasticsearchEngine
from search.request import SearchRequest
from tests.elasticsearch.clock import Clock
from tests.elasticsearch.fake import WHOLE, Answer, FakeServer

READER = frozenset({PUBLIC})
FAILED_SHARD = {"total": 2, "successful": 1, "skipped": 0, "failed": 1}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as made:
        yield made


def engine_at(*urls: str, **options: Any) -> ElasticsearchEngine:
    return ElasticsearchEngine(",".join(urls), **{"timeout": 5.0, **options})


def searched(answer: Answer) -> Callable[[str], Answer | None]:
    """Answer searches so, and all else as in good health."""
    return lambda path: answer if path.endswith("/_search") else None


def nowhere() -> str:
    """Give an address at which nobody answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}"


def old(path: str) -> Answer | None:
    """Answer as a server of the major version before."""
    if path.startswith("/_nodes"):
        return 200, {"nodes": {"a": {"version": "9.5.3"}, "b": {"version": "8.19.2"}}}
    return None


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((429, {"error": {"type": "circuit_breaking_exception"}}), "is overloaded"),
        ((503, {"error": {"type": "cluster_block_exception"}}), "cannot answer at the moment"),
        ((500, {"error": {"type": "search_phase_execution_exception"}}), "cannot answer"),
        ((502, "<html>Bad gateway</html>"), "cannot answer at the moment"),
        ((200, {**WHOLE, "timed_out": True}), "only a part of the answer"),
        ((200, {**WHOLE, "_shards": FAILED_SHARD}), "only a part of the answer"),
        ((200, "<html>Welcome</html>"), "is something else"),
        ((401, {"error": {"type": "security_exception"}}), "refuses the portal's key"),
        ((404, {"error": {"type": "index_not_found_exception"}}), "rebuild needed"),
        ((400, {"error": {"type": "parsing_exception"}}), "did not take the portal's request"),
    ],
)
def test_an_answer_that_is_none_becomes_a_sentence(
    server: FakeServer, answer: Answer, sentence: str
) -> None:
    server.answer = searched(answer)
    for ask in (
        lambda: engine_at(server.url).get("one", READER),
        lambda: engine_at(server.url).search(SearchRequest(), READER),
    ):
        before = server.searches()
        with pytest.raises(EngineUnavailable, match=sentence):
            ask()
        assert server.searches() == before + 1  # and nothing is asked twice


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        engine_at(nowhere()).search(SearchRequest(), READER)


def test_a_slow_server_is_not_waited_for(server: FakeServer) -> None:
    def slow(path: str) -> Answer | None:
        if path.endswith("/_search"):
            time.sleep(3)
        return None

    server.answer = slow
    engine = engine_at(server.url, timeout=0.3)
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="did not answer in time"):
        engine.search(SearchRequest(), READER)
    assert time.monotonic() - begun < 2.5
    assert server.searches() == 1


def test_of_several_nodes_one_may_be_down(server: FakeServer) -> None:
    engine = engine_at(nowhere(), server.url, nowhere())
    for _ in range(4):
        assert engine.get("one", READER) is None
    assert engine.status().available
    assert server.searches() == 4


def test_a_failing_server_is_left_in_peace_and_found_again(server: FakeServer) -> None:
    clock = Clock()
    engine = engine_at(server.url, breaker=Breaker(failures=3, pause=5, clock=clock))
    server.answer = searched((503, {}))
    for _ in range(3):
        with pytest.raises(EngineUnavailable, match="at the moment"):
            engine.get("one", READER)
    asked = len(server.asked)
    for _ in range(10):
        with pytest.raises(EngineUnavailable, match="asked again in a few seconds"):
            engine.get("one", READER)
    assert len(server.asked) == asked
    clock.now += 5
    with pytest.raises(EngineUnavailable, match="at the moment"):
        engine.get("one", READER)
    with pytest.raises(EngineUnavailable, match="asked again"):
        engine.get("one", READER)
    assert server.searches() == 4
    server.answer = lambda _path: None
    clock.now += 5
    for _ in range(3):
        assert engine.get("one", READER) is None


def test_partial_answers_are_failures_too(server: FakeServer) -> None:
    engine = engine_at(server.url, breaker=Breaker(failures=2, clock=Clock()))
    server.answer = searched((200, {**WHOLE, "timed_out": True}))
    for _ in range(2):
        with pytest.raises(EngineUnavailable, match="a part"):
            engine.get("one", READER)
    with pytest.raises(EngineUnavailable, match="asked again"):
        engine.get("one", READER)


def test_a_request_that_is_not_taken_is_no_failure_of_the_server(server: FakeServer) -> None:
    engine = engine_at(server.url, breaker=Breaker(failures=2, clock=Clock()))
    server.answer = searched((400, {"error": {"type": "parsing_exception"}}))
    for _ in range(5):
        with pytest.raises(EngineUnavailable, match="did not take"):
            engine.get("one", READER)
    # An answer of whatever kind ends a row of failures.
    for answer, told in ((503, "at the moment"), (400, "did not take"), (503, "at the moment")):
        server.answer = searched((answer, {}))
        with pytest.raises(EngineUnavailable, match=told):
            engine.get("one", READER)
    with pytest.raises(EngineUnavailable, match="at the moment"):
        engine.get("one", READER)


def test_changes_are_written_while_searches_are_not_tried(server: FakeServer) -> None:
    engine = engine_at(server.url, breaker=Breaker(failures=1, clock=Clock()))
    server.answer = searched((503, {}))
    with pytest.raises(EngineUnavailable):
        engine.get("one", READER)
    server.answer = lambda path: (200, {"items": [written]}) if path == "/_bulk" else None
    written = {"index": {"_id": "one", "_index": "one", "status": 200}}
    engine.write([], {"one": 1})
    assert "/_bulk" in server.asked
    assert engine.get("one", READER) is None  # the server is back


@pytest.mark.parametrize("status", [429, 503])
def test_what_the_server_has_no_time_for_is_not_refused_for_good(
    server: FakeServer, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elasticsearch.helpers.actions.time.sleep", lambda _seconds: None)
    item = {"index": {"_id": "one", "_index": "one", "status": status, "error": {"reason": "busy"}}}
    server.answer = lambda path: (200, {"items": [item]}) if path == "/_bulk" else None
    with pytest.raises(EngineUnavailable, match="busy") as caught:
        engine_at(server.url).write([], {"one": 1})
    assert not hasattr(caught.value, "reasons")


def test_a_server_older_than_the_client_is_said(server: FakeServer) -> None:
    server.answer = old
    status = engine_at(server.url).status()
    assert (status.available, status.unsuited) == (False, True)
    assert "(version 8.19.2) is older than the portal's client" in status.message
    reason = (
        "Accept version must be either version 8 or 7, but found 9. "
        "Accept=application/vnd.elasticsearch+json; compatible-with=9"
    )
    error = {"type": "media_type_header_exception", "reason": reason}
    server.answer = lambda _path: (400, {"error": error, "status": 400})
    with pytest.raises(EngineUnavailable, match=r"\(version 8\) is older"):
        engine_at(server.url).get("one", READER)


@pytest.mark.parametrize(
    "body", [{}, [], "", "null", "<html>", {"nodes": {}}, {"nodes": {"a": {}}}, {"nodes": 1}]
)
def test_the_state_is_told_whatever_answers(server: FakeServer, body: Any) -> None:
    assert engine_at(server.url).status().available
    server.answer = lambda _path: (200, body)
    status = engine_at(server.url).status()
    assert not status.available
    assert status.message


def test_a_part_of_the_index_is_lost(server: FakeServer) -> None:
    server.answer = lambda path: (200, {"status": "red"}) if "health" in path else None
    status = engine_at(server.url).status()
    assert (status.available, status.unsuited) == (False, False)
    assert "rebuild needed" in status.message


class TestSystemCheck:
    """`manage.py check --deploy` asks the server; nothing else does."""

    @pytest.fixture(autouse=True)
    def chosen(self, server: FakeServer, settings: Any) -> None:
        settings.SEARCH_ENGINE = {
            "BACKEND": "search.engines.elasticsearch.ElasticsearchEngine",
            "OPTIONS": {"url": server.url},
        }

    def found(self) -> list[Any]:
        return checks.run_checks(tags=["search"], include_deployment_checks=True)

    def test_a_server_that_does_is_not_mentioned(self) -> None:
        assert self.found() == []

    def test_an_older_server_is_an_error(self, server: FakeServer) -> None:
        server.answer = old
        [message] = self.found()
        assert isinstance(message, checks.Error)
        assert "older than the portal's client" in message.msg

    def test_one_that_cannot_be_reached_is_a_warning(self, settings: Any) -> None:
        settings.SEARCH_ENGINE = {
            **settings.SEARCH_ENGINE,
            "OPTIONS": {"url": nowhere()},
        }
        [message] = self.found()
        assert isinstance(message, checks.Warning)
        assert message.msg == "The search server cannot be reached."

    def test_other_commands_do_not_ask(self, server: FakeServer) -> None:
        call_command("check")
        assert server.asked == []
