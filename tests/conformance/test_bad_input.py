"""What people and machines send that nobody meant to be sent: answered, never a failure."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.http import QueryDict

from search.engines.base import Engine
from search.request import SearchRequest, parse_request
from tests.search.works import work

PUBLIC = frozenset({"public"})
CODES = ["R&D", "and/or", "x:y", "100%", 'a"b', "one, two", "a b", "é", "[1 TO 2]", "*", "\\", "-x"]

# What an engine might take for syntax, and what no engine is made for. Nothing of it may raise.
TYPED = [
    *"()[]{}/\\!?*~^:+-&|<>=@#%,;'\"`$_.",
    *("foo:bar", "title:x^2", "_id:there", "_exists_:title", "/.*/", "wat*", "w?ter", "water~2"),
    *("a OR b", "AND", "OR", "NOT", "NOT water", "water AND (", "[a TO b]", "water^", "&&", "||"),
    *('""', '"(" water', '"water', 'water"', "“water", "- -", "-", '-"', "--water", '"-"'),
    *("{}", '{"match_all": {}}', "${jndi:ldap://x}", "'; DROP TABLE x; --", "<b>", "&amp;"),
    *("a\x00b", "\ud800", "\ufffd", "\u202ewater", "\u0301", "ـ", "🏙", "\x1b[31m", "\u200b"),
    *("x" * 10_000, "mot " * 2_000, "水" * 500, "-".join("abcdefgh" * 20), '"a" ' * 100),
]


class Knows:
    """A vocabulary that knows the themes given, and nothing else."""

    def __init__(self, themes: Iterable[str] = ()) -> None:
        self.themes = set(themes)

    def resolve(
        self, facet: str, codes: Iterable[str], language: str
    ) -> tuple[list[str], list[str]]:
        """Sort codes into known and unknown."""
        known = self.themes if facet == "theme" else set()
        codes = list(codes)
        return [c for c in codes if c in known], [c for c in codes if c not in known]


def read(query: str, themes: Iterable[str] = (), language: str = "en") -> SearchRequest:
    """Read a query string, as the page does."""
    vocabulary: Any = Knows(themes)
    return parse_request(QueryDict(query), language, vocabulary)


def ids(engine: Engine, request: SearchRequest) -> list[str]:
    return [hit.document.id for hit in engine.search(request, PUBLIC).hits]


def test_signs_are_no_query_language(engine: Engine) -> None:
    engine.rebuild([work("there", "Water"), work("hidden", "Water", audience="members")])
    for typed in TYPED:
        # Broken code points arrive as bytes that are no UTF-8.
        request = read("q=" + quote(typed.encode("utf-8", "surrogatepass")))
        for asked in (request, SearchRequest(words=request.words, any_word=True)):
            result = engine.search(asked, PUBLIC)
            assert result.total == len(result.hits) <= 1, typed
            assert all(hit.document.id == "there" for hit in result.hits), typed
        assert {hit.document.id for hit in engine.complete(request, PUBLIC)} <= {"there"}
        assert engine.map(request, PUBLIC, 3).total == 0
        for word in (*request.words.terms, *request.words.phrases):
            like = engine.spelled_like(word, PUBLIC)
            assert {document.id for document in like} <= {"there"}, typed


def test_signs_around_a_word_are_not_part_of_it(engine: Engine) -> None:
    engine.rebuild([work("there", "Barcelona en Comú"), work("other", "Water")])
    around = ['"{}', "{})", "({}", "¡{}!", "{}:", "/{}", "*{}*", "{}~", "«{}»", "{}…", "{},en"]
    for typed in (signs.format("Barcelona") for signs in around):
        assert ids(engine, read(urlencode({"q": typed}))) == ["there"], typed
    assert ids(engine, read("q=_id:other")) == []
    assert ids(engine, read("q=Barcelona+OR+Water")) == []


def test_what_is_long_is_cut_and_said(engine: Engine) -> None:
    engine.rebuild([work("there", "Water " * 20)])
    for typed in ("water " * 2_000, "water" + " " * 10_000 + "water"):
        assert ids(engine, read(urlencode({"q": typed}))) == ["there"]
    assert read(urlencode({"q": "water " * 2_000})).notices
    endless = read(urlencode({"q": "water " + "x" * 10_000}))
    assert endless.notices
    assert ids(engine, endless) == ["there"]  # half a word that nobody typed is left out


def test_broken_bytes_and_nul_are_spaces(engine: Engine) -> None:
    engine.rebuild([work("there", "Water and housing")])
    for query in ("q=water%00housing", "q=water%FFhousing", "q=%C3water+%E9", "q=water%ED%A0%80"):
        assert ids(engine, read(query)) == ["there"], query


@pytest.mark.parametrize("page", ["0", "-1", "abc", "1.5", "²", "1e3", "", "999999", "9" * 40])
def test_a_page_that_is_none(page: str) -> None:
    request = read(urlencode({"page": page}))
    assert request.page == (999_999 if page == "999999" else 1)
    assert bool(request.notices) == (page not in ("", "999999"))


def test_more_than_ten_thousand_and_the_last_page(engine: Engine) -> None:
    total = 10_030
    keys = [f"{number:05}" for number in range(total)]
    shuffled = random.Random(1).sample(keys, total)
    engine.rebuild(work(key, "Water", facets={"theme": ["R&D"]}) for key in shuffled)
    for query in ("", "q=water", "sort=title", "theme=R%26D"):
        last = read(f"{query}&page=502", ["R&D"])
        result = engine.search(last, PUBLIC)
        assert result.total == result.facets["theme"]["R&D"] == total
        assert [hit.document.id for hit in result.hits] == keys[-10:]
        past = engine.search(read(f"{query}&page=503", ["R&D"]), PUBLIC)
        assert (past.hits, past.total) == ((), total)
        assert engine.search(read(f"{query}&page=999999", ["R&D"]), PUBLIC).hits == ()


def test_values_of_any_signs(engine: Engine) -> None:
    engine.rebuild([work(str(number), facets={"theme": [c]}) for number, c in enumerate(CODES)])
    for number, code in enumerate(CODES):
        request = read(urlencode({"theme": code}), CODES)
        result = engine.search(request, PUBLIC)
        assert [hit.document.id for hit in result.hits] == [str(number)], code
        assert result.facets["theme"] == dict.fromkeys(CODES, 1)
        assert read(request.query_string(), CODES) == request
    both = read(urlencode([("theme", "R&D"), ("theme", "one, two")]), CODES)
    assert engine.search(both, PUBLIC).total == 2


def test_repeated_and_unknown_keys(engine: Engine) -> None:
    engine.rebuild([work("a", "Water and rain", facets={"theme": ["R&D"]}), work("b", "Water")])
    twice = read("theme=R%26D&theme=R%26D&q=water&q=rain&page=7&page=1&sort=title&sort=year", CODES)
    assert ids(engine, twice) == ["a"]
    assert ids(engine, read("zzz=1&audience=members&size=0&language[]=x&__proto__=1")) == ["a", "b"]
    unknown = read("theme=nothing&q=water", CODES)
    assert unknown.notices
    assert set(ids(engine, unknown)) == {"a", "b"}
    many = "&".join(f"theme={quote(code)}" for code in CODES * 50)
    assert ids(engine, read(many, CODES)) == ["a"]


def test_a_word_and_none_see_the_same_works_in_every_language(engine: Engine) -> None:
    languages = ("en", "fr", "ar", "zh", "xx")
    engine.rebuild([work(code, "Agora", language=code) for code in languages])
    for reader in (*languages, "es"):
        empty, typed = read("", language=reader), read("q=agora", language=reader)
        assert sorted(ids(engine, empty)) == sorted(ids(engine, typed)) == sorted(languages)
