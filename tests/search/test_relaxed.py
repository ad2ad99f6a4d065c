"""Where nothing is found: fewer words or fewer filters, said and never silent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.http import QueryDict
from django.test import Client

from search import relax
from search.engines import get_engine
from search.engines.base import EngineUnavailable
from search.run import Answer, search_by
from tests.fixtures import empty_index
from tests.search.works import work

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world", "flooded"),
]


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """25 works on flooding in one theme, three on markets in another, and two others.

    One has a place: Jakarta.
    """
    folder: Path = tmp_path_factory.mktemp("flooded")
    climate = {"type": ("good-practice",), "theme": ("climate",)}
    housing = {"type": ("good-practice",), "theme": ("housing",)}
    with empty_index(folder) as engine:
        engine.write(
            [
                *(work(f"f{n:02}", f"Flooding number {n}", facets=climate) for n in range(25)),
                *(work(f"m{n:02}", f"Market number {n}", facets=housing) for n in range(3)),
                work("both", "Tents and canals", facets=housing),
                work("far", "Mangroves", facets=climate, point=(-6.2, 106.8)),
            ],
            {},
        )
        yield


def ask(query: str) -> Answer:
    """Search as the page does."""
    return search_by(QueryDict(query), "en", relaxing=True)


class TestAnyWord:
    """One word is enough where no work holds all."""

    def test_works_with_one_of_the_words_are_shown(self) -> None:
        answer = ask("q=flooding market")
        assert answer.total == 28
        assert answer.request.any_word

    def test_it_is_said_with_the_number(self, client: Client) -> None:
        page = client.get("/en/search/?q=flooding market").content.decode()
        assert "No work holds all of your words. 28 works hold at least one of them." in page
        page = client.get("/en/search/?q=canals market&type=hub").content.decode()
        assert "No work holds all" not in page

    def test_where_all_words_are_held_nothing_is_relaxed(self) -> None:
        answer = ask("q=tents canals")
        assert (answer.total, answer.request.any_word) == (1, False)

    def test_one_word_alone_is_not_relaxed(self) -> None:
        assert ask("q=xyzzyqqq").total == 0
        assert not ask("q=xyzzyqqq xyzzyqqq").request.any_word

    def test_what_is_excluded_stays_out(self) -> None:
        answer = ask("q=flooding market -number")
        assert answer.total == 0
        answer = ask("q=flooding market canals -flooding")
        assert {hit.document.id[0] for hit in answer.hits} == {"m", "b"}

    def test_a_phrase_counts_as_one_word(self) -> None:
        answer = ask('q="market number" canals')
        assert answer.total == 4

    def test_every_page_is_of_the_same_list(self, client: Client) -> None:
        first = ask("q=flooding market")
        second = ask(first.next_query)
        bare = ask("q=flooding market&page=2")
        ids = [hit.document.id for hit in (*first.hits, *second.hits)]
        assert len(set(ids)) == first.total == second.total
        assert bare.hits == second.hits
        assert client.get(f"/en/search/?{first.page_query(3)}").status_code == 404
        assert client.get("/en/search/?q=flooding market&page=3").status_code == 404

    def test_ticking_gives_the_counts_shown(self) -> None:
        for start in ("q=flooding market", "q=tents canals market&theme=climate"):
            answer = ask(start)
            for code, count in answer.result.facets.get("theme", {}).items():
                if code not in answer.request.selections.get("theme", ()):
                    ticked = ask(answer.request.select("theme", [code]).query_string())
                    assert ticked.total == count, (start, code)

    def test_a_filter_that_finds_all_words_keeps_the_list_and_says_so(self, client: Client) -> None:
        relaxed = ask("q=flooding market").request
        query = f"q=tents canals&any={ask('q=tents canals').request.any_mark}"
        answer = ask(query)
        assert (answer.request.any_word, answer.all_words) == (True, 1)
        assert b"Only works that hold all words" in client.get(f"/en/search/?{query}").content
        assert ask(answer.all_words_query).request.any_word is False
        assert "any=" in relaxed.query_string()

    def test_other_words_count_all_again(self) -> None:
        mark = ask("q=flooding market").request.any_mark
        assert not ask(f"q=tents canals&any={mark}").request.any_word

    def test_the_form_keeps_it(self, client: Client) -> None:
        page = client.get("/en/search/?q=flooding market").content.decode()
        mark = ask("q=flooding market").request.any_mark
        assert re.search(rf'name="any" value="{mark}" form="search-form"', page)

    def test_in_the_api(self, client: Client) -> None:
        data = client.get("/api/v1/search?q=flooding market").json()
        assert (data["relaxed"], data["total"]) == ("any-word", 28)
        assert client.get("/api/v1/search?q=market").json()["relaxed"] is None
        assert client.get("/api/v1/search?q=tents market&any=1").json()["total"] == 4


class TestOtherSpellings:
    """They are looked for once, on the first page: no page of a long list pays for it again."""

    @pytest.mark.parametrize(
        ("query", "times"),
        [
            ("q=floding number", 1),
            ("q=floding number&page=2", 0),
            ("q=flooding", 0),
            ("q=flooding&page=2", 0),
        ],
    )
    def test_how_often(self, query: str, times: int) -> None:
        with mock.patch("search.relax.suggest", return_value=None) as suggest:
            answer = ask(query)
        assert answer.total > 20
        assert suggest.call_count == times

    def test_not_where_some_work_holds_all_words(self) -> None:
        mark = ask("q=tents canals").request.any_mark
        with mock.patch("search.relax.suggest") as suggest:
            assert ask(f"q=tents canals&any={mark}").suggestion is None
        suggest.assert_not_called()

    def test_where_works_are_found_by_meaning_alone(self, client: Client) -> None:
        near = {f"f{n:02}": 0.9 for n in range(25)}
        with (
            mock.patch("search.run.neighbours", return_value=near),
            mock.patch("search.relax.suggest", return_value=None) as suggest,
        ):
            pages = [ask("q=inundaciones"), ask("q=inundaciones&page=2")]
            suggest.assert_called_once()
            said = [
                "No work holds all that you typed"
                in client.get(f"/en/search/?{query}").content.decode()
                for query in ("q=inundaciones", "q=flooding", "q=inundaciones&page=2")
            ]
            shown = client.get("/en/search/?q=inundaciones market").content.decode()
            found = client.get("/api/v1/search?q=inundaciones").json()
        assert [len(page.hits) for page in pages] == [20, 5]
        assert all(hit.by_meaning for page in pages for hit in page.hits)
        assert said == [True, False, False]
        assert found["relaxed"] == "by-meaning"
        (link,) = re.findall(r'href="([^"]+)">Works that hold at least one of your words', shown)
        assert ask(unescape(link).partition("?")[2]).total == 3

    def test_what_is_near_in_meaning_may_stand_before_what_holds_the_words(self) -> None:
        near = {f"f{n:02}": 0.9 for n in range(25)}
        with (
            mock.patch("search.run.neighbours", return_value=near),
            mock.patch("search.relax.suggest") as suggest,
        ):
            answer = ask("q=market&sort=title")
        assert (answer.total, len(answer.hits)) == (28, 20)
        assert all(hit.by_meaning for hit in answer.hits)
        assert not answer.by_meaning
        suggest.assert_not_called()


class TestFewerFilters:
    """Which filter to drop, and what that gives."""

    def test_each_filter_that_helps(self, client: Client) -> None:
        answer = ask("q=market&theme=climate&type=good-practice")
        assert [(one.facet, one.total) for one in answer.without] == [("theme", 3)]
        for one in answer.without:
            assert ask(one.query).total == one.total
        page = client.get("/en/search/?q=market&theme=climate").content.decode()
        assert re.search(r"without “Theme: [^”]+”\s*\(3\)", page)
        page = client.get("/fr/search/?q=market&theme=climate").content.decode()
        assert re.search("sans «\u00a0Thème\u00a0: [^»]+\u00a0»\\s*\\(3\\)", page)

    def test_all_filters_where_one_is_not_enough(self) -> None:
        answer = ask("q=market&theme=climate&type=hub")
        assert [(one.facet, one.total) for one in answer.without] == [("", 3)]

    @pytest.mark.parametrize(
        ("name", "place", "label"),
        [
            ("near", "near=41.38,2.17&within=100", "Place: Within 100 km of 41.38, 2.17"),
            ("box", "box=0,40,5,45", "Place: In an area of the map"),
        ],
    )
    def test_the_place(self, client: Client, name: str, place: str, label: str) -> None:
        query = f"q=mangroves&theme=climate&{place}"
        (one,) = ask(query).without
        assert (one.facet, one.total) == (name, 1)
        assert one.query == "q=mangroves&theme=climate"
        page = client.get(f"/en/search/?{query}").content.decode()
        assert f"without “{label}” (1)</a>" in page
        assert "sans «\u00a0Lieu\u00a0: " in client.get(f"/fr/search/?{query}").content.decode()
        found = client.get(f"/api/v1/search?{query}").json()
        assert found["without"] == [{"facet": name, "total": 1}]

    def test_coordinates_keep_their_order_in_arabic(self, client: Client) -> None:
        page = client.get("/ar/search/?q=mangroves&near=1,-150").content.decode()
        assert page.count("\u20661, -150\u2069") == 2  # what is chosen, what it is without

    def test_all_filters_and_the_place_where_one_is_not_enough(self) -> None:
        (one,) = ask("q=mangroves&theme=housing&near=41.38,2.17").without
        assert (one.facet, one.total, one.query) == ("", 1, "q=mangroves")

    def test_nothing_that_finds_nothing(self) -> None:
        assert ask("q=xyzzyqqq&theme=climate").without == ()

    def test_filters_without_words(self) -> None:
        answer = ask("theme=climate&type=hub")
        assert {one.facet for one in answer.without} == {"type"}

    def test_in_the_api(self, client: Client) -> None:
        data = client.get("/api/v1/search?q=market&theme=climate").json()
        assert data["without"] == [{"facet": "theme", "total": 3}]


class TestBudget:
    """However much was typed and chosen, the engine is asked a number of times that is fixed."""

    @pytest.fixture
    def asked(self) -> Iterator[list[str]]:
        """Every question that reaches the engine."""
        asked: list[str] = []
        engine = get_engine()

        def noted(name: str) -> Callable[..., Any]:
            ask = getattr(engine, name)

            def wrapper(*args: Any, **options: Any) -> Any:
                asked.append(name)
                return ask(*args, **options)

            return wrapper

        with (
            mock.patch.object(engine, "search", noted("search")),
            mock.patch.object(engine, "spelled_like", noted("spelled_like")),
        ):
            yield asked

    WORDS = " ".join(f"flod{letter}" for letter in "bcdfghjklmnpqrstvwxz")
    FILTERS = "&".join(
        ("theme=climate", "type=hub", "country=FRA", "sdg=sdg-06", "agenda=new-urban-agenda")
    )

    @pytest.mark.parametrize("extra", ["", "&any=1"])
    def test_questions(self, asked: list[str], extra: str) -> None:
        ask(f"q={self.WORDS}&{self.FILTERS}&near=1,1&box=0,0,1,1{extra}")
        assert 4 < len(asked) <= 1 + relax.QUESTIONS

    def test_what_fits_is_given(self, asked: list[str]) -> None:
        with mock.patch("search.relax.QUESTIONS", 1):
            answer = ask("q=flooding market&theme=housing&type=hub")
        assert len(asked) == 2
        with mock.patch("search.relax.QUESTIONS", 1):
            answer = ask("q=flooding market")
        assert answer.total == 28

    def test_no_question_is_begun_when_the_time_is_over(self, asked: list[str]) -> None:
        with mock.patch("search.relax.SECONDS", 0.0):
            answer = ask("q=floding&theme=climate")
        assert asked == ["search"]
        assert (answer.total, answer.suggestion, answer.without) == (0, None, ())
        assert ask("q=floding&theme=climate").suggestion


def test_an_engine_that_falls_silent_shows_what_there_was() -> None:
    with mock.patch("search.run.relax", side_effect=EngineUnavailable("gone")):
        answer = ask("q=flooding market")
    assert (answer.total, answer.notices) == (0, [])
