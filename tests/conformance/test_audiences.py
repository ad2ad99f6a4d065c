"""A work of several audiences is there for each of them, whatever is asked of the engine."""

from __future__ import annotations

import pytest

from search.document import SearchDocument
from search.engines.base import Engine
from search.request import SearchRequest
from search.text import parse_words
from tests.search.works import direction, work

EAST = direction(1)
READERS = {
    "public": [],
    "members": ["all"],
    "section:africa": ["all", "two"],
    "section:mewa": ["two"],
    "group:7": [],
    "secretariat": ["all", "one", "two"],
}


@pytest.fixture
def closed(engine: Engine) -> Engine:
    """An index of works that are not for everybody."""
    facets = {"theme": ["housing"]}

    def made(key: str, *audience: str) -> SearchDocument:
        return work(
            key,
            "Harbour plan",
            place="Harbourtown",
            audience=audience,
            facets=facets,
            point=(1.0, 1.0),
            vector=EAST,
        )

    engine.rebuild(
        [
            made("all", "members", "section:africa", "secretariat"),
            made("two", "section:africa", "section:mewa", "secretariat"),
            made("one", "secretariat"),
        ]
    )
    return engine


@pytest.mark.parametrize("reader", READERS)
def test_nothing_but_the_readers_own(closed: Engine, reader: str) -> None:
    audiences, expected = frozenset({reader}), READERS[reader]
    asked = SearchRequest(words=parse_words("harbour"))
    result = closed.search(asked, audiences)
    assert sorted(hit.document.id for hit in result.hits) == expected
    assert result.total == len(expected)
    assert result.facets["theme"] == ({"housing": len(expected)} if expected else {})
    begun = closed.complete(SearchRequest(words=parse_words("harb")), audiences)
    assert sorted(hit.document.id for hit in begun) == expected
    assert sorted(d.id for d in closed.spelled_like("harbuor", audiences)) == expected
    assert sorted(closed.neighbours(EAST, audiences, floor=0.5)) == expected
    assert sorted(point.id for point in closed.map(asked, audiences, 3).points) == expected
    assert [key for key in ("all", "one", "two") if closed.get(key, audiences)] == expected
    like = work("other", facets={"theme": ["housing"]})
    assert sorted(hit.document.id for hit in closed.similar(like, audiences)) == expected


def test_a_work_of_two_of_the_readers_audiences_counts_once(closed: Engine) -> None:
    audiences = frozenset({"public", "members", "section:africa", "section:mewa"})
    result = closed.search(SearchRequest(), audiences)
    assert (result.total, result.facets["theme"]) == (2, {"housing": 2})


def test_the_document_keeps_its_audiences(closed: Engine) -> None:
    found = closed.get("two", frozenset({"section:mewa"}))
    assert found is not None
    assert found.audiences == ("section:africa", "section:mewa", "secretariat")
