"""Works near in meaning: found by their vectors, and matching a search without its words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from search.document import SearchDocument
from search.engines.base import Engine
from search.request import SearchRequest, Sort
from search.text import parse_words
from tests.encoder import WordsEncoder
from tests.search.works import direction, work

PUBLIC = frozenset({"public"})
EAST = direction(1)


def near(engine: Engine, floor: float = 0.5, limit: int = 100) -> list[str]:
    return list(engine.neighbours(EAST, PUBLIC, floor=floor, limit=limit))


def found(
    engine: Engine, words: str, neighbours: dict[str, float], **search: object
) -> list[tuple[str, bool]]:
    request = SearchRequest(words=parse_words(words), **search)  # type: ignore[arg-type]
    result = engine.search(request, PUBLIC, neighbours)
    assert result.total == len(result.hits)
    return [(hit.document.id, hit.by_meaning) for hit in result.hits]


def test_the_nearest_come_first_down_to_the_floor(engine: Engine) -> None:
    engine.rebuild(
        [
            work("same", vector=direction(1)),
            work("close", vector=direction(1, 0.5)),
            work("half", vector=direction(1, 1)),
            work("across", vector=direction(0, 1)),
            work("against", vector=direction(-1)),
            work("none"),
        ]
    )
    similarities = engine.neighbours(EAST, PUBLIC, floor=0.5)
    assert list(similarities) == ["same", "close", "half"]
    assert list(similarities.values()) == pytest.approx([1.0, 0.894427, 0.707107], abs=1e-4)
    assert max(similarities.values()) <= 1
    assert near(engine, floor=0.8) == ["same", "close"]
    assert near(engine, limit=1) == ["same"]
    assert near(engine, floor=0.99, limit=0) == []


def test_where_it_is_crowded_a_work_is_less_near(engine: Engine) -> None:
    engine.rebuild(
        [
            work("crowded", vector=direction(1, 0.2), density=0.5),
            work("free", vector=direction(1, 0.3), density=0.1),
            work("low", vector=direction(0.6, 0.8), density=1.0),
        ]
    )
    assert engine.neighbours(EAST, PUBLIC, floor=0.59) == pytest.approx(
        {"free": 0.957826 - 0.02, "crowded": 0.980581 - 0.1, "low": 0.6 - 0.2}, abs=1e-4
    )
    assert near(engine) == ["free", "crowded", "low"], "the floor holds for the similarity"
    assert near(engine, limit=1) == ["crowded"], "and so does how many there may be"
    engine.write([work("free", vector=direction(1, 0.3), density=0.9, version=2)], {})
    assert near(engine) == ["crowded", "free", "low"]


def test_no_work_is_less_near_than_not_at_all(engine: Engine) -> None:
    engine.rebuild([work("a", vector=direction(0.6, 0.8), density=4.0)])
    neighbours = engine.neighbours(EAST, PUBLIC, floor=0.5)
    assert neighbours == {"a": 0.0}
    assert found(engine, "water", dict(neighbours)) == [("a", True)]


def test_an_index_without_vectors_has_no_neighbours(engine: Engine) -> None:
    engine.rebuild([])
    assert near(engine) == []
    engine.rebuild([work("a")])
    assert near(engine, floor=0.0) == []
    engine.write([work("b", vector=EAST)], {})
    assert near(engine) == ["b"]


def test_deleted_and_changed_works_are_no_neighbours_any_more(engine: Engine) -> None:
    engine.rebuild([work(key, vector=EAST) for key in "abcde"])
    engine.write([work("a", vector=direction(0, 1), version=2), work("b", version=2)], {"c": 2})
    assert sorted(near(engine)) == ["d", "e"]
    engine.write(
        [work("a", vector=EAST, version=3), work("d", "Renamed", vector=EAST, version=2)], {}
    )
    assert sorted(near(engine)) == ["a", "d", "e"]
    engine.write([work("e", vector=direction(0, 1), version=0)], {})
    assert sorted(near(engine)) == ["a", "d", "e"]
    engine.rebuild([work("f", vector=direction(0, 1)), work("e", vector=EAST)])
    assert near(engine) == ["e"]


def test_works_for_others_take_no_place_among_the_nearest(engine: Engine) -> None:
    closed = [work(f"closed{i}", vector=EAST, audience="members") for i in range(30)]
    engine.rebuild([*closed, work("open", vector=direction(1, 0.9))])
    assert near(engine, limit=2) == ["open"]
    both = frozenset({"public", "members"})
    assert len(engine.neighbours(EAST, both, floor=0.5, limit=100)) == 31
    assert not engine.neighbours(EAST, frozenset(), floor=0.5)


def test_the_nearest_of_many_are_those_that_comparing_all_gives(engine: Engine) -> None:
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(1500, WordsEncoder.dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    documents = [work(str(i), vector=vector) for i, vector in enumerate(vectors)]
    engine.rebuild(documents[:1000])
    for start in range(1000, 1500, 100):
        engine.write(documents[start : start + 100], {})
    for query in vectors[::300]:
        exact = {str(i) for i in np.argsort(-(vectors @ query))[:100]}
        given = engine.neighbours(query, PUBLIC, floor=-1.0)
        assert len(given) == 100
        assert len(exact & set(given)) >= 99
        assert list(given.values()) == sorted(given.values(), reverse=True)


def test_a_neighbour_matches_without_the_words(engine: Engine) -> None:
    engine.rebuild(
        [work("words", "Water"), work("meaning", "Eau"), work("both", "Water pipes"), work("other")]
    )
    neighbours = {"meaning": 0.6, "both": 0.9, "gone": 1.0}
    assert sorted(found(engine, "water", neighbours)) == [
        ("both", False),
        ("meaning", True),
        ("words", False),
    ]
    for sort in Sort:
        assert len(found(engine, "water", neighbours, sort=sort)) == 3
    assert sorted(found(engine, '"water pipes"', neighbours)) == [
        ("both", False),
        ("meaning", True),
    ]
    assert sorted(found(engine, "water fire", neighbours)) == [("both", True), ("meaning", True)]
    assert found(engine, "wat", {"words": 0.5})[0] == ("words", False)


def test_nearness_adds_to_the_score(engine: Engine) -> None:
    engine.rebuild([work(key, "Water", body="x") for key in "abc"] + [work("d", "Eau"), work("e")])
    assert found(engine, "water tank", {"b": 0.9, "d": 0.5, "e": 0.7}) == [
        ("b", True),
        ("e", True),
        ("d", True),
    ]
    ranked = [key for key, _ in found(engine, "wate", {"b": 0.5, "c": 0.9})]
    assert ranked == ["c", "b", "a"]
    result = engine.search(SearchRequest(words=parse_words("wate")), PUBLIC, {"c": 0.9})
    scores = {hit.document.id: hit.score for hit in result.hits}
    assert scores["c"] > scores["a"] == scores["b"] > 0


def test_the_whole_title_wins_over_nearness(engine: Engine) -> None:
    engine.rebuild([work("title", "Water plan"), work("near", "Water plan of the city")])
    assert found(engine, "water plan", {"near": 1.0})[0] == ("title", False)


def test_filters_and_what_is_excluded_hold_for_neighbours(engine: Engine) -> None:
    engine.rebuild(
        [
            work("a", "Eau", facets={"theme": ["x"]}, point=(1.0, 1.0)),
            work("b", "Eau chaude", facets={"theme": ["y"]}),
            work("closed", "Eau", audience="members", facets={"theme": ["x"]}),
        ]
    )
    neighbours = {"a": 0.9, "b": 0.9, "closed": 0.9}
    assert sorted(found(engine, "water", neighbours)) == [("a", True), ("b", True)]
    assert found(engine, "water -chaude", neighbours) == [("a", True)]
    assert found(engine, "water", neighbours, selections={"theme": ("y",)}) == [("b", True)]
    result = engine.search(
        SearchRequest(words=parse_words("water"), selections={"theme": ("y",)}), PUBLIC, neighbours
    )
    assert result.facets["theme"] == {"x": 1, "y": 1}


def test_without_words_neighbours_change_nothing(engine: Engine) -> None:
    engine.rebuild([work("a", "Water"), work("b", "Fire")])
    assert found(engine, "", {"b": 1.0}) == [("a", False), ("b", False)]
    assert found(engine, "-fire", {"b": 1.0}) == [("a", False)]


def test_counts_of_other_neighbours_are_not_remembered(engine: Engine) -> None:
    engine.rebuild([work(key) for key in "abc"])
    assert found(engine, "water", {"a": 0.9}) == [("a", True)]
    assert found(engine, "water", {"a": 0.9, "b": 0.8}) == [("a", True), ("b", True)]
    assert found(engine, "water", {}) == []


def test_one_word_of_several_is_enough_if_asked_for(engine: Engine) -> None:
    engine.rebuild(
        [
            work("one", "Water alone", body="x y"),
            work("two", "Water fire", body="x y"),
            work("phrase", "Public housing"),
            work("none", "Earth"),
        ]
    )
    assert found(engine, "water fire", {}) == [("two", False)]
    some = found(engine, 'water fire "public housing"', {}, any_word=True)
    assert sorted(some) == [("one", False), ("phrase", False), ("two", False)]
    assert found(engine, "water fire", {}, any_word=True)[0] == ("two", False)
    assert found(engine, "water fire -alone", {}, any_word=True) == [("two", False)]
    assert ("none", True) in found(engine, "water fire", {"none": 0.5}, any_word=True)
    assert len(found(engine, "", {}, any_word=True)) == 4


def test_a_vector_is_not_given_back(engine: Engine) -> None:
    document: SearchDocument = work("a", vector=EAST)
    engine.rebuild([])
    engine.write([document], {})
    (hit,) = engine.search(SearchRequest(), PUBLIC).hits
    assert hit.document == replace(document, vector=None)
    assert engine.digests() == {"a": document.digest()}
