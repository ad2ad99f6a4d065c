"""Facets on a page: the first values, the others when asked for, and nothing lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from search.facets import BY_NAME
from tests.fixtures import empty_index
from tests.search.works import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "works")]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
YEARS = range(1998, 2027)


def with_regions(country: str) -> tuple[str, ...]:
    """Give the codes of a country and of the regions around it."""
    entry = snapshot().resolve(Kind.COUNTRY, country)
    found: list[str] = []
    while entry:
        found.append(entry.code)
        entry = snapshot().resolve(Kind.REGION, entry.parent)
    return tuple(found)


@pytest.fixture
def works(world: None, tmp_path: Path) -> Iterator[None]:
    """A work of every year, from countries of two regions, of every policy body."""
    regions = [with_regions(code) for code in ("DNK", "KEN")]
    bodies = [entry.code for entry in snapshot().of_kind(Kind.BODY)]
    with empty_index(tmp_path) as engine:
        engine.write(
            [
                work(
                    f"00000000-0000-0000-0000-{number:012}",
                    "Water",
                    reference=f"L4A-{1000 + number}",
                    facets={
                        "year": (str(year),),
                        "body": (bodies[number % len(bodies)],),
                        "sdg": ("sdg-06", f"6.{1 + number % 5}"),
                        "region": regions[number % 2],
                    },
                )
                for number, year in enumerate(YEARS)
            ],
            {},
        )
        yield


def shown(client: Client, query: str = "", language: str = "en") -> str:
    """Give the HTML of a search."""
    answer = client.get(f"/{language}/search/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def facet(html: str, name: str) -> str:
    """Give one facet's part of a page."""
    start = html.index(f'<details class="facet" id="facet-{name}"')
    end = html.find('<details class="facet" ', start + 1)
    return html[start : end if end > 0 else html.index('id="filters-foot"')]


def boxes(html: str, name: str) -> list[str]:
    """Give the values that can be ticked."""
    return re.findall(rf'<input type="checkbox"[^>]* name="{name}" value="([^"]+)"', html)


def ticked(html: str, name: str) -> list[str]:
    """Give the values that are ticked."""
    return re.findall(rf'<input type="checkbox"[^>]* name="{name}" value="([^"]+)" checked', html)


def wishes(html: str) -> list[str]:
    """Give what the form goes on asking for."""
    return re.findall(
        r'<input type="hidden" name="unfold" value="([^"]+)" form="search-form">', html
    )


def offers(html: str) -> dict[str, str]:
    """Give the buttons that unfold: what each sends, and what it says."""
    found = re.findall(r'<button [^>]*name="unfold" value="([^"]+)"[^>]*>(.*?)</button>', html)
    return {value: unescape(re.sub("<[^>]*>", "", words)) for value, words in found}


class TestFolded:
    """What a page holds before anybody asks for more."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_long_facet_shows_its_first_values_and_says_how_many_there_are(
        self, client: Client, language: str
    ) -> None:
        part = facet(shown(client, language=language), "body")
        bodies = len(snapshot().of_kind(Kind.BODY))
        assert len(boxes(part, "body")) == BY_NAME["body"].shown < bodies
        assert str(bodies) in offers(part)["body"]

    def test_a_facet_that_fits_has_no_button(self, client: Client) -> None:
        part = facet(shown(client), "region")
        assert "region" not in offers(part)
        assert {"002", "150"} <= set(boxes(part, "region"))

    def test_the_newest_years_are_written(self, client: Client) -> None:
        part = facet(shown(client), "year")
        assert boxes(part, "year") == [str(year) for year in range(2026, 2019, -1)]
        assert str(len(YEARS)) in offers(part)["year"]

    def test_what_is_below_a_value_is_a_button(self, client: Client) -> None:
        html = shown(client)
        assert boxes(html, "sdg") == [f"sdg-{number:02}" for number in range(1, 18)]
        assert "KEN" not in boxes(html, "region")
        assert {"sdg:sdg-06", "region:002", "region:150"} <= offers(html).keys()
        # Nothing in this index is below another goal.
        assert "sdg:sdg-05" not in offers(html)

    def test_what_is_selected_is_written_with_what_stands_above_it(self, client: Client) -> None:
        last = snapshot().of_kind(Kind.BODY)[-1].code
        html = shown(client, f"body={last}&year=2003&sdg=6.2&region=JPN&q=nothing")
        assert ticked(html, "body") == [last]
        assert ticked(html, "year") == ["2003"]
        assert ticked(html, "sdg") == ["6.2"]
        assert ticked(html, "region") == ["JPN"]
        for name in ("body", "year", "sdg", "region"):
            assert f'id="facet-{name}" open' in facet(html, name), name
        assert 'id="below-sdg-sdg-06" open' in html
        # A region with its country, though neither has a work.
        assert 'id="below-region-142" open' in html
        assert wishes(html) == []
        assert str(len(snapshot().of_kind(Kind.BODY))) in offers(html)["body"]

    def test_a_selected_value_beyond_the_first_is_counted(self, client: Client) -> None:
        last = snapshot().of_kind(Kind.BODY)[-1].code
        part = facet(shown(client, f"body={last}"), "body")
        count = re.search(rf'value="{last}" checked>.*?class="facet-count">(\d+)<', part)
        assert count
        assert int(count[1]) > 0


class TestUnfolded:
    """What a button brings, without a script."""

    def test_all_values_of_a_facet(self, client: Client) -> None:
        html = shown(client, "unfold=body&unfold=year")
        assert boxes(html, "body") == [entry.code for entry in snapshot().of_kind(Kind.BODY)]
        assert boxes(html, "year") == [str(year) for year in reversed(YEARS)]
        assert not {"body", "year"} & offers(html).keys()
        assert 'id="facet-body" open' in html
        assert 'id="facet-section" open' not in html

    def test_all_levels_of_a_facet(self, client: Client) -> None:
        part = facet(shown(client, "unfold=sdg"), "sdg")
        assert [f"6.{number}" for number in range(1, 6)] == boxes(part, "sdg")[6:11]
        assert offers(part) == {}
        assert 'id="below-sdg-sdg-06">' in part, "folded until wanted, but there"

    def test_what_is_below_one_value(self, client: Client) -> None:
        kenya, *around, _africa = with_regions("KEN")
        part = facet(shown(client, "unfold=region:002"), "region")
        assert set(around[-1:]) <= set(boxes(part, "region"))
        assert 'id="below-region-002" open' in part
        query = "&".join(f"unfold=region:{code}" for code in ("002", *around))
        part = facet(shown(client, query), "region")
        assert kenya in boxes(part, "region")
        assert "DNK" not in boxes(part, "region")
        assert "region:150" in offers(part)

    def test_the_form_goes_on_asking(self, client: Client) -> None:
        asked = ["body", "sdg:sdg-06"]
        html = shown(client, "unfold=body&unfold=sdg:sdg-06")
        assert sorted(wishes(html)) == asked
        assert sorted(wishes(shown(client, "unfold=body&unfold=sdg:sdg-06&sdg=6.2"))) == asked

    def test_the_search_stays_what_it_was(self, client: Client) -> None:
        plain = shown(client, "q=water&region=002&sort=title")
        html = shown(client, "q=water&region=002&sort=title&unfold=body&unfold=year")
        for part in (r'id="result-count">[^<]*', r'<ol class="results".*?</ol>', r'value="water"'):
            first, second = (re.search(part, page, re.S) for page in (plain, html))
            assert first
            assert second
            assert first[0] == second[0]
        chip = re.search(r'<a class="chip" href="([^"]*)"', html)
        assert chip
        assert "unfold" not in chip[1]

    def test_its_buttons_are_the_forms(self, client: Client) -> None:
        buttons = re.findall(r"<button [^>]*name=\"unfold\"[^>]*>", shown(client))
        assert buttons
        for button in buttons:
            assert 'form="search-form"' in button
            assert 'formaction="#facet-' in button

    def test_nothing_is_written_twice(self, client: Client) -> None:
        last = snapshot().of_kind(Kind.BODY)[-1].code
        for query in ("", f"body={last}", f"body={last}&unfold=body", "sdg=6.2&unfold=sdg:sdg-06"):
            ids = re.findall(r'\bid="([^"]+)"', shown(client, query))
            assert len(ids) == len(set(ids)), query

    @pytest.mark.parametrize(
        "query",
        [
            "unfold=",
            "unfold=nothing",
            "unfold=q",
            "unfold=sdg:",
            "unfold=sdg:nothing",
            "unfold=sdg:sdg-05",
            "unfold=:",
            "unfold=%00",
            "unfold=<script>alert(1)</script>",
            "unfold=" + "x" * 5000,
            "&".join(f"unfold=u{n}" for n in range(500)),
        ],
        ids=lambda query: query[:30],
    )
    def test_odd_wishes_are_harmless(self, client: Client, query: str) -> None:
        html = shown(client, query)
        assert b"notice--warn" not in html.encode()
        assert wishes(html) == []
        assert "<script>alert" not in html
        assert boxes(html, "body") == boxes(shown(client), "body")

    def test_a_wish_said_twice_counts_once(self, client: Client) -> None:
        assert wishes(shown(client, "unfold=body&unfold=body")) == ["body"]

    def test_it_is_no_address_for_robots(self, client: Client) -> None:
        html = shown(client, "unfold=body")
        assert "noindex" in html
        canonical = re.search(r'<link rel="canonical" href="([^"]+)"', html)
        assert canonical
        assert canonical[1].endswith("/en/search/")


def test_the_api_gives_all_values(client: Client) -> None:
    facets = client.get("/api/v1/search").json()["facets"]
    assert len(facets["body"]) == len(snapshot().of_kind(Kind.BODY))
    assert [value["value"] for value in facets["year"]] == [str(year) for year in reversed(YEARS)]
    assert {"6.1", "6.6", "sdg-17"} <= {value["value"] for value in facets["sdg"]}
    assert {"KEN", "JPN", "002"} <= {value["value"] for value in facets["region"]}
