"""What wagtail-localize does that would harm the portal, each held by a test.

Found on wagtail-localize 1.14 and Wagtail 8.0. A guard may go when its test passes without it.
Traps 1, 4 and 12 (relations, empty blocks, ids of blocks) are held by test_localize.py, 3 by
test_review.py, 8 by test_localize.py and 15 by tests/portal/cms.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    SegmentOverride,
    StringSegment,
    StringTranslation,
    TranslationSource,
)

from portal.cms.models import BasePage, Work
from search.indexer import drain
from tests import works
from tests.portal.translation.asking import ask, publish, target, translate_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


def submit_form(desk: Client, page: Any, language: str = "fr") -> Any:
    """Ask for a translation by the admin's form."""
    locale = Locale.objects.get(language_code=language)
    address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    return desk.post(address, {"locales": [locale.pk]}, follow=True)


def test_2_facts_do_not_wait_for_translators(client: Client) -> None:
    """Synchronised fields reach a live translation only after sync and republication.

    Facts are therefore read from the original.
    """
    page = works.practice(population=1000)
    translation = ask(page)
    translate_all(translation)
    publish(translation)
    works.publish(page, population=54321)
    html = client.get(translation.get_target_instance().url).content.decode()
    assert "54\u202f321" in html


def test_5_a_live_pages_translation_is_not_published_untranslated(desk: Client) -> None:
    """WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE is on by default."""
    page = works.practice()
    submit_form(desk, page)
    copy = page.get_translation(Locale.objects.get(language_code="fr"))
    assert page.live
    assert not copy.live


def test_6_slugs_are_no_translators_matter(desk: Client) -> None:
    """Slugs are translatable by default; a translated one moves the page."""
    page = works.practice()
    translation = ask(page)
    paths = StringSegment.objects.filter(source=translation.source).values_list(
        "context__path", flat=True
    )
    assert "slug" not in paths
    translate_all(translation, "قرية")
    publish(translation)
    assert target(translation).slug == page.slug


@pytest.mark.parametrize("title", ["مياه المدينة", "武汉海绵城市", "Вода города", "!!!", "…"])
def test_6_a_title_in_any_script_gives_a_slug(title: str) -> None:
    """Wagtail's own slug of such a title is empty or not of letters that addresses take."""
    page = works.practice(title=title)
    assert page.slug
    assert page.slug.isascii()


def test_6_a_slug_that_is_taken_gets_a_number() -> None:
    one, other = works.practice(title="Same title"), works.practice(title="Same title")
    assert (one.slug, other.slug) == ("same-title", "same-title-2")
    translated = ask(other)
    translated.save_target(publish=False)
    assert translated.get_target_instance().slug == "same-title-2"


def test_6_a_slug_taken_in_the_other_language_is_told_apart(desk: Client) -> None:
    """A page of that language alone may have the slug already."""
    works.practice(language="fr", title="Streams")
    answer = submit_form(desk, works.practice(title="Streams"))
    assert answer.status_code == 200
    slugs = Page.objects.filter(locale__language_code="fr", slug__startswith="streams")
    assert len(set(slugs.values_list("slug", flat=True))) == 2


def test_7_the_tree_is_not_synchronised_by_aliases() -> None:
    """Aliases serve one language's text under another's address."""
    from wagtail_localize.models import LocaleSynchronization

    works.practice()
    assert not LocaleSynchronization.objects.exists()
    assert not Page.objects.filter(alias_of__isnull=False).exists()


def test_7_an_alias_is_neither_found_nor_listed(client: Client) -> None:
    page = works.practice(title="Streams")
    french = Locale.objects.get(language_code="fr")
    alias = page.copy_for_translation(french, copy_parents=True, alias=True)
    alias.live = True
    alias.save()
    drain()
    answer = client.get("/api/v1/search", {"q": "streams", "lang": "fr"}).json()
    assert [hit["language"] for hit in answer["hits"]] == ["en"]
    for address in ("/sitemap.xml", "/sitemap-fr.xml", "/fr/sitemap.xml"):
        assert alias.url not in client.get(address).content.decode()
    assert [one["code"] for one in page.alternates] == []


def test_8_moving_takes_all_languages_along(desk: Client) -> None:
    """Nothing cascades unless the hook names the translations."""
    page = works.practice()
    french = works.translated(page, "fr")
    destination = works.node("section:africa")
    desk.post(f"/admin/pages/{page.pk}/move/{destination.pk}/confirm/")
    french.refresh_from_db()
    assert french.get_parent().translation_key == destination.translation_key


def test_9_a_paragraph_is_a_block_so_a_change_costs_one_paragraph() -> None:
    """Changing a source string drops its translation; long blocks would lose much."""
    page = works.practice(
        context=[works.paragraph("First."), works.paragraph("Second."), works.paragraph("Third.")]
    )
    translation = ask(page)
    translate_all(translation)
    changed = list(page.context.raw_data)
    changed[1] = {**changed[1], "value": "<p>Second, changed.</p>"}
    works.publish(page, context=changed)
    translation.source.refresh_from_db()
    segments = StringSegment.objects.filter(source=translation.source)
    open_ones = [
        segment.string.data
        for segment in segments
        if not StringTranslation.objects.filter(
            translation_of=segment.string, context=segment.context
        ).exists()
    ]
    assert open_ones == ["Second, changed."]


def test_10_a_draft_is_not_translated(desk: Client, client: Client) -> None:
    """Translating a draft can publish it."""
    page = works.practice(live=False, title="Not ready")
    answer = submit_form(desk, page)
    assert "publish it first" in answer.content.decode()
    assert not page.has_translation(Locale.objects.get(language_code="fr"))


def test_10_a_translation_of_a_draft_opens_nothing(client: Client) -> None:
    """One that was made by other means stays closed as long as the original is."""
    page = works.practice(live=False)
    translation = ask(page)
    translate_all(translation)
    publish(translation)
    page.refresh_from_db()
    assert not page.live
    assert client.get(translation.get_target_instance().url).status_code == 404


def test_10_a_draft_of_a_published_page_does_not_reach_translators() -> None:
    """Translating a page with unpublished changes could give readers the changes."""
    page = works.practice(title="Published title")
    page.title = "Draft title"
    page.save_revision()
    translation = ask(type(page).objects.get(pk=page.pk))
    titles = StringSegment.objects.filter(
        source=translation.source, context__path="title"
    ).values_list("string__data", flat=True)
    assert list(titles) == ["Published title"]


def test_11_a_subtree_is_not_translated_at_once(desk: Client) -> None:
    """Translating a whole subtree at once can corrupt the tree, so nobody is offered it."""
    section = works.node("section:africa")
    page = works.practice("africa")
    page.get_translations().delete()
    section.get_translations().filter(locale__language_code="fr").first().delete()
    address = reverse("wagtail_localize:submit_page_translation", args=[section.pk])
    assert "Include subtree" not in desk.get(address).content.decode()
    french = Locale.objects.get(language_code="fr")
    desk.post(address, {"locales": [french.pk], "include_subtree": "on"})
    assert section.has_translation(french)
    assert not page.has_translation(french)
    assert Page.find_problems() == ([], [], [], [], [])


def test_13_sources_follow_the_schema_by_a_command() -> None:
    """A new field is not offered to translators until the source is read again."""
    from django.core.management import call_command

    translation = ask(works.practice())
    TranslationSource.objects.update(schema_version="0000_before")
    translation.source.refresh_from_db()
    assert translation.source.schema_out_of_date()
    call_command("update_translation_sources", verbosity=0)
    translation.source.refresh_from_db()
    assert not translation.source.schema_out_of_date()


def test_14_pages_stand_on_wagtails_own_page() -> None:
    """wagtail-localize does not know Wagtail 8's custom base page model."""
    assert not getattr(settings, "WAGTAILCORE_PAGE_MODEL", "")
    assert BasePage._meta.abstract
    for model in apps.get_models():
        if issubclass(model, BasePage):
            assert issubclass(model, Page)


def test_16_a_draft_of_a_live_translation_leaves_the_page_alone() -> None:
    """wagtail-localize writes a draft's text into the row of the live page.

    The review makes the revision itself (portal.translation.review).
    """
    from portal.accounts.models import User
    from portal.translation import review

    translation = ask(works.practice(title="Streams"))
    translate_all(translation, "FR")
    publish(translation)
    translate_all(translation, "Changed")
    review.submit(translation, User.objects.create_user("t@example.org", "a password for tests"))
    assert Page.objects.get(pk=translation.get_target_instance().pk).title == "FR Streams"


def test_a_translations_fact_cannot_be_overridden_by_hand() -> None:
    translation = ask(works.full_practice())
    assert not SegmentOverride.objects.exists()
    with pytest.raises((ValidationError, StringSegment.DoesNotExist)):
        StringSegment.objects.get(source=translation.source, context__path="start")


def test_one_work_has_one_record_however_many_languages() -> None:
    page = works.practice()
    for language in ("fr", "es", "ar"):
        publish(ask(page, language))
    assert Work.objects.filter(translation_key=page.translation_key).count() == 1
