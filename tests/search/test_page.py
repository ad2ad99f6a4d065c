"""The search page: whatever is asked, it answers, and its numbers agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test import Client

from search.engines.base import EngineUnavailable
from search.facets import FACET_NAMES
from search.run import search_by
from tests.fixtures import Library, empty_index
from tests.search.works import work

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("world")]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
ODD = [
    "unknown=1",
    "q=a&q=b&q=c",
    "page=0",
    "page=-1",
    "page=abc",
    "page=1.5",
    "page=",
    "page=%00",
    "page=١",
    "page=2&page=1",
    "q=%00",
    "q=%FF%FE",
    "theme=%FF",
    "sort=%FF",
    "sort=price",
    "sort=",
    "sort=title&sort=year",
    "theme=nothing",
    "theme=" + "x" * 5000,
    "sdg=sdg-99",
    "sdg=6",
    "region=XXX",
    "year=abc",
    "year=99999",
    "hub=L4A-9999",
    "type=hub&type=hub",
    "type=;DROP",
    "language=xx",
    "media=smell",
    "q=" + "a" * 10_000,
    "q=" + "word+" * 2000,
    "&".join(f"theme=t{n}" for n in range(500)),
    "q=%22Barcelona",
    "q=%28",
    "q=/",
    "q=foo:bar",
    "q=!",
    "q=*",
    "q=%3F",
    "q=-",
    "q=--",
    "q=AND",
    "q=a%20OR",
    "q=\\",
    "q=%5B",
    "q=%7B%7D",
    "q='",
    "q=%22%22",
    "q=+",
    "q=%E2%80%8B",
    "q=%F0%9F%8C%8A",
    "=",
    "&&",
    "?",
    "q",
    "%00=1",
    "lang=%00",
    "csrfmiddlewaretoken=x",
    "q=<script>alert(1)</script>",
]


@pytest.fixture
def many(tmp_path: Path) -> Iterator[None]:
    """45 works, of which 44 are about water."""
    with empty_index(tmp_path) as engine:
        engine.write(
            [
                work(
                    f"00000000-0000-0000-0000-{n:012}",
                    "Water" if n else "Fire",
                    facets={"type": ("good-practice",), "theme": ("climate",)},
                )
                for n in range(45)
            ],
            {},
        )
        yield


class TestInput:
    """Odd input gets an answer and a notice, never an error."""

    @pytest.mark.parametrize("query", ODD, ids=lambda query: query[:30])
    def test_odd_input_is_answered(self, library: Library, client: Client, query: str) -> None:
        for address in ("/en/search/", "/ar/search/", "/api/v1/search"):
            answer = client.get(f"{address}?{query}")
            assert answer.status_code == 200, address

    @pytest.mark.parametrize(
        "query",
        [
            "page=0",
            "page=-1",
            "page=abc",
            "sort=price",
            "theme=nothing",
            "hub=L4A-9999",
            "year=abc",
            "type=x",
            "q=" + "a" * 10_000,
        ],
        ids=lambda query: query[:20],
    )
    def test_what_is_left_out_is_said(self, library: Library, client: Client, query: str) -> None:
        assert b"notice--warn" in client.get(f"/en/search/?{query}").content
        assert client.get(f"/api/v1/search?{query}").json()["notices"]

    def test_the_rest_of_the_question_is_answered(self, library: Library) -> None:
        answer = search_by(QueryDict("type=hub&theme=nothing&page=x"), "en")
        assert answer.total == 1
        assert len(answer.notices) == 2

    @pytest.mark.parametrize("page", ["2", "999999", "999999999"])
    def test_past_the_end_is_not_found(self, library: Library, client: Client, page: str) -> None:
        for address in (
            "/en/search/",
            "/fr/search/",
            "/en/practices/",
            "/en/policy-notes/",
            "/en/sections/europe/",
            "/en/themes/climate/",
        ):
            assert client.get(f"{address}?page={page}").status_code == 404, address
        answer = client.get(f"/api/v1/search?page={page}")
        assert answer.status_code == 404
        assert answer.json()["detail"]

    @pytest.mark.parametrize(
        "path",
        [
            "/en/sdgs/x/",
            "/en/sdgs/x",
            "/en/sdgs/99/",
            "/en/themes/%00/",
            "/en/themes/%FF/",
            "/en/themes/a%20b/",
            "/en/places/XXX/",
            "/en/places/ken%2F/",
            "/en/hubs/x/",
            "/en/practices/climate/",
            "/en/gold-vi/x/",
            "/en/themes/" + "x" * 3000 + "/",
            "/en/nothing/",
            "/en/%00",
            "/en/%FF",
            "/xx/search/",
            "/en/themes/<script>/",
            "/en/sections/europe/nothing/",
            "/api/v1/nothing",
            "/media/nothing.png",
            "/media/../x",
            "/documents/99999/x.pdf",
            "/documents/x/",
        ],
        ids=lambda path: path[:30],
    )
    def test_odd_addresses_are_clear(self, library: Library, client: Client, path: str) -> None:
        answer = client.get(path, follow=True)
        assert answer.status_code in (400, 404)
        assert b"<script>" not in answer.content

    @pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
    def test_only_reading_is_allowed(self, library: Library, client: Client, method: str) -> None:
        for address in ("/en/search/", "/api/v1/search", "/en/themes/", "/w/L4A-1001/"):
            assert getattr(client, method)(address).status_code == 405

    def test_entry_points_ignore_what_they_do_not_know(
        self, library: Library, client: Client
    ) -> None:
        for path in (
            "/en/",
            "/en/themes/",
            "/en/themes/climate/",
            "/en/sdgs/sdg-06/",
            "/en/hubs/",
            "/en/sections/europe/",
            "/en/policy-notes/",
        ):
            for query in ("x=1", "page=abc", "page=%00", "q=%FF", "sort=x", "theme=x"):
                assert client.get(f"{path}?{query}").status_code == 200, (path, query)


class TestNumbers:
    """Hits, total and counts come from one evaluation."""

    def test_every_facet_is_there(self, library: Library, client: Client) -> None:
        assert set(client.get("/api/v1/search").json()["facets"]) == set(FACET_NAMES)

    @pytest.mark.parametrize("facet", FACET_NAMES)
    def test_a_count_is_what_a_click_gives(
        self, library: Library, client: Client, facet: str
    ) -> None:
        shown = client.get("/api/v1/search").json()["facets"][facet]
        counted = [value for value in shown if value["count"]]
        assert counted, "the library has none"
        for value in counted[:6]:
            asked = urlencode({facet: value["value"]})
            answer = client.get(f"/api/v1/search?{asked}").json()
            assert answer["total"] == len(answer["hits"]) == value["count"], asked

    def test_values_of_one_facet_widen(self, library: Library, client: Client) -> None:
        one = client.get("/api/v1/search?type=hub").json()
        both = client.get("/api/v1/search?type=hub&type=resource").json()
        assert (one["total"], both["total"]) == (1, 2)
        counts = [[value["count"] for value in answer["facets"]["type"]] for answer in (one, both)]
        assert counts[0] == counts[1]

    def test_facets_narrow_one_another(self, library: Library, client: Client) -> None:
        narrow = client.get("/api/v1/search?type=hub&region=CHN").json()
        assert narrow["total"] == 0
        types = {value["value"]: value["count"] for value in narrow["facets"]["type"]}
        assert types["good-practice"] == 1

    def test_a_chosen_value_without_works_stays(self, library: Library, client: Client) -> None:
        html = client.get("/en/search/?region=KEN&q=zzzz").content.decode()
        assert re.search(r'<input[^>]*name="region"[^>]*value="KEN"[^>]* checked', html)
        assert "Kenya" in html

    def test_typed_and_untyped_agree_on_what_there_is(self, library: Library) -> None:
        for language in LANGUAGES:
            everything = search_by(QueryDict(), language).total
            assert everything == 8
            assert search_by(QueryDict("language=es"), language).total == 1

    def test_private_works_and_drafts_are_nowhere(self, library: Library, client: Client) -> None:
        for language in LANGUAGES:
            for query in ("", "q=hushed", "q=draft", "section=africa", f"q={quote('streams')}"):
                html = client.get(f"/{language}/search/?{query}").content.decode()
                assert "Hushed" not in html, (language, query)
        api = client.get("/api/v1/search?size=100&q=hushed").json()
        assert api["total"] == 0
        for path in ("/en/", "/en/practices/", "/en/sections/africa/", "/en/places/"):
            assert "Hushed" not in client.get(path).content.decode(), path

    def test_the_order_is_as_asked(self, library: Library, client: Client) -> None:
        titles = [
            hit["title"]
            for hit in client.get(
                "/api/v1/search?sort=title&type=hub&type=resource&type=policy-note"
            ).json()["hits"]
        ]
        assert titles == [
            "Course on water",
            "Hub of open streams",
            "Note on housing as a common good",
        ]
        for sort in ("relevance", "newest", "title", "year"):
            assert client.get(f"/en/search/?sort={sort}").status_code == 200


class TestLinks:
    """What was asked stays when a reader goes on."""

    def test_paging_keeps_everything(self, many: None, client: Client) -> None:
        html = client.get("/en/search/?q=water&theme=climate&sort=title&page=2").content.decode()
        links = [unescape(link) for link in re.findall(r'href="(\?[^"]*)"', html)]
        following = next(link for link in links if "page=3" in link)
        assert dict(parse_qsl(following[1:])) == {
            "q": "water",
            "theme": "climate",
            "sort": "title",
            "page": "3",
        }
        first = client.get("/en/search/?q=water&page=1").content.decode()
        assert 'rel="prev"' not in first
        assert 'rel="next"' in first
        last = client.get("/en/search/?q=water&page=3").content.decode()
        assert 'rel="next"' not in last
        assert last.count("<article") == 4

    def test_pages_hold_every_work_once(self, many: None, client: Client) -> None:
        seen: list[str] = []
        for page in (1, 2, 3):
            answer = search_by(QueryDict(f"q=water&page={page}"), "en")
            seen += [hit.document.id for hit in answer.hits]
        assert len(seen) == len(set(seen)) == 44

    def test_a_filter_starts_at_the_first_page(self, many: None, client: Client) -> None:
        html = client.get("/en/search/?theme=climate&page=2").content.decode()
        chip = re.search(r'<a class="chip" href="([^"]*)"', html)
        assert chip
        assert "page" not in chip[1]
        form = html[html.index('<form class="search-form"') :]
        assert 'name="page"' not in form

    def test_the_language_switch_keeps_the_search(self, library: Library, client: Client) -> None:
        html = client.get("/en/search/?q=streams&type=hub&type=good-practice").content.decode()
        links = dict(re.findall(r'<a href="([^"]*)" lang="(\w+)" hreflang', html))
        links = {language: unescape(url) for url, language in links.items()}
        assert set(links) == set(LANGUAGES)
        for language, url in links.items():
            assert url == f"/{language}/search/?q=streams&type=hub&type=good-practice"
            assert client.get(url).status_code == 200

    def test_the_form_works_without_a_script(self, library: Library, client: Client) -> None:
        html = client.get("/en/search/?q=streams&type=hub").content.decode()
        form = re.search(r'<form[^>]*id="search-form"[^>]*>', html)
        assert form
        assert 'action="/en/search/"' in form[0]
        assert 'method="get"' in form[0]
        boxes = re.findall(r'<input type="checkbox"[^>]*>', html)
        assert len(boxes) >= 15
        assert all('form="search-form"' in box for box in boxes)
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        checked = [box for box in boxes if " checked" in box]
        assert len(checked) == 1
        assert 'value="hub"' in checked[0]
        assert re.search(r'<button[^>]*type="submit"[^>]*form="search-form"', html)

    def test_chips_take_one_value_away(self, library: Library, client: Client) -> None:
        html = client.get("/en/search/?q=streams&type=hub&sdg=sdg-06").content.decode()
        chips = [unescape(url) for url in re.findall(r'<a class="chip" href="([^"]*)"', html)]
        assert chips == ["?q=streams&sdg=sdg-06", "?q=streams&type=hub"]

    def test_clear_is_there_only_when_something_is_set(
        self, library: Library, client: Client
    ) -> None:
        assert b"clear-all" not in client.get("/en/search/?q=streams").content
        assert b"clear-all" in client.get("/en/search/?type=hub").content

    def test_filtered_searches_are_not_for_robots(self, library: Library, client: Client) -> None:
        assert b"noindex" in client.get("/en/search/?type=hub").content
        assert b"noindex" not in client.get("/en/search/").content


class TestShowing:
    """What results look like."""

    def test_markup_in_texts_is_text(self, library: Library, client: Client) -> None:
        for query in ("", "q=bold", "q=alert", "q=six"):
            html = client.get(f"/en/search/?{query}").content.decode()
            assert "<script>alert" not in html
            assert "<b>bold" not in html
            assert "<img src=x" not in html
        html = client.get("/en/search/?q=bold").content.decode()
        assert "&lt;b&gt;<mark>bold</mark>&lt;/b&gt;" in html

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_labels_are_the_readers(self, library: Library, client: Client, language: str) -> None:
        html = client.get(f"/{language}/search/").content.decode()
        kenya = {
            "en": "Denmark",
            "fr": "Danemark",
            "es": "Dinamarca",
            "pt": "Dinamarca",
            "ar": "الدانمرك",
        }[language]
        assert kenya in html
        assert not re.search(r'class="facet-label">(sdg-\d+|[A-Z]{3}|climate)<', html)

    def test_a_foreign_title_says_its_language(self, library: Library, client: Client) -> None:
        html = client.get("/en/search/?q=presupuesto").content.decode()
        assert re.search(r'<a href="/en/w/L4A-\d+/" lang="es" dir="auto">', html)

    def test_few_queries(
        self, library: Library, client: Client, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        for address in (
            "/en/search/",
            "/fr/search/?q=streams&type=hub&hub=L4A-1001",
            "/ar/search/?theme=climate",
            "/en/themes/",
            "/en/places/DNK/",
        ):
            with django_assert_max_num_queries(7):
                assert client.get(address).status_code == 200


class TestWithoutEngine:
    """The page outlives its engine."""

    @pytest.fixture(autouse=True)
    def down(self, library: Library) -> Iterator[None]:
        with mock.patch(
            "search.engines.embedded.EmbeddedEngine.search", side_effect=EngineUnavailable("gone")
        ):
            yield

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_titles_are_searched_and_the_limit_is_said(
        self, library: Library, client: Client, language: str
    ) -> None:
        answer = client.get(f"/{language}/search/?q=Streams")
        assert answer.status_code == 200
        assert b"notice--warn" in answer.content
        assert (b"Hub of open streams" in answer.content) is (language == "en")
        assert b"Hushed" not in answer.content

    def test_every_list_still_stands(self, library: Library, client: Client) -> None:
        for path in (
            "/en/",
            "/en/themes/",
            "/en/sdgs/sdg-06/",
            "/en/practices/",
            "/en/gold-vi/",
            "/en/places/",
            "/en/sections/europe/",
            "/en/sections/",
            "/en/policy-notes/",
            library.hub.url,
            library.practice.url,
        ):
            assert client.get(path).status_code == 200, path

    def test_a_list_shows_nothing_that_does_not_belong_in_it(
        self, library: Library, client: Client
    ) -> None:
        hubs = client.get("/api/v1/search?type=hub").json()
        assert [hit["title"] for hit in hubs["hits"]] == ["Hub of open streams"]
        for query in ("section=europe", "theme=climate", "type=hub&theme=climate"):
            answer = client.get(f"/api/v1/search?{query}").json()
            assert (answer["total"], answer["hits"]) == (0, []), query
            assert "come back later" in answer["notices"][0]
        assert b"Streams in the open" not in client.get("/en/sections/europe/").content

    def test_the_api_says_it_too(self, library: Library, client: Client) -> None:
        answer = client.get("/api/v1/search?q=streams").json()
        assert answer["notices"]
        assert {hit["title"] for hit in answer["hits"]} == {
            "Streams in the open",
            "Hub of open streams",
        }

    def test_titles_of_other_languages_and_markup(self, library: Library, client: Client) -> None:
        html = client.get("/en/search/?q=bold").content.decode()
        assert "<b>bold" not in html
        assert client.get("/en/search/?q=%25").status_code == 200


class TestApi:
    """The API's form."""

    def test_shape(self, library: Library, client: Client) -> None:
        answer = client.get("/api/v1/search?q=streams&type=hub").json()
        assert set(answer) >= {"total", "hits", "facets"}
        hit = answer["hits"][0]
        assert set(hit) >= {"reference", "type", "title", "url"}
        assert hit["type"] == "hub"
        assert hit["url"] == f"{settings.WAGTAILADMIN_BASE_URL}{library.hub.url}"
        for values in answer["facets"].values():
            for value in values:
                assert set(value) == {"value", "label", "count", "selected", "parent"}
        chosen = [value["value"] for value in answer["facets"]["type"] if value["selected"]]
        assert chosen == ["hub"]
        assert all(
            v["parent"] is None for v in answer["facets"]["sdg"] if v["value"].startswith("sdg-")
        )

    def test_its_documentation_is_english_and_says_so(self, client: Client) -> None:
        answer = client.get("/api/v1/openapi.json", headers={"accept-language": "fr"}).json()
        assert "in English alone" in answer["info"]["description"]
        parameters = answer["paths"]["/api/v1/search"]["get"]["parameters"]
        assert any("Facet “Theme”" in row["description"] for row in parameters)

    def test_language_and_size(self, library: Library, client: Client) -> None:
        french = client.get("/api/v1/search?type=hub&lang=fr").json()
        assert french["hits"][0]["title"] == "HUB des rivières"
        assert client.get("/api/v1/search?lang=xx").status_code == 200
        for size, hits in (("1", 1), ("0", 1), ("100", 8), ("1000", 8), ("x", 8), ("-5", 8)):
            answer = client.get(f"/api/v1/search?size={size}").json()
            assert (len(answer["hits"]), answer["total"]) == (hits, 8), size
        assert client.get("/api/v1/search?size=1&page=8").json()["hits"]
        assert client.get("/api/v1/search?size=1&page=9").status_code == 404
