"""What crawlers find: everything public, and nothing else."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from portal.cms import sitemaps
from portal.cms.models import Work
from search.indexer import drain
from tests import works

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world", "index"),
]
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def addresses(client: Client, path: str = "/sitemap-en.xml") -> dict[str, ET.Element]:
    """Give the lines of a sitemap by address."""
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/xml")
    tree = ET.fromstring(response.content)
    return {line.findtext(f"{SITEMAP}loc", ""): line for line in tree}


def languages(line: ET.Element) -> dict[str, str]:
    """Give the alternates of a line."""
    return {link.attrib["hreflang"]: link.attrib["href"] for link in line.findall(LINK)}


def test_the_index_lists_a_sitemap_per_language(client: Client) -> None:
    assert list(addresses(client, "/sitemap.xml")) == [
        f"http://localhost/sitemap-{code}.xml" for code in ("en", "fr", "es", "pt", "ar")
    ]


def test_a_live_page_with_its_date(client: Client) -> None:
    page = works.practice()
    line = addresses(client)[page.full_url]
    assert line.findtext(f"{SITEMAP}lastmod", "").startswith(str(page.last_published_at.year))
    assert languages(line) == {}


def test_live_translations_only(client: Client) -> None:
    page = works.practice()
    other = works.translated(page, "fr")
    draft = works.translated(page, "es", live=False)
    expected = {"en": page.full_url, "fr": other.full_url, "x-default": page.full_url}
    assert languages(addresses(client)[page.full_url]) == expected
    assert languages(addresses(client, "/sitemap-fr.xml")[other.full_url]) == expected
    assert draft.full_url not in addresses(client, "/sitemap-es.xml")


def test_drafts_and_copies_are_not_listed(client: Client) -> None:
    draft = works.practice(live=False)
    page = works.practice(title="Another")
    alias = page.create_alias(parent=works.node("section:africa"), update_slug="copy")
    found = addresses(client)
    assert page.full_url in found
    assert draft.full_url not in found
    assert alias.full_url not in found


@pytest.mark.parametrize("place", ["page", "section"])
def test_what_is_restricted_is_not_listed(client: Client, place: str) -> None:
    page = works.practice("africa")
    other = works.practice("europe")
    closed = page if place == "page" else works.node("section:africa")
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    found = addresses(client)
    assert page.full_url not in found
    assert other.full_url in found


def test_a_restricted_translation_is_not_named(client: Client) -> None:
    page = works.practice()
    other = works.translated(page, "fr")
    PageViewRestriction.objects.create(page=other, restriction_type="password", password="x")
    assert languages(addresses(client)[page.full_url]) == {}


def test_a_work_for_few_is_not_listed(client: Client) -> None:
    page = works.practice()
    Work.objects.update(audience="secretariat")
    assert page.full_url not in addresses(client)


def test_entry_points_with_works_only(client: Client) -> None:
    works.practice(theme=["climate"], sdg=["sdg-06"], country="DNK")
    drain()
    found = addresses(client)
    for path in ("practices/", "themes/", "themes/climate/", "sdgs/sdg-06/", "places/DNK/"):
        assert f"http://localhost/en/{path}" in found
    for path in ("gold-vi/", "sdgs/sdg-07/", "places/FRA/", "search/"):
        assert f"http://localhost/en/{path}" not in found
    french = languages(found["http://localhost/en/themes/climate/"])["fr"]
    assert french == "http://localhost/fr/themes/climate/"
    assert french in addresses(client, "/sitemap-fr.xml")


def test_every_listed_address_is_served(client: Client) -> None:
    works.practice()
    works.note()
    drain()
    found = addresses(client)
    wrong = [url for url in found if client.get(url).status_code != 200]
    assert len(found) > 20
    assert not wrong


def test_long_lists_are_divided(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = addresses(client)
    monkeypatch.setattr(sitemaps, "PER_FILE", 5)
    names = [url for url in addresses(client, "/sitemap.xml") if "-en" in url]
    assert names[:2] == ["http://localhost/sitemap-en.xml", "http://localhost/sitemap-en-2.xml"]
    parts = [url for name in names for url in addresses(client, name)]
    assert sorted(parts) == sorted(whole)
    assert client.get(f"/sitemap-en-{len(names) + 1}.xml").status_code == 404


@pytest.mark.parametrize("path", ["/sitemap-xx.xml", "/sitemap-en-0.xml", "/sitemap-en-9.xml"])
def test_other_names_are_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
