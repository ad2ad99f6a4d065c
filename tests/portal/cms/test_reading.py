"""A reader keeps the place when the language changes, and the language when the place does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from portal.cms.models import ContentPage, HomePage
from tests import works
from tests.fixtures import Library, forget

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world"),
]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
COOKIE = settings.LANGUAGE_COOKIE_NAME


def switch(client: Client, path: str, status: int = 200) -> dict[str, str]:
    """Give language -> address of a page's language switch."""
    answer = client.get(path)
    assert answer.status_code == status, path
    html = answer.content.decode()
    links = re.findall(r'<a href="([^"]*)" lang="(\w+)" hreflang', html)
    return {language: url.replace("&amp;", "&") for url, language in links}


def content_page(title: str = "On rights", language: str = "en", **fields: Any) -> ContentPage:
    """Make a page of text below the page "about"."""
    parent = works.node("about", language)
    page = ContentPage(title=title, locale=parent.locale, **fields)
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


class TestSwitch:
    """One request, to an address that exists, with everything that was chosen."""

    @pytest.mark.parametrize(
        "query",
        [
            "q=agua&theme=climate&sort=title",
            "q=agua&near=41.38,2.17&box=1,2,3,4",
            "section=europe&page=1",
            "q=%22two+words%22&type=hub&type=resource",
        ],
    )
    def test_a_search_keeps_everything(self, library: Library, client: Client, query: str) -> None:
        links = switch(client, f"/fr/search/?{query}")
        assert links == {code: f"/{code}/search/?{query}" for code in LANGUAGES}

    def test_a_list_on_a_page_keeps_its_number(self, library: Library, client: Client) -> None:
        links = switch(client, "/fr/sections/europe/?page=1&sort=title")
        assert links["es"] == "/es/sections/europe/?page=1&sort=title"

    def test_a_page_without_translation_is_shown_with_a_notice(self, client: Client) -> None:
        page = content_page(body=[works.paragraph("All of it.")])
        links = switch(client, page.url)
        assert links["ar"] == "/ar/about/on-rights/"
        answer = client.get(links["ar"])
        assert answer.status_code == 200
        html = answer.content.decode()
        assert '<html lang="ar" dir="rtl">' in html
        assert '<div class="prose" lang="en" dir="ltr">' in html
        assert "notice--info" in html
        assert f'<link rel="canonical" href="{page.full_url}">' in html
        assert '<a href="/ar/about/">' in html  # the way up is the reader's

    def test_a_translation_that_is_published_takes_the_place(self, client: Client) -> None:
        page = content_page()
        arabic = page.copy_for_translation(Locale.objects.get(language_code="ar"))
        assert "notice--info" in client.get("/ar/about/on-rights/").content.decode()
        arabic.title = "عن الحقوق"
        arabic.save_revision().publish()
        html = client.get("/ar/about/on-rights/").content.decode()
        assert "عن الحقوق" in html
        assert "notice--info" not in html

    def test_an_alias_gives_way_to_its_original(self, client: Client) -> None:
        page = content_page()
        page.copy_for_translation(Locale.objects.get(language_code="fr"), alias=True)
        html = client.get("/fr/about/on-rights/").content.decode()
        assert '<div class="page-head" lang="en" dir="ltr">' in html

    def test_a_draft_or_private_page_is_not_shown_elsewhere(self, client: Client) -> None:
        page = content_page()
        page.unpublish()
        assert client.get("/fr/about/on-rights/").status_code == 404

    def test_the_spanish_work_is_read_under_any_language_at_its_own_path(
        self, library: Library, client: Client
    ) -> None:
        path = library.spanish.url.removeprefix("/es")
        html = client.get(f"/fr{path}").content.decode()
        assert '<html lang="fr" dir="ltr">' in html
        assert '<div lang="es" dir="ltr">' in html

    def test_what_was_refused_leads_home(self, library: Library, client: Client) -> None:
        links = switch(client, "/fr/nothing/", 404)
        assert links == {code: f"/{code}/" for code in LANGUAGES}


class TestChoice:
    """The address wins, then the choice, then the browser."""

    def test_a_switch_is_remembered_in_one_request(self, library: Library, client: Client) -> None:
        answer = client.get("/es/", headers={"referer": "http://testserver/fr/search/?q=x"})
        assert answer.status_code == 200
        assert answer.cookies[COOKIE].value == "es"
        assert answer.cookies[COOKIE]["max-age"] == settings.LANGUAGE_COOKIE_AGE
        assert "private" in answer["Cache-Control"]
        root = client.get("/", headers={"accept-language": "ar"})
        assert root["Location"] == "/es/"
        assert {"accept-language", "cookie"} <= set(root["Vary"].lower().split(", "))
        assert '<html lang="pt"' in client.get("/pt/").content.decode()

    @pytest.mark.parametrize(
        "referer",
        [
            "",
            "http://testserver/es/hubs/",
            "http://testserver/admin/",
            "https://elsewhere.example/fr/",
            "http://[",
        ],
    )
    def test_nothing_else_is_a_choice(self, library: Library, client: Client, referer: str) -> None:
        answer = client.get("/es/", headers={"referer": referer} if referer else {})
        assert answer.status_code == 200
        assert COOKIE not in answer.cookies

    def test_a_permanent_address_follows_the_choice(self, library: Library, client: Client) -> None:
        client.cookies[COOKIE] = "fr"
        answer = client.get(f"/w/{library.practice.work.reference}/")
        assert answer["Location"].startswith("/fr/")
        assert {"accept-language", "cookie"} <= set(answer["Vary"].lower().split(", "))

    def test_what_is_the_same_for_all_does_not_vary(self, library: Library, client: Client) -> None:
        assert "accept-language" not in client.get("/sitemap.xml").get("Vary", "").lower()

    @pytest.mark.parametrize("chosen", ["xx", "", "\x00", "fr-CA"])
    def test_a_broken_choice_is_none(self, library: Library, client: Client, chosen: str) -> None:
        client.cookies[COOKIE] = chosen
        answer = client.get("/", headers={"accept-language": "ar"})
        assert answer["Location"] == ("/fr/" if chosen == "fr-CA" else "/ar/")


class TestUnpublishedHome:
    """A language whose home page is not published is no dead end."""

    @pytest.fixture(autouse=True)
    def _french_is_not_ready(self, library: Library) -> None:
        HomePage.objects.get(locale__language_code="fr").unpublish()
        forget()

    @pytest.mark.parametrize(
        ("accepts", "leads"), [("fr", "/en/"), ("fr,ar;q=0.5", "/ar/"), ("fr-BE,es;q=0.1", "/es/")]
    )
    def test_the_browser_is_led_to_one_that_exists(
        self, client: Client, accepts: str, leads: str
    ) -> None:
        answer = client.get("/", headers={"accept-language": accepts})
        assert answer["Location"] == leads
        assert client.get(leads).status_code == 200

    def test_its_address_shows_another_and_says_so(self, client: Client) -> None:
        html = client.get("/fr/").content.decode()
        assert '<html lang="fr" dir="ltr">' in html
        assert "notice--info" in html
        assert '<h1 lang="en" dir="ltr">' in html
        assert 'hreflang="fr" href="http' not in html

    def test_what_stands_below_it_stays(self, client: Client) -> None:
        html = client.get("/fr/sections/").content.decode()
        assert "notice--info" not in html
        assert 'href="/fr/sections/europe/"' in html


def test_a_french_page_costs_no_more_than_an_english_one(library: Library, client: Client) -> None:
    french = {page.pk: works.translated(page, "fr") for page in (library.note, library.resource)}
    pairs = [("/en/", "/fr/"), ("/en/search/?q=water", "/fr/search/?q=water")]
    pairs += [(f"/en/{path}", f"/fr/{path}") for path in ("hubs/", "sections/europe/", "about/")]
    pairs += [(page.url, french[page.pk].url) for page in (library.note, library.resource)]
    for pair in pairs:
        costs = []
        for path in pair:
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            costs.append(len(queries))
        assert costs[1] <= costs[0], pair
