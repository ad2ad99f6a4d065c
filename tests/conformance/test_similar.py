"""Works like a work: by what they share, and by nearness in meaning."""

from __future__ import annotations

import random

import pytest

from search import similar
from search.document import SearchDocument
from search.engines.base import Engine
from tests.search.works import text, work

PUBLIC = frozenset({"public"})


def ids(
    engine: Engine, document: SearchDocument, neighbours: dict[str, float] | None = None
) -> list[str]:
    return [hit.document.id for hit in engine.similar(document, PUBLIC, neighbours or {})]


def test_what_shares_more_is_more_alike(engine: Engine) -> None:
    one = work("one", facets={"theme": ["a", "b"], "sdg": ["sdg-06"], "language": ["en"]})
    engine.rebuild(
        [
            one,
            work("all", facets={"theme": ["a", "b"], "sdg": ["sdg-06"]}),
            work("theme", facets={"theme": ["a"]}),
            work("goal", facets={"sdg": ["sdg-06", "sdg-11"]}),
            work("nothing", facets={"theme": ["c"], "language": ["en"]}),
            work("closed", facets={"theme": ["a", "b"]}, audience="members"),
        ]
    )
    hits = engine.similar(one, PUBLIC)
    assert [hit.document.id for hit in hits] == ["all", "theme", "goal"]
    assert [hit.score for hit in hits] == pytest.approx([2.6, 1.0, 0.6], abs=1e-5)
    assert [hit.document.id for hit in engine.similar(one, PUBLIC, limit=1)] == ["all"]
    assert not engine.similar(one, frozenset())


def test_nearness_in_meaning_adds(engine: Engine) -> None:
    one = work("one", facets={"theme": ["a"]})
    engine.rebuild(
        [one, work("shares", facets={"theme": ["a"]}), work("near"), work("closed", audience="x")]
    )
    neighbours = {"near": 0.5, "shares": 0.0, "one": 1.0, "closed": 0.9, "gone": 0.9}
    hits = engine.similar(one, PUBLIC, neighbours)
    assert [hit.document.id for hit in hits] == ["near", "shares"]
    expected = [similar.MEANING_WEIGHT * 0.5, 1.0]
    assert [hit.score for hit in hits] == pytest.approx(expected, abs=1e-5)


def test_a_work_that_has_nothing_is_like_nothing(engine: Engine) -> None:
    engine.rebuild([work("a"), work("b")])
    assert ids(engine, work("a")) == []
    assert ids(engine, work("not indexed"), {"b": 0.5}) == ["b"]


def test_equals_fall_by_date_then_id_and_rank_does_not_matter(engine: Engine) -> None:
    shared = {"sdg": ["1", "2"], "region": ["x"], "agenda": ["y"], "hub": ["h"]}
    codes = [(name, code) for name, values in shared.items() for code in values]
    rng = random.Random(3)
    documents = []
    for number in range(30):
        rng.shuffle(codes)  # sums must not depend on the order in which they are made
        facets: dict[str, list[str]] = {}
        for name, code in codes:
            facets.setdefault(name, []).append(code)
        date = f"20{10 + number % 2}-01-01T00:00:00Z"
        documents.append(work(f"{number:02}", facets=facets, published=date, rank=rng.random()))
    engine.rebuild(documents)
    one = work("one", facets=shared)
    assert ids(engine, one) == ["01", "03", "05", "07", "09", "11"]


def test_titles_are_for_the_reader(engine: Engine) -> None:
    texts = {"en": text("Water <1>"), "fr": text("Eau", "fr")}
    engine.rebuild([work("a", texts=texts, facets={"theme": ["x"]})])
    one = work("one", facets={"theme": ["x"]})
    (hit,) = engine.similar(one, PUBLIC, language="fr")
    assert (hit.language, hit.title, hit.passage, hit.by_meaning) == ("fr", "Eau", "", False)
    (hit,) = engine.similar(one, PUBLIC, language="en")
    assert (hit.language, hit.title) == ("en", "Water &lt;1&gt;")
