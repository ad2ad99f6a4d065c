"""The indices on a real server: generations, rebuilds and what meets them, versions, deep pages."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from elasticsearch import BadRequestError, Elasticsearch

from search.audience import PUBLIC
from search.document import SearchDocument
from search.engines import elasticsearch as engine_module
from search.engines import elasticsearch_index, elasticsearch_query, elasticsearch_schema
from search.engines.base import EngineUnavailable, Hit, WorksRefused
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch_index import Indices
from search.request import SearchRequest, Sort
from search.text import parse_words
from tests.elasticsearch.indices import indices
from tests.search.works import work

pytestmark = pytest.mark.requires("elasticsearch")
READER = frozenset({PUBLIC})
_number = itertools.count()


@pytest.fixture
def prefix(elasticsearch_prefix: str) -> str:
    return f"{elasticsearch_prefix}-{next(_number)}"


@pytest.fixture
def engine(elasticsearch_url: str, prefix: str) -> ElasticsearchEngine:
    return ElasticsearchEngine(elasticsearch_url, prefix=prefix, timeout=20)


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url, request_timeout=60) as made:
        yield made


@pytest.fixture
def generations(elasticsearch_url: str, prefix: str) -> Any:
    """Gives the names of all generations."""
    return lambda: [
        name for name in indices(elasticsearch_url, f"{prefix}-") if not name.endswith("-lock")
    ]


def found(engine: ElasticsearchEngine) -> list[str]:
    """Give the ids of all works."""
    result = engine.search(SearchRequest(size=100), READER)
    assert result.total == len(result.hits)
    return sorted(hit.document.id for hit in result.hits)


def works(*keys: str, **about: Any) -> list[SearchDocument]:
    return [work(key, **about) for key in keys]


def test_an_index_of_another_version_is_not_read(
    engine: ElasticsearchEngine,
    elasticsearch_url: str,
    prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine.rebuild(works("a"))
    assert engine.status().available
    monkeypatch.setattr(elasticsearch_schema, "VERSION", 99)
    after_update = ElasticsearchEngine(elasticsearch_url, prefix=prefix, timeout=20)
    for ask in (
        lambda: after_update.search(SearchRequest(), READER),
        lambda: after_update.write(works("b"), {}),
        after_update.digests,
    ):
        with pytest.raises(EngineUnavailable, match=r"another version.*rebuild needed"):
            ask()
    status = after_update.status()
    assert not status.available
    assert "rebuild needed" in status.message
    after_update.rebuild(works("a", "b"))
    assert found(after_update) == ["a", "b"]
    assert after_update.status().documents == 2


def test_without_an_index_a_rebuild_is_asked_for(
    engine: ElasticsearchEngine, generations: Any
) -> None:
    for ask in (lambda: found(engine), lambda: engine.write(works("a"), {})):
        with pytest.raises(EngineUnavailable, match="rebuild needed"):
            ask()
    assert generations() == []  # nothing was made in passing, with a mapping that is guessed


def test_searches_see_one_generation_or_the_next(
    engine: ElasticsearchEngine, generations: Any
) -> None:
    engine.rebuild(works("a1", "a2"))
    [first] = generations()
    seen: list[list[str]] = []
    faults: list[BaseException] = []
    over = threading.Event()

    def search() -> None:
        try:
            while not over.is_set():
                seen.append(found(engine))
        except BaseException as error:  # it would be lost with the thread
            faults.append(error)

    reader = threading.Thread(target=search)
    reader.start()
    try:
        engine.rebuild(works("b1", "b2", "b3"))
        swapped = len(seen)
        while len(seen) < swapped + 3 and reader.is_alive():
            time.sleep(0.01)
    finally:
        over.set()
        reader.join()
    assert faults == []
    assert [keys for keys, _same in itertools.groupby(seen)] == [["a1", "a2"], ["b1", "b2", "b3"]]
    assert first in generations()
    (second,) = set(generations()) - {first}
    engine.rebuild(works("c"))
    assert second in generations()
    assert first not in generations()
    assert len(generations()) == 2


def test_a_failure_leaves_everything_as_it_was(
    engine: ElasticsearchEngine, generations: Any, client: Elasticsearch, prefix: str
) -> None:
    engine.rebuild(works("a"))
    before = generations()

    def breaking() -> Iterator[SearchDocument]:
        yield work("b")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.rebuild(breaking())
    assert generations() == before
    assert found(engine) == ["a"]
    assert not client.indices.exists_alias(name=f"{prefix}-building")
    engine.rebuild(works("a", "b"))  # the lock is free
    assert found(engine) == ["a", "b"]


def test_works_are_made_where_they_are_asked_for_and_refused_in_any_part(
    engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database connection belongs to a thread; the first of four parts holds a refused work."""
    monkeypatch.setattr(elasticsearch_index, "_CHUNK", 2)
    made_in: set[int] = set()

    def documents() -> Iterator[SearchDocument]:
        yield work("refused", facets={"theme": ["x" * 40_000]})
        for one in works(*"abcdef"):
            made_in.add(threading.get_ident())
            yield one

    with pytest.raises(WorksRefused) as refusal:
        engine.rebuild(documents())
    assert list(refusal.value.reasons) == ["refused"]
    assert made_in == {threading.get_ident()}
    assert engine.status().documents == 6


def test_an_error_while_a_part_is_on_its_way_leaves_the_index_as_it_was(
    engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elasticsearch_index, "_CHUNK", 2)
    engine.rebuild(works("a"))

    def documents() -> Iterator[SearchDocument]:
        yield from works(*"bcde")
        raise ValueError("the database is gone")

    with pytest.raises(ValueError, match="gone"):
        engine.rebuild(documents())
    assert engine.status().documents == 1


def test_a_work_that_is_refused_keeps_no_other_out_of_the_new_index(
    engine: ElasticsearchEngine, client: Elasticsearch, prefix: str
) -> None:
    engine.rebuild(works("a"))
    refused = work("c", facets={"theme": ["x" * 40_000]})
    with pytest.raises(WorksRefused, match="did not take the work c") as caught:
        engine.rebuild([*works("b"), refused])
    assert list(caught.value.reasons) == ["c"]
    assert found(engine) == ["b"]
    assert not client.indices.exists_alias(name=f"{prefix}-building")


def test_one_rebuild_at_a_time_and_none_waits_for_a_dead_one(
    engine: ElasticsearchEngine, generations: Any, client: Elasticsearch, prefix: str
) -> None:
    engine.rebuild(works("a"))
    half_made = elasticsearch_index.Indices(prefix, 0)._create(client)
    lock: dict[str, Any] = {"owner": "another", "renewed": time.time() - 30}
    client.index(index=f"{prefix}-lock", id="rebuild", document=lock)
    with pytest.raises(EngineUnavailable, match="Another process is rebuilding"):
        engine.rebuild(works("b"))
    assert half_made in generations()
    lock["renewed"] -= elasticsearch_index.STALE
    client.index(index=f"{prefix}-lock", id="rebuild", document=lock)
    engine.rebuild(works("b"))
    assert found(engine) == ["b"]
    assert half_made not in generations()
    assert not client.exists(index=f"{prefix}-lock", id="rebuild")


def test_a_rebuild_whose_lock_was_taken_over_changes_nothing(
    engine: ElasticsearchEngine, client: Elasticsearch, prefix: str
) -> None:
    engine.rebuild(works("a"))

    def overtaken() -> Iterator[SearchDocument]:
        yield work("b")
        client.index(
            index=f"{prefix}-lock", id="rebuild", document={"owner": "x", "renewed": time.time()}
        )

    with pytest.raises(EngineUnavailable, match="Another process is rebuilding"):
        engine.rebuild(overtaken())
    assert found(engine) == ["a"]
    assert client.get(index=f"{prefix}-lock", id="rebuild")["_source"]["owner"] == "x"


def test_what_is_written_while_a_rebuild_runs_is_not_lost(engine: ElasticsearchEngine) -> None:
    engine.rebuild(works("changed", "gone", "still"))

    def documents() -> Iterator[SearchDocument]:
        yield from works("still", "gone")
        engine.write(
            [work("new", version=5), work("changed", title="Later", version=5)], {"gone": 5}
        )
        assert found(engine) == ["changed", "new", "still"]
        # Read before the change, written after it.
        yield from works("changed", "gone", title="Earlier", version=4)

    engine.rebuild(documents())
    assert found(engine) == ["changed", "new", "still"]
    changed = engine.get("changed", READER)
    assert changed is not None
    assert changed.texts["en"].title == "Later"
    engine.write(works("after"), {})
    assert "after" in found(engine)


def test_a_rebuild_that_ends_while_a_change_is_written_leaves_no_index_of_its_name(
    engine: ElasticsearchEngine,
    client: Elasticsearch,
    prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine.rebuild(works("a"))
    described = Indices._described

    def as_it_was(self: Indices, client: Elasticsearch, names: str) -> dict[str, Any]:
        found = described(self, client, names)
        (about,) = found.values()
        return {**found, "taken away": {**about, "aliases": {self.building: {}}}}

    with monkeypatch.context() as patch:
        patch.setattr(Indices, "_described", as_it_was)
        engine.write(works("b"), {})
    assert found(engine) == ["a", "b"]
    assert not client.indices.exists(index=f"{prefix}-building")


def test_a_facet_that_is_cut_is_no_answer(
    engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elasticsearch_query, "BUCKETS", 2)
    engine.rebuild([work(key, facets={"theme": [key]}) for key in "ab"])
    assert found(engine) == ["a", "b"]
    engine.write([work("c", facets={"theme": ["c"]})], {})
    with pytest.raises(EngineUnavailable, match="more values"):
        engine.search(SearchRequest(), READER)


def test_versions_and_what_remains_of_the_deleted(engine: ElasticsearchEngine) -> None:
    engine.rebuild([])
    engine.write(works("a", "b", version=3), {})
    engine.write([], {"a": 5, "never": 5})
    engine.write([work("a", version=4), work("never", version=4)], {"b": 2})
    assert found(engine) == ["b"]
    assert set(engine.digests()) == {"b"}
    assert engine.status().documents == 1
    engine.write(works("a", version=5), {})
    assert found(engine) == ["a", "b"]


def test_a_refused_work_does_not_hold_up_the_others(
    engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.rebuild(works("gone"))
    monkeypatch.setattr(elasticsearch_index, "_CHUNK", 2)
    bad = work("bad", facets={"theme": ["x" * 40_000]})
    with pytest.raises(WorksRefused) as caught:
        engine.write([*works("a"), bad, *works("b", "c", "d")], {"gone": 9})
    assert list(caught.value.reasons) == ["bad"]
    assert "did not take the work bad" in caught.value.reasons["bad"]
    assert found(engine) == ["a", "b", "c", "d"]


def test_a_field_that_the_mapping_lacks_is_refused(
    engine: ElasticsearchEngine, client: Elasticsearch, prefix: str
) -> None:
    engine.rebuild([])
    with pytest.raises(BadRequestError, match="strict_dynamic_mapping_exception"):
        client.index(index=f"{prefix}-write", document={"id": "a", "unknown": 1})
    before = client.indices.get_mapping(index=f"{prefix}-write").body
    engine.write(works("a", year=2020, point=(1.0, 2.0), labels="Water", place="Dakar"), {})
    after = client.indices.get_mapping(index=f"{prefix}-write").body
    assert after == before


def test_pages_beyond_the_window_are_those_of_the_whole_order(
    engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 60
    monkeypatch.setattr(elasticsearch_schema, "fingerprint", lambda: "the same for both windows")
    engine.rebuild(
        work(
            f"{(n * 37) % count:03}",
            title=f"Water {n % 7}" if n % 5 else "Water",
            body="water " * (n % 3),
            year=2000 + n % 4 if n % 3 else None,
            published=f"20{n % 9 + 10}-01-01T00:00:00+00:00",
            facets={"sdg": ["6"] if n % 2 else ["6", "11"]},
        )
        for n in range(count)
    )
    everything = SearchRequest(size=100)
    for request in (
        replace(everything, sort=Sort.NEWEST),
        replace(everything, sort=Sort.YEAR),
        replace(everything, sort=Sort.TITLE),
        replace(everything, words=parse_words("water")),
        replace(everything, sort=Sort.NEWEST, selections={"sdg": ("11",)}),
    ):
        whole = engine.search(request, READER)
        total = whole.total
        assert len(whole.hits) == total
        with monkeypatch.context() as patched:
            patched.setattr(elasticsearch_schema, "WINDOW", 4)
            patched.setattr(engine_module, "_STRIDE", 7)
            deep: list[Hit] = []
            for page in range(1, total // 4 + 2):
                result = engine.search(replace(request, page=page, size=4), READER)
                assert (result.total, result.facets) == (total, whole.facets)
                deep += result.hits
        assert [hit.document.id for hit in deep] == [hit.document.id for hit in whole.hits]
        assert [hit.score for hit in deep] == pytest.approx([hit.score for hit in whole.hits])
