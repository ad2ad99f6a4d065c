"""A search from a query string and back; nothing that is typed raises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.facets import FACET_NAMES
from search.request import MAX_VALUES, SearchRequest, Sort, parse_request
from search.text import MAX_CHARACTERS, MAX_TERMS

KNOWN = {"type": {"hub", "resource"}, "theme": {"climate", "housing"}, "region": {"KEN", "002"}}


class Known:
    """A vocabulary of few values; "old" is what "climate" was called once."""

    def resolve(
        self, facet: str, codes: Iterable[str], language: str
    ) -> tuple[list[str], list[str]]:
        """Give the codes known, and those that are not."""
        followed = ["climate" if code == "old" else code for code in codes]
        known = [code for code in dict.fromkeys(followed) if code in KNOWN.get(facet, ())]
        return known, [code for code in followed if code not in KNOWN.get(facet, ())]


def read(query: str) -> SearchRequest:
    """Read a query string."""
    vocabulary: Any = Known()
    return parse_request(QueryDict(query), "en", vocabulary)


def test_nothing_is_an_empty_search() -> None:
    for query in (
        "",
        "q=",
        "q=%20",
        "theme=",
        "page=",
        "sort=",
        "page=1",
        "unknown=1",
        "sort=relevance",
    ):
        request = read(query)
        assert request.is_empty
        assert request.query_string() == ""
        assert request.notices == ()


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("q=water", "q=water"),
        ("q=water&q=rain", "q=water+rain"),
        ("q=++water++%09rain", "q=water+rain"),
        ("theme=climate&type=hub", "type=hub&theme=climate"),
        ("theme=climate&theme=climate", "theme=climate"),
        ("theme=old&theme=climate", "theme=climate"),
        ("page=2&sort=title&q=a", "q=a&sort=title&page=2"),
        ("page=007", "page=7"),
        ("q=caf%65%CC%81", "q=caf%C3%A9"),
        ("q=a%00b", "q=a+b"),
    ],
)
def test_an_address_has_one_shortest_form(query: str, same: str) -> None:
    assert read(query).query_string() == same
    assert read(same).query_string() == same


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("page=0", "0"),
        ("page=-1", "-1"),
        ("page=abc", "abc"),
        ("page=1e3", "1e3"),
        ("page=٣", "٣"),
        ("page=9999999999", "9999999999"),
        ("sort=price", "price"),
        ("theme=x", "x"),
        ("theme=climate&theme=x", "x"),
        ("q=" + "a" * 10_000, str(MAX_CHARACTERS)),
        ("q=" + "a+" * 2000, str(MAX_TERMS)),
    ],
)
def test_what_is_not_understood_is_said(query: str, part: str) -> None:
    request = read(query)
    assert len(request.notices) == 1
    assert part in request.notices[0]
    assert request.page == 1
    assert request.sort is Sort.RELEVANCE


def test_a_flood_of_values_is_said_briefly() -> None:
    request = read("&".join(f"theme=t{number}" for number in range(1000)))
    assert len(request.notices) == 3
    assert read("theme=" + "x" * 100_000).notices[0].count("x") <= 60
    assert len(read("&".join(["theme=climate"] * (MAX_VALUES * 2))).selections["theme"]) == 1


@given(
    st.dictionaries(
        st.sampled_from([*FACET_NAMES, "q", "page", "sort", "size", "x"]),
        st.lists(st.text(max_size=30), max_size=3),
    )
)
def test_anything_is_read_and_reads_the_same_again(data: dict[str, list[str]]) -> None:
    query = "&".join(
        f"{name}={quote(value, errors='replace')}"
        for name, values in data.items()
        for value in values
    )
    request = read(query)
    again = read(request.query_string())
    assert again.query_string() == request.query_string()
    assert again.selections == request.selections
    assert (again.page, again.sort, again.words.text) == (
        request.page,
        request.sort,
        request.words.text,
    )


@given(st.binary(max_size=60))
def test_any_bytes_are_read(data: bytes) -> None:
    read(data.decode("latin-1"))
    read("q=" + quote(data))


class TestChanges:
    """Ticking and unticking."""

    def test_a_tick_goes_back_to_the_first_page_and_keeps_the_rest(self) -> None:
        request = read("q=water&theme=climate&sort=title&page=9")
        assert request.toggle("type", "hub").query_string() == (
            "q=water&type=hub&theme=climate&sort=title"
        )
        assert request.toggle("theme", "climate").query_string() == "q=water&sort=title"
        assert request.toggle("theme", "housing").selections["theme"] == ("climate", "housing")

    def test_a_request_does_not_change(self) -> None:
        request = read("theme=climate")
        request.toggle("theme", "housing")
        assert request.query_string() == "theme=climate"

    def test_values_with_signs_survive(self) -> None:
        for code in ("a&b", "a/b", "a:b", "a%b", 'a"b', "a,b", "a=b", "a+b", "é", "#"):
            query = SearchRequest(selections={"theme": (code,)}).query_string()
            assert QueryDict(query).getlist("theme") == [code]

    def test_offsets(self) -> None:
        assert SearchRequest(page=3, size=20).offset == 40
