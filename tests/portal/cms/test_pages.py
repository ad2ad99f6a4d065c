"""Every public page: in five languages, true about its own, safe, and cheap."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils.translation import override

from portal.cms import errors
from portal.cms.models import ContentPage, Work, WorkPage
from tests import works
from tests.fixtures import Library

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
ENTRIES = [
    "",
    "search/",
    "hubs/",
    "practices/",
    "gold-vi/",
    "policy-notes/",
    "resources/",
    "sdgs/",
    "themes/",
    "places/",
    "sections/",
    "sections/europe/",
    "sdgs/sdg-06/",
    "sdgs/6.5/",
    "themes/climate/",
    "places/DNK/",
    "places/150/",
]


def html_of(client: Client, url: str, status: int = 200) -> str:
    """Give a page's HTML."""
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def assert_frame(html: str, language: str) -> None:
    """Check language, direction, and that nothing stands inline."""
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in html
    assert not re.search(r"<[^>]+\sstyle\s*=", html)
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", html)
    assert "<style" not in html
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.S):
        assert "src=" in attributes or 'type="application/ld+json"' in attributes, body[:80]
    assert not re.search(r"""(src|href)=["']?\s*javascript:""", html, re.I)
    assert html.count("<h1") == 1
    assert html.count("<main") == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry", ENTRIES)
def test_entry_points(library: Library, client: Client, language: str, entry: str) -> None:
    assert_frame(html_of(client, f"/{language}/{entry}"), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_works_of_every_type(library: Library, client: Client, language: str) -> None:
    for page in [*library.each_type, library.spanish, library.chinese, library.markup]:
        reference = page.work.reference
        answer = client.get(f"/{language}/w/{reference}/", follow=True)
        assert answer.status_code == 200
        assert_frame(answer.content.decode(), language)


def test_a_content_page(library: Library, client: Client) -> None:
    page = ContentPage(
        title="On rights",
        slug="on-rights",
        body=[
            works.block("heading", "A heading"),
            works.paragraph('Safe <a href="https://example.org/">link</a>'),
            works.block("quote", {"text": "<b>Quoted</b>", "source": "A resident"}),
        ],
    )
    page.locale = works.node("home").locale
    works.node("home").add_child(instance=page)
    html = html_of(client, page.url)
    assert_frame(html, "en")
    assert "&lt;b&gt;Quoted&lt;/b&gt;" in html


class TestLanguage:
    """What a page says of languages is true."""

    def test_hreflang_names_live_translations_only(self, library: Library, client: Client) -> None:
        html = html_of(client, library.practice.url)
        named = set(re.findall(r'<link rel="alternate" hreflang="([\w-]+)"', html))
        assert named == {"en", "fr", "ar", "x-default"}
        alone = html_of(client, library.note.url)
        assert 'rel="alternate" hreflang' not in alone

    def test_hreflang_forgets_what_is_unpublished_or_private(
        self, library: Library, client: Client
    ) -> None:
        page = works.practice(title="Many tongues")
        french, spanish = works.translated(page, "fr"), works.translated(page, "es")
        works.translated(page, "ar", live=False)
        spanish.unpublish()
        html = html_of(client, page.url)
        assert set(re.findall(r'hreflang="(\w\w)" href="http', html)) == {"en", "fr"}
        french.unpublish()
        assert 'rel="alternate" hreflang' not in html_of(client, page.url)

    def test_canonical_is_the_page_itself(self, library: Library, client: Client) -> None:
        for page in WorkPage.objects.live():
            if page.pk == library.private.pk:
                continue
            html = html_of(client, page.url)
            assert re.findall(r'<link rel="canonical" href="([^"]*)"', html) == [page.full_url]

    def test_the_switch_leads_to_the_translation_or_the_notice(
        self, library: Library, client: Client
    ) -> None:
        html = html_of(client, library.practice.url)
        links = {
            language: url
            for url, language in re.findall(r'<a href="([^"]*)" lang="(\w+)" hreflang', html)
        }
        french = WorkPage.objects.get(
            translation_key=library.practice.translation_key, locale__language_code="fr"
        )
        reference = library.practice.work.reference
        assert links["en"] == library.practice.url
        assert links["fr"] == french.url
        assert links["es"] == f"/es/w/{reference}/"
        for url in links.values():
            assert client.get(url).status_code == 200

    def test_the_switch_is_never_a_dead_end(self, library: Library, client: Client) -> None:
        for path in [*(f"/en/{entry}" for entry in ENTRIES), library.hub.url]:
            html = html_of(client, path)
            links = re.findall(r'<a href="([^"]*)" lang="\w+" hreflang', html)
            assert len(links) == len(LANGUAGES)
            for link in links:
                assert client.get(link, follow=True).status_code == 200, (path, link)
                if path != "/en/":
                    assert link.count("/") > 2, (path, link)

    def test_a_text_in_another_language_says_so(self, library: Library, client: Client) -> None:
        html = html_of(client, library.chinese.url)
        assert '<html lang="en" dir="ltr">' in html
        assert '<div lang="zh" dir="ltr">' in html
        assert "Chinese" in html

    def test_a_translation_has_its_own_direction(self, library: Library, client: Client) -> None:
        page = WorkPage.objects.get(
            translation_key=library.practice.translation_key, locale__language_code="ar"
        )
        html = html_of(client, page.url)
        assert '<div lang="ar" dir="rtl">' in html
        assert "جداول مكشوفة" in html

    def test_the_admins_language_does_not_leak(
        self, library: Library, desk: Client, editor: Any
    ) -> None:
        from wagtail.users.models import UserProfile

        profile = UserProfile.get_for_user(editor)
        profile.preferred_language = "fr"
        profile.save()
        assert desk.get("/admin/").status_code == 200
        assert '<html lang="es"' in desk.get("/es/").content.decode()
        assert '<html lang="en"' in desk.get("/en/").content.decode()

    @pytest.mark.parametrize(
        ("accepts", "leads"),
        [
            ("fr", "/fr/"),
            ("ar-EG", "/ar/"),
            ("de", "/en/"),
            ("zh-CN,es;q=0.5", "/es/"),
            ("", "/en/"),
            ("*", "/en/"),
            ("\x00", "/en/"),
            ("x" * 600, "/en/"),
        ],
    )
    def test_the_root_leads_to_a_home_page_that_exists(
        self, library: Library, client: Client, accepts: str, leads: str
    ) -> None:
        answer = client.get("/", headers={"accept-language": accepts})
        assert (answer.status_code, answer["Location"]) == (302, leads)
        assert "accept-language" in answer["Vary"].lower()


class TestErrors:
    """Error pages help in the reader's language."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_not_found(self, library: Library, client: Client, language: str) -> None:
        html = html_of(client, f"/{language}/nothing/", 404)
        assert_frame(html, language)
        with override(language):
            assert str(errors.TITLES[404]) in html
        assert f'action="/{language}/search/"' in html

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_gone(self, library: Library, client: Client, language: str) -> None:
        page = works.practice()
        reference = page.work.reference
        Work.objects.filter(reference=reference).update(taken_down_on="2026-05-01")
        page.unpublish()
        html = html_of(client, f"/{language}/w/{reference}/", 410)
        assert_frame(html, language)
        with override(language):
            assert str(errors.TITLES[410]) in html

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_bad_requests(self, library: Library, client: Client, language: str) -> None:
        html = html_of(client, f"/{language}/%00/", 400)
        assert_frame(html, language)
        with override(language):
            assert str(errors.TITLES[400]) in html

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_refusals(self, library: Library, language: str) -> None:
        request = RequestFactory().get(f"/{language}/")
        with override(language):
            answer = errors.permission_denied(request)
            assert answer.status_code == 403
            assert_frame(answer.content.decode(), language)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_fault_of_ours_is_said_without_a_database(
        self, library: Library, client: Client, language: str
    ) -> None:
        client.raise_request_exception = False
        with mock.patch(
            "django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError
        ):
            html = html_of(client, f"/{language}/", 500)
        assert_frame(html, language)
        with override(language):
            assert str(errors.TITLES[500]) in html

    def test_a_private_page_is_none(self, library: Library, client: Client) -> None:
        answer = client.get(library.private.url)
        assert answer.status_code == 404
        assert b"Hushed" not in answer.content


class TestPolicy:
    """What a browser may run."""

    def test_public_pages_allow_nothing_inline_and_no_other_host(
        self, library: Library, client: Client
    ) -> None:
        for path in ("/en/", "/en/search/", library.practice.url, "/en/nothing/"):
            policy = client.get(path)["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
            assert "http" not in policy

    def test_the_admin_has_a_policy_of_its_own(self, library: Library, desk: Client) -> None:
        answer = desk.get("/admin/")
        assert answer.status_code == 200
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self' 'unsafe-inline'" in policy
        assert "default-src 'self'" in policy
        assert "object-src 'none'" in policy
        assert "unsafe" not in desk.get("/en/")["Content-Security-Policy"]

    def test_other_headers(self, library: Library, client: Client) -> None:
        answer = client.get("/en/")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert answer["Referrer-Policy"]

    def test_no_resource_of_another_host(self, library: Library, client: Client) -> None:
        for path in ("/en/", "/en/search/", library.practice.url, library.hub.url):
            html = html_of(client, path)
            assert not re.search(
                r'<(script|img|iframe|source|link rel="stylesheet")[^>]+'
                r'(src|href|srcset)="(https?:)?//',
                html,
            )


class TestMarkup:
    """Texts are text."""

    def test_titles_and_summaries(self, library: Library, client: Client) -> None:
        html = html_of(client, library.markup.url)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;b&gt;bold&lt;/b&gt;" in html
        assert "Five &lt; six &amp; “seven”" in html

    def test_a_markup_title_is_safe_wherever_it_is_named(
        self, library: Library, client: Client
    ) -> None:
        page = works.case_study()
        works.relate(page, library.markup, "related")
        html = html_of(client, page.url)
        assert "&lt;script&gt;alert" in html
        assert "<script>alert" not in html
        for path in ("/en/", "/en/practices/", "/en/sections/europe/", "/en/themes/climate/"):
            assert "<script>alert" not in html_of(client, path), path

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "x"])
    def test_addresses_of_links_are_of_the_web(self, library: Library, url: str) -> None:
        library.draft.links = [works.block("link", {"title": "x", "url": url})]
        with pytest.raises(ValidationError):
            library.draft.links.stream_block.clean(library.draft.links)


class TestCost:
    """Pages ask the database little."""

    def test_works(
        self, library: Library, client: Client, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        french = WorkPage.objects.live().filter(
            locale__language_code="fr",
            translation_key__in=[library.case_study.translation_key, library.hub.translation_key],
        )
        assert len(french) == 2
        # Not the practice in which everything is filled: each picture costs its own queries.
        for page in [library.markup, *library.each_type[1:], *french]:
            client.get(page.url)
            with django_assert_max_num_queries(20):
                assert client.get(page.url).status_code == 200

    @pytest.mark.parametrize("entry", [*ENTRIES, "w/L4A-1001/"])
    def test_entries(
        self,
        library: Library,
        client: Client,
        entry: str,
        django_assert_max_num_queries: Callable[..., Any],
    ) -> None:
        client.get(f"/en/{entry}")
        with django_assert_max_num_queries(20):
            client.get(f"/en/{entry}")
