"""What is public is one question with one answer, wherever it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from wagtail.models import Page, PageViewRestriction, ReferenceIndex

from hubs.documents import hub_titles
from portal.cms.documents import work_document
from portal.cms.models import SectionPage, Work, WorkPage
from portal.cms.sitemaps import public_pages
from practices.models import GoodPracticePage
from search.audience import PUBLIC
from search.public import only_public
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


def restrict(page: Page) -> PageViewRestriction:
    """Let a page be read by members only."""
    restriction: PageViewRestriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.LOGIN
    )
    return restriction


def for_few(page: WorkPage) -> None:
    """Give a work an audience of its own."""
    Work.objects.filter(translation_key=page.translation_key).update(audience="members")


CLOSINGS: dict[str, Callable[[WorkPage], Any]] = {
    "restricted": restrict,
    "restricted above": lambda page: restrict(page.get_parent()),
    "unpublished": lambda page: page.unpublish(),
    "audience": for_few,
}


@pytest.mark.parametrize("closing", CLOSINGS)
def test_a_translation_is_closed_with_its_original(closing: str, client: Client) -> None:
    image = works.picture()
    page = works.hub("africa", title="Streams")
    french = works.translated(page, "fr", title="Ruisseaux", cover=image, cover_alt="Rue")
    ReferenceIndex.create_or_update_for_object(french)
    reference = page.work.reference
    picture = image.get_rendition("width-50").url
    other = works.practice()
    works.relate(other, page)
    assert client.get(french.url).status_code == 200
    assert client.get(picture).status_code == 200
    CLOSINGS[closing](page)
    french = type(french).objects.get(pk=french.pk)
    assert not only_public(Page.objects.filter(pk__in=[page.pk, french.pk])).exists()
    answer = client.get(french.url)
    assert answer.status_code in (302, 403, 404)
    assert b"Ruisseaux" not in answer.content
    assert client.get(picture).status_code == 404
    assert client.get(f"/card/{reference}/fr.png").status_code == 404
    assert client.get(f"/fr/w/{reference}/").status_code in (404, 410)
    document = work_document(type(page), page.translation_key, 1)
    assert document is None or PUBLIC not in document.audiences
    assert hub_titles([reference], "fr") == {}
    assert french.live_translations == []
    assert type(other).objects.get(pk=other.pk).hubs == []
    assert not public_pages().filter(translation_key=page.translation_key).exists()


def test_what_restricts_a_translation_restricts_the_work(client: Client) -> None:
    page = works.practice()
    french = works.translated(page, "fr")
    restrict(french)
    for closed in (page, french):
        assert client.get(closed.url).status_code == 404
    assert not only_public(GoodPracticePage.objects.all()).exists()


def test_a_password_of_a_translation_is_its_own(client: Client) -> None:
    page = works.practice()
    french = works.translated(page, "fr", title="Ruisseaux")
    PageViewRestriction.objects.create(
        page=french, restriction_type=PageViewRestriction.PASSWORD, password="water"
    )
    assert b"Ruisseaux" not in client.get(french.url).content
    assert client.get(page.url).status_code == 200
    assert list(only_public(GoodPracticePage.objects.all())) == [page]


def test_the_password_of_an_original_opens_its_translation(client: Client) -> None:
    page = works.practice()
    french = works.translated(page, "fr", title="Ruisseaux")
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="water"
    )
    assert b"Ruisseaux" not in client.get(french.url).content
    session = client.session
    session["passed_page_view_restrictions"] = [restriction.pk]
    session.save()
    assert b"Ruisseaux" in client.get(french.url).content


def test_lists_and_trails_leave_out_what_is_closed(client: Client) -> None:
    page = works.practice("africa")
    section = works.node("section:africa")
    assert section.title in [name for _url, name in page.trail]
    SectionPage.objects.get(pk=section.pk).unpublish()
    page = type(page).objects.get(pk=page.pk)
    assert section.title not in [name for _url, name in page.trail]
    restricted = works.node("section:europe")
    restrict(restricted)
    html = client.get("/en/sections/").content.decode()
    for closed in (section, restricted):
        assert f'href="{closed.url}"' not in html


def test_languages_are_those_of_the_texts_everywhere() -> None:
    page = works.practice(text_language="zh")
    french = works.translated(page, "fr")
    assert french.text_language == ""
    page, french = (type(page).objects.get(pk=one.pk) for one in (page, french))
    document = work_document(type(page), page.translation_key, 1)
    assert document is not None
    assert set(document.facets["language"]) == {"fr", "zh"}
    assert set(page.languages) == set(french.languages) == {"fr", "zh"}
    assert page.languages == french.languages


def test_a_translation_that_is_asked_for_has_its_own_language() -> None:
    from wagtail_localize.models import Translation, TranslationSource

    page = works.practice(text_language="zh")
    source, _made = TranslationSource.update_or_create_from_instance(page)
    translation = Translation.objects.create(
        source=source, target_locale=works.node("home", "fr").locale
    )
    translation.save_target(publish=False)
    assert translation.get_target_instance().text_language == ""


def test_the_section_of_a_node_is_not_changed_by_hand(desk: Client) -> None:
    section = works.node("section:africa")
    html = desk.get(f"/admin/pages/{section.pk}/edit/").content.decode()
    assert 'name="term"' not in html
    assert SectionPage not in works.node("sections").creatable_subpage_models()


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_the_tree_is_public(code: str) -> None:
    home = works.node("home", code)
    assert only_public(Page.objects.filter(pk=home.pk)).exists()
