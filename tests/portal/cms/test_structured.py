"""What a page says to machines: schema.org and Open Graph."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from portal.cms import structured
from portal.cms.models import Contributor, WorkPage
from tests import works

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world", "index"),
]
HOSTILE = "A </script><script>alert('x & \"y\"')</script> <!-- city \u2028"


class Head(HTMLParser):
    """Reads a page as a browser would: its data blocks, scripts and meta tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.scripts: list[str] = []
        self.meta: dict[str, list[str]] = {}
        self.links: list[dict[str, str | None]] = []
        self._kind: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "script":
            self._kind = found.get("type") or "script"
        elif tag == "meta" and (name := found.get("property") or found.get("name")):
            self.meta.setdefault(name, []).append(found.get("content") or "")
        elif tag == "link":
            self.links.append(found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._kind = None

    def handle_data(self, data: str) -> None:
        if self._kind == "application/ld+json":
            self.blocks.append(data)
        elif self._kind:
            self.scripts.append(data)


def head(client: Client, url: str) -> Head:
    """Give what stands in a page's head."""
    response = client.get(url)
    assert response.status_code == 200, url
    return Head(response.content.decode())


def graph(found: Head) -> dict[str, dict[str, Any]]:
    """Give the page's nodes by type; there is one data block and no other inline script."""
    assert len(found.blocks) == 1
    assert not found.scripts
    data = json.loads(found.blocks[0])
    assert data["@context"] == "https://schema.org"
    return {node["@type"]: node for node in data["@graph"]}


def nodes(client: Client, page: WorkPage) -> dict[str, dict[str, Any]]:
    """Give the nodes of a work's page by type."""
    return graph(head(client, page.get_url()))


class TestWork:
    """A work says what it is, where, when, by whom and under which licence."""

    def test_practice_is_an_article(self, client: Client) -> None:
        page = works.full_practice(title="Streams in the open", licence="cc-by-sa")
        node = nodes(client, page)["Article"]
        assert node["headline"] == "Streams in the open"
        assert node["inLanguage"] == "en"
        assert node["identifier"] == page.work.reference
        assert node["sameAs"] == f"http://localhost/w/{page.work.reference}/"
        assert node["license"] == "https://creativecommons.org/licenses/by-sa/4.0/"
        assert node["temporalCoverage"] == "2012-05/2015"
        assert node["spatialCoverage"]["name"] == "Aarhus, Denmark"
        assert node["spatialCoverage"]["address"]["addressCountry"] == "DK"
        assert node["spatialCoverage"]["geo"]["latitude"] == 56.1572
        assert node["author"] == ["City of Aarhus"]
        assert node["publisher"] == {"@id": "http://localhost/#uclg"}
        assert node["datePublished"]

    def test_goals_and_targets_carry_the_united_nations_identifiers(self, client: Client) -> None:
        about = nodes(client, works.full_practice())["Article"]["about"]
        same = {term["termCode"]: term.get("sameAs") for term in about}
        assert same["sdg-06"] == "https://metadata.un.org/sdg/6"
        assert same["6.5"] == "https://metadata.un.org/sdg/6.5"
        assert same["climate"] is None

    def test_a_case_is_an_article_and_a_note_a_report(self, client: Client) -> None:
        assert "Article" in nodes(client, works.case_study())
        assert "Report" in nodes(client, works.note())

    def test_a_hub_is_a_project(self, client: Client) -> None:
        node = nodes(client, works.full_hub(title="Hub of streams", start="2021-08"))["WebPage"]
        project = node["mainEntity"]
        assert project["@type"] == "Project"
        assert project["parentOrganization"]["name"] == "City of Aarhus"
        assert project["foundingDate"] == "2021-08"
        assert [row["name"] for row in project["member"]] == ["City of Aarhus"]

    def test_a_resource_lives_elsewhere(self, client: Client) -> None:
        page = works.resource(
            resource_type="learning-module", provider="UCLG Learning", licence="source"
        )
        node = nodes(client, page)["WebPage"]
        assert node["mainEntity"]["@type"] == "LearningResource"
        assert node["mainEntity"]["url"] == "https://example.org/course"
        assert node["mainEntity"]["provider"]["name"] == "UCLG Learning"
        assert "license" not in node

    def test_organisations_are_described_and_names_are_text(self, client: Client) -> None:
        page = works.practice(live=False)
        page.contributors = [
            Contributor(name="Office of streams", organisation="City of Aarhus"),
            Contributor(name="A resident"),
        ]
        page.save_revision().publish()
        node = nodes(client, page)["Article"]
        assert node["author"] == ["Office of streams", "A resident"]
        assert node["sourceOrganization"] == [{"@type": "Organization", "name": "City of Aarhus"}]

    def test_nothing_empty_is_said(self, client: Client) -> None:
        node = nodes(client, works.note())["Report"]
        assert not {"spatialCoverage", "temporalCoverage", "author", "isBasedOn"} & set(node)
        assert all(value not in ("", None, [], {}) for value in node.values())

    def test_a_contact_is_never_said(self, client: Client) -> None:
        page = works.full_practice()
        assert "streams@example.org" not in client.get(page.get_url()).content.decode()


class TestTranslations:
    """The original names its translations, they name it; hreflang knows live pages only."""

    def test_both_ways(self, client: Client) -> None:
        page = works.practice()
        other = works.translated(page, "fr")
        original = nodes(client, page)["Article"]
        translation = nodes(client, other)["Article"]
        assert [row["@id"] for row in original["workTranslation"]] == [other.full_url]
        assert original["workTranslation"][0]["inLanguage"] == "fr"
        assert translation["translationOfWork"]["@id"] == page.full_url
        assert translation["inLanguage"] == "fr"

    def test_a_draft_translation_is_not_named(self, client: Client) -> None:
        page = works.practice()
        works.translated(page, "fr", live=False)
        found = head(client, page.get_url())
        assert "workTranslation" not in graph(found)["Article"]
        assert "og:locale:alternate" not in found.meta
        assert not [link for link in found.links if link.get("hreflang")]

    def test_open_graph_names_the_languages(self, client: Client) -> None:
        page = works.practice()
        works.translated(page, "fr")
        found = head(client, page.get_url())
        assert found.meta["og:locale"] == ["en_GB"]
        assert found.meta["og:locale:alternate"] == ["fr_FR"]

    def test_text_in_a_language_without_a_tree(self, client: Client) -> None:
        found = head(client, works.practice(text_language="zh").get_url())
        assert graph(found)["Article"]["inLanguage"] == "zh"
        assert found.meta["og:locale"] == ["zh_CN"]


class TestEscaping:
    """Whatever a title holds, it stays a title."""

    def test_a_title_cannot_leave_the_data_block(self, client: Client) -> None:
        page = works.practice(title=HOSTILE)
        found = head(client, page.get_url())
        assert graph(found)["Article"]["headline"] == page.title
        assert found.meta["og:title"] == [page.title]

    def test_no_letter_that_html_or_scripts_know(self) -> None:
        text = structured.script([{"name": HOSTILE}])
        inside = re.fullmatch(r'<script type="application/ld\+json">(.*)</script>', text)
        assert inside
        assert not set(inside[1]) & set("<>&\u2028\u2029")
        assert json.loads(inside[1])["@graph"] == [{"name": HOSTILE}]


class TestEveryPage:
    """Every public page has an address, a picture and the way to it."""

    @pytest.mark.parametrize(
        "path",
        [
            "/en/",
            "/ar/",
            "/en/search/",
            "/fr/hubs/",
            "/en/themes/",
            "/en/themes/climate/",
            "/en/sdgs/6.5/",
            "/en/places/DNK/",
            "/en/sections/",
            "/en/policy-notes/",
        ],
    )
    def test_open_graph_is_whole(self, client: Client, path: str) -> None:
        found = head(client, path)
        for name in (
            "og:title",
            "og:url",
            "og:type",
            "og:locale",
            "og:image",
            "og:image:alt",
            "og:site_name",
            "twitter:card",
        ):
            assert found.meta[name][0], name
        assert found.meta["og:url"] == [f"http://localhost{path}"]
        picture = f"http://localhost/card/portal/{path[1:3]}.png?v="
        assert found.meta["og:image"][0].startswith(picture)
        assert found.meta["og:image:width"] == ["1200"]
        assert {"rel": "canonical", "href": f"http://localhost{path}"} in found.links
        assert {link["hreflang"] for link in found.links if link.get("hreflang")} == {
            "en",
            "fr",
            "es",
            "pt",
            "ar",
            "x-default",
        }
        graph(found)

    def test_the_home_page_says_how_to_search(self, client: Client) -> None:
        site = graph(head(client, "/fr/"))["WebSite"]
        assert site["potentialAction"]["target"]["urlTemplate"] == (
            "http://localhost/fr/search/?q={search_term_string}"
        )

    def test_the_way_to_a_page(self, client: Client) -> None:
        found = nodes(client, works.practice(title="Streams"))["BreadcrumbList"]["itemListElement"]
        assert [step["position"] for step in found] == [1, 2, 3, 4]
        assert found[0]["item"] == "http://localhost/en/"
        assert found[-1]["name"] == "Streams"

    def test_a_filtered_search_is_not_indexed_and_has_no_address_of_its_own(
        self, client: Client
    ) -> None:
        found = head(client, "/en/search/?q=water&theme=climate")
        assert found.meta["robots"] == ["noindex, follow"]
        assert {"rel": "canonical", "href": "http://localhost/en/search/"} in found.links

    def test_the_host_of_the_request_is_not_believed(self, client: Client) -> None:
        text = client.get("/en/hubs/", headers={"host": "evil.example"}).content.decode()
        assert "evil.example" not in text

    def test_an_error_says_nothing(self, client: Client) -> None:
        response = client.get("/en/no-such-page/")
        assert response.status_code == 404
        assert "og:" not in response.content.decode()


@pytest.mark.parametrize(
    ("start", "end", "is_open", "written"),
    [
        ("2012", "2015", False, "2012/2015"),
        ("2012", "", True, "2012/.."),
        ("2012-05", "", False, "2012-05"),
        ("", "2015", False, "2015"),
        ("2012", "2012", False, "2012"),
        ("", "", False, ""),
    ],
)
def test_periods(start: str, end: str, is_open: bool, written: str) -> None:
    assert structured.period(start, end, is_open) == written


@pytest.mark.requires("browser")
def test_the_policy_of_a_browser_lets_data_blocks_stand(client: Client, chromium: str) -> None:
    from playwright.sync_api import Route, sync_playwright

    page = works.practice(title=HOSTILE)
    response = client.get(page.get_url())
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    headers, body = dict(response.headers.items()), response.content
    complaints: list[str] = []

    def answer(route: Route) -> None:
        if route.request.resource_type == "document":
            route.fulfill(status=200, headers=headers, body=body)
        else:
            route.fulfill(status=200, body="")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("dialog", lambda dialog: complaints.append(dialog.message))
        tab.route("**/*", answer)
        tab.goto("http://localhost/")
        title = tab.evaluate(
            "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]')"
            ".textContent)['@graph'][0].headline"
        )
        browser.close()
    assert title == page.title
    assert not [text for text in complaints if "Content Security Policy" in text]
    assert not [text for text in complaints if text.startswith("x &")]
