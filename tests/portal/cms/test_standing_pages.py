"""The standing pages: five languages of one text each, made once, then the editors'."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils.html import escape
from django.utils.translation import override
from wagtail.models import Page

from portal.cms import standing_pages
from portal.cms.models import ContentPage
from portal.cms.prose import article, html
from portal.cms.standing_pages import StandingPage, read_standing_pages, with_newer_texts
from portal.cms.structured import LICENCE_ADDRESSES
from portal.cms.tree import key, make_tree
from portal.mail.retention import ROW_DAYS
from portal.settings.environment import Environment
from practices.criteria import CRITERIA
from practices.submissions.fields import LICENCES
from practices.submissions.publication import REVIEW_AFTER
from practices.submissions.states import DAYS, State
from search.facets import FACET_NAMES

pytestmark = pytest.mark.any_database

LANGUAGES = [code for code, _name in settings.LANGUAGES]
PAGES = read_standing_pages()
PLACES = [page.place for page in PAGES]
LINK = re.compile(r'href="([^"]*)"')
LICENCE_TEXTS = "https://creativecommons.org/licenses/"

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
    # What is said of personal data must be whole, however long.
    assert 140 <= words(page, language) <= (800 if page.place == "about/privacy" else 440)
    for block in page.blocks(language):
        assert not re.search(r"\*\*|\]\(|##|^<p>- |  ", block["value"]), block["value"]
        for url in links(block["value"]):
            assert url.startswith((f"/{language}/", "/api/v1/", LICENCE_TEXTS)), url


@every_language
def test_the_reuse_page_names_every_filter(language: str) -> None:
    page = next(page for page in PAGES if page.place == "about/reuse")
    assert ", ".join(FACET_NAMES) in page.text(language).body


@every_language
def test_the_licences_that_authors_choose_from_are_explained(language: str) -> None:
    page = next(page for page in PAGES if page.place == "about/licences")
    named = [
        url
        for block in page.blocks(language)
        for url in links(block["value"])
        if url.startswith(LICENCE_TEXTS)
    ]
    assert named == [LICENCE_ADDRESSES[code] for code in LICENCES]


@every_language
def test_the_days_that_are_promised_are_those_after_which_reviewers_are_reminded(
    language: str,
) -> None:
    page = next(page for page in PAGES if page.place == "about/criteria")
    section, secretariat = page.text(language).body.rsplit("\n- ", 2)[1:]
    days = [int(number) for number in re.findall(r"\d+", f"{section} {secretariat}")]
    assert days == [
        DAYS[State.INTEREST],
        DAYS[State.SECTION_REVIEW],
        DAYS[State.SECRETARIAT_REVIEW],
    ]
    assert REVIEW_AFTER.days == 2 * 365  # "after two years"


@every_language
def test_the_privacy_notice_says_how_long_things_are_kept(language: str, settings: Any) -> None:
    page = next(page for page in PAGES if page.place == "about/privacy")
    kept = [block["value"] for block in page.blocks(language) if "<b>" in block["value"]][-1]
    searches, mails, submissions, _accounts = re.findall(r"<li>(.*?)</li>", kept)
    assert re.findall(r"\d+", searches) == [str(Environment.read().search_events_days)]
    assert re.findall(r"\d+", mails) == [str(settings.MAILS_DAYS)]
    days = settings.SUBMISSION_DAYS
    assert re.findall(r"\d+", submissions) == [str(days["unconfirmed"])]
    # In words: one year, and two.
    assert (ROW_DAYS, days["ended"], days["drafts"]) == (365, 365, 2 * 365)


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
    def test_the_page_of_criteria_has_each_and_leads_to_the_form(
        self, world: None, client: Client, language: str
    ) -> None:
        html = client.get(f"/{language}/about/criteria/").content.decode()
        with override(language):
            for criterion in CRITERIA:
                assert (
                    f"<dt>{escape(str(criterion.title))}</dt><dd>{escape(str(criterion.text))}"
                    in html
                )
        assert f'href="/{language}/submit/"' in html

    def test_no_other_page_has_the_criteria(self, world: None, client: Client) -> None:
        assert "criteria-list" not in client.get("/en/about/licences/").content.decode()

    @every_language
    def test_every_page_and_its_links_can_be_read(
        self, world: None, client: Client, language: str
    ) -> None:
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
        addresses = {url for url in addresses if not url.startswith(LICENCE_TEXTS)}
        for address in sorted(addresses):
            assert client.get(address).status_code == 200, address


@pytest.mark.django_db
def test_a_text_that_changed_since_a_page_was_made_is_told_and_not_overwritten(
    world: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    privacy = ContentPage.objects.get(slug="privacy", locale__language_code="en")
    privacy.introduction = "As the editors say it."
    privacy.save_revision().publish()
    assert with_newer_texts() == []  # the editors' own words are no news
    newer = [_with_newer_introduction(page) for page in PAGES]
    monkeypatch.setattr(standing_pages, "read_standing_pages", lambda: newer)
    call_command("make_tree")
    told = capsys.readouterr().out
    assert f"{privacy.url}: the text that comes with the portal has changed" in told
    assert "/fr/" not in told
    privacy.refresh_from_db()
    assert privacy.introduction == "As the editors say it."
    privacy.introduction = "As the file says it now."
    privacy.save_revision().publish()
    assert with_newer_texts() == []


def _with_newer_introduction(page: StandingPage) -> StandingPage:
    """Give the privacy notice with another introduction in English, and other pages as they are."""
    if page.slug != "privacy":
        return page
    english = replace(page.texts["en"], introduction="As the file says it now.")
    return replace(page, texts={**page.texts, "en": english})
