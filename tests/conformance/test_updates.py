"""Writing: versions, deletions, privacy, and a rebuild that takes the place of the old index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from search.document import SearchDocument
from search.engines.base import Engine
from search.request import SearchRequest
from search.text import parse_words
from tests.search.works import work

PUBLIC = frozenset({"public"})


@pytest.fixture(autouse=True)
def _emptied(engine: Engine) -> None:
    """Begin with an empty index: what is written meets nothing that stood there."""
    engine.rebuild([])


def titles(engine: Engine, words: str = "", audiences: frozenset[str] = PUBLIC) -> list[str]:
    result = engine.search(SearchRequest(words=parse_words(words)), audiences)
    assert result.total == len(result.hits)
    return sorted(next(iter(hit.document.texts.values())).title for hit in result.hits)


def test_a_document_comes_back_as_it_was_written(engine: Engine) -> None:
    document = replace(
        work("a", "Title", labels="x\ny", year=2020, rank=0.5, facets={"theme": ["R&D"]}),
        point=(0.0, -4.5),
        card={"picture": "x.jpg", "n": 1},
    )
    engine.write([document], {})
    (hit,) = engine.search(SearchRequest(), PUBLIC).hits
    assert hit.document == replace(document, labels="")
    assert engine.get("a", PUBLIC) == hit.document
    assert engine.digests() == {"a": document.digest()}


def test_labels_of_any_length_are_indexed(engine: Engine) -> None:
    labels = "\n".join(f"مصطلح {number} term" for number in range(2_000))
    engine.write([work("a", labels=labels)], {})
    assert len(labels.encode()) > 40_000
    assert titles(engine, "term 1999") == ["Untitled"]
    (found,) = engine.spelled_like("terms", PUBLIC)
    assert found.labels == labels


def test_a_lower_version_is_left_out(engine: Engine) -> None:
    engine.write([work("a", "Two", version=2)], {})
    engine.write([work("a", "One", version=1)], {})
    assert titles(engine) == ["Two"]
    engine.write([work("a", "Again", version=2), work("a", "Three", version=3)], {})
    assert titles(engine) == ["Three"]
    engine.write([work("a", "Five", version=5), work("a", "Four", version=4)], {})
    assert titles(engine) == ["Five"]
    assert titles(engine, "two") == []


def test_a_late_retry_does_not_bring_back_what_was_deleted(engine: Engine) -> None:
    engine.write([work("a", "One", version=1), work("b", "Bee")], {})
    engine.write([], {"a": 3, "unknown": 1})
    assert titles(engine) == ["Bee"]
    engine.write([work("a", "Two", version=2)], {})
    assert titles(engine) == ["Bee"]
    assert engine.status().documents == 1
    assert set(engine.digests()) == {"b"}
    engine.write([work("a", "Four", version=4)], {})
    assert titles(engine) == ["Bee", "Four"]
    engine.write([], {"a": 3})
    assert titles(engine) == ["Bee", "Four"]


def test_what_is_not_for_the_reader_is_neither_found_nor_counted(engine: Engine) -> None:
    engine.write(
        [
            work("open", "Plan", facets={"theme": ["housing"]}),
            work("closed", "Plan secret", audience="members", facets={"theme": ["housing", "x"]}),
        ],
        {},
    )
    for words in ("", "plan", "secret", '"plan secret"', "sec", "-nothing"):
        result = engine.search(SearchRequest(words=parse_words(words)), PUBLIC)
        assert all(hit.document.id == "open" for hit in result.hits)
        assert "x" not in result.facets["theme"]
        assert result.facets["theme"].get("housing", 0) == result.total <= 1
    chosen = SearchRequest(selections={"theme": ("x",)})
    assert engine.search(chosen, PUBLIC).total == 0
    assert "x" not in engine.search(chosen, PUBLIC).facets["theme"]
    assert titles(engine, "plan", frozenset({"public", "members"})) == ["Plan", "Plan secret"]
    assert titles(engine, "plan", frozenset()) == []
    engine.write([work("open", "Plan", audience="members", version=2)], {})
    assert titles(engine, "plan") == []


def test_a_rebuild_takes_the_place_of_the_old_index(engine: Engine) -> None:
    engine.write([work("old", "Old")], {})

    def documents() -> Iterator[SearchDocument]:
        assert titles(engine) == ["Old"]
        yield work("new", "New", version=2)
        yield work("new", "Newer", version=3)
        yield work("new", "Older", version=1)
        assert titles(engine) == ["Old"]

    assert engine.rebuild(documents()) == 1
    assert titles(engine) == ["Newer"]
    assert engine.status().documents == 1
    assert engine.rebuild([]) == 0
    assert titles(engine) == []


def test_a_rebuild_that_fails_leaves_the_old_index(engine: Engine) -> None:
    engine.write([work("old", "Old")], {})

    def documents() -> Iterator[SearchDocument]:
        yield work("new", "New")
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        engine.rebuild(documents())
    assert titles(engine) == ["Old"]
    engine.write([work("other", "Other")], {})
    assert titles(engine) == ["Old", "Other"]


def test_the_index_before_a_rebuild_answers_again(engine: Engine) -> None:
    engine.rebuild([work("a", "Before")])
    engine.rebuild([work("b", "Afterwards")])
    engine.rollback()
    assert titles(engine) == ["Before"]
    engine.write([work("c", "Written since")], {})
    assert titles(engine) == ["Before", "Written since"]
    engine.rebuild([work("d", "Anew")])
    assert titles(engine) == ["Anew"]
    engine.rollback()
    assert titles(engine) == ["Before", "Written since"]
