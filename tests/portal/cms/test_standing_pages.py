"""The standing pages: five languages of one text each, made once, then the editors'."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from wagtail.models import Page

from portal.cms.models import ContentPage
from portal.cms.prose import article, html
from portal.cms.standing_pages import StandingPage, read_standing_pages
from portal.cms.tree import key, make_tree
from portal.taxonomy.models import Kind
from search.facets import FACET_NAMES
from tests.factories import TermFactory

pytestmark = pytest.mark.any_database

LANGUAGES = [code for code, _name in settings.LANGUAGES]
PAGES = read_standing_pages()
PLACES = [page.place for page in PAGES]
LINK = re.compile(r'href="([^"]*)"')

every_page = pytest.mark.parametrize("page", PAGES, ids=PLACES)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def shape(page: StandingPage, language: str) -> list[tuple[str, int, int, list[str]]]:
    """Give of each block what no translation may change."""
    return [
        (
            block["type"],
            block["value"].count("<li>"),
            block["value"].count("<b>"),
            [re.sub(r"^/(?:ar|en|es|fr|pt)/|[?].*", "", url) for url in links(block["value"])],
        )
        for block in page.blocks(language)
    ]


def links(text: str) -> list[str]:
    return [url.replace("&amp;", "&") for url in LINK.findall(text)]


def words(page: StandingPage, language: str) -> int:
    text = " ".join(block["value"] for block in page.blocks(language))
    return len(re.sub(r"<[^>]+>", " ", text).split())


def test_headings_paragraphs_lists_and_links_become_blocks() -> None:
    text = "## Title & more\n\nSome **bold**\ntext.\n\n- one\n- two"
    blocks = article("place", "body", text)
    assert [(block["type"], block["value"]) for block in blocks] == [
        ("heading", "Title & more"),
        ("paragraph", "<p>Some <b>bold</b> text.</p>"),
        ("paragraph", "<ul><li>one</li><li>two</li></ul>"),
    ]
    assert len({block["id"] for block in blocks}) == 3
    assert blocks == article("place", "body", text)


def test_links_lead_into_the_portal_or_to_the_web_and_nowhere_else() -> None:
    assert html("[a](/en/x?a=1&b=2)") == '<p><a href="/en/x?a=1&amp;b=2">a</a></p>'
    assert html("[a](https://example.org/)") == '<p><a href="https://example.org/">a</a></p>'
    for other in ("//example.org", "javascript:alert(1)", "page"):
        assert "<a" not in html(f"[a]({other})")


@every_page
def test_every_language_has_its_own_text_of_the_same_shape(page: StandingPage) -> None:
    assert sorted(page.texts) == sorted(LANGUAGES)
    for language in LANGUAGES:
        assert shape(page, language) == shape(page, "en"), language
        text = page.texts[language]
        assert text.title
        assert text.introduction
        assert len(text.title) < 60
    for name in ("introduction", "body"):
        assert len({getattr(text, name) for text in page.texts.values()}) == len(LANGUAGES)


@every_page
@every_language
def test_texts_are_short_and_free_of_leftover_marks(page: StandingPage, language: str) -> None:
    assert 140 <= words(page, language) <= 440
    for block in page.blocks(language):
        assert not re.search(r"\*\*|\]\(|##|^<p>- |  ", block["value"]), block["value"]
        assert all(url.startswith((f"/{language}/", "/api/v1/")) for url in links(block["value"]))


@every_language
def test_the_reuse_page_names_every_filter(language: str) -> None:
    page = next(page for page in PAGES if page.place == "about/reuse")
    assert ", ".join(FACET_NAMES) in page.text(language).body


@pytest.mark.django_db
class TestTree:
    """With a tree in the database."""

    def test_every_page_is_published_in_every_language_under_one_key(self) -> None:
        make_tree()
        for page in PAGES:
            made = ContentPage.objects.filter(translation_key=key(page.place), live=True)
            assert sorted(p.locale.language_code for p in made) == sorted(LANGUAGES)
            assert len({tuple(block.id for block in p.body) for p in made}) == 1
            assert {p.slug for p in made} == {page.slug}

    def test_running_again_makes_none_and_keeps_what_editors_wrote(self) -> None:
        make_tree()
        page = ContentPage.objects.get(translation_key=key("about"), locale__language_code="fr")
        page.title = "Qui sommes-nous"
        page.body = [{"type": "heading", "value": "Autre", "id": "1"}]
        page.save_revision().publish()
        before = Page.objects.count()
        assert make_tree() == 0
        assert Page.objects.count() == before
        page.refresh_from_db()
        assert (page.title, len(page.body)) == ("Qui sommes-nous", 1)

    @every_language
    def test_every_page_and_its_links_can_be_read(self, client: Client, language: str) -> None:
        TermFactory(kind=Kind.SDG, code="sdg-11")
        make_tree()
        addresses = set()
        for page in PAGES:
            response = client.get(f"/{language}/{page.place}/")
            assert response.status_code == 200
            text = response.content.decode()
            assert f"<h1>{page.text(language).title}</h1>" in text
            assert not response.cookies, "readers get no cookie"
            for block in page.blocks(language):
                assert block["value"] in text or block["type"] == "heading"
                addresses |= set(links(block["value"]))
        for address in sorted(addresses):
            assert client.get(address).status_code == 200, address
