"""Orders are total, pages join without gaps, and pages past the end are empty."""

from __future__ import annotations

import pytest

from search.engines.base import Engine
from search.request import SearchRequest, Sort
from search.text import parse_words
from tests.search.works import text, work

PUBLIC = frozenset({"public"})


def ids(engine: Engine, **search: object) -> list[str]:
    request = SearchRequest(**search)  # type: ignore[arg-type]
    return [hit.document.id for hit in engine.search(request, PUBLIC).hits]


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_of_equals_join(engine: Engine, sort: Sort) -> None:
    engine.rebuild([work(f"{i * 7919 % 1000:04}", "Same title") for i in range(300)])
    words = parse_words("same")
    pages = [ids(engine, words=words, sort=sort, size=9, page=page) for page in range(1, 36)]
    joined = [key for page in pages for key in page]
    assert joined == sorted(joined)
    assert len(set(joined)) == len(joined) == 300


def test_past_the_end(engine: Engine) -> None:
    engine.rebuild([work(str(i)) for i in range(25)])
    for page in (3, 4, 999_999, 999_999_999):
        result = engine.search(SearchRequest(page=page, size=20), PUBLIC)
        assert (result.hits, result.total) == ((), 25)
        assert result.facets.keys()


def test_titles_in_the_readers_language_without_case_or_accents(engine: Engine) -> None:
    engine.rebuild(
        [
            work("a", texts={"en": text("Zebra"), "fr": text("âne", "fr")}),
            work("b", texts={"en": text("apple"), "fr": text("Zoo", "fr")}),
            work("c", texts={"en": text("« Éclair »")}),
            work("d", texts={"es": text("eclipse", "es")}),
        ]
    )
    assert ids(engine, sort=Sort.TITLE, language="en") == ["b", "c", "d", "a"]
    assert ids(engine, sort=Sort.TITLE, language="fr") == ["a", "c", "d", "b"]
    assert ids(engine, sort=Sort.TITLE, language="xx") == ["b", "c", "d", "a"]


def test_newest_and_year(engine: Engine) -> None:
    engine.rebuild(
        [
            work("none", published=""),
            work("old", published="2020-05-01T10:00:00+00:00", year=2019),
            work("fine", published="2020-05-01T10:00:00.500000+00:00", year=2018),
            work("zulu", published="2020-05-01T10:00:00Z", year=2019),
            work("paris", published="2020-05-01T12:00:01+02:00", year=1850),
        ]
    )
    assert ids(engine, sort=Sort.NEWEST) == ["paris", "fine", "old", "zulu", "none"]
    assert ids(engine) == ["paris", "fine", "old", "zulu", "none"]
    assert ids(engine, sort=Sort.YEAR) == ["old", "zulu", "fine", "paris", "none"]


def test_ids_of_any_form_keep_their_order(engine: Engine) -> None:
    names = [
        "",
        "-",
        "0",
        "00",
        "A",
        "Z9",
        "a",
        "a-",
        "a0",
        "ab",
        "f" * 30,
        "f" * 31,
        "g",
        "é",
        "z",
    ]
    engine.rebuild([work(name) for name in names if name])
    assert ids(engine, sort=Sort.NEWEST) == sorted(name for name in names if name)
