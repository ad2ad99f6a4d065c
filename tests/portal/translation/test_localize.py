"""wagtail-localize on our pages: what is asked for, what survives, what follows the original."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page

from hubs.models import HubPage
from portal.cms.models import Work
from practices.models import GoodPracticePage
from practices.template import TEMPLATE
from tests import works
from tests.portal.translation.asking import ask, publish, target, translate_all

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world", "index"),
]


class TestFull:
    """A practice with every block and field filled."""

    def test_asking_publishes_nothing(self, client: Client) -> None:
        page = works.full_practice()
        copy = ask(page).get_target_instance()
        assert not copy.live
        # Its address shows the work in the language that it has.
        assert client.get(copy.url).context["page"].pk == page.pk
        assert Work.objects.filter(translation_key=page.translation_key).count() == 1

    def test_saving_publishes_nothing_unless_asked(self) -> None:
        translation = ask(works.full_practice())
        translate_all(translation)
        translation.save_target(publish=False)
        assert not translation.get_target_instance().live
        publish(translation)
        assert translation.get_target_instance().live

    def test_the_editors_open_and_save(self, desk: Client) -> None:
        page = works.full_practice()
        answer = desk.post(
            reverse("wagtail_localize:submit_page_translation", args=[page.pk]),
            {"locales": [Locale.objects.get(language_code="fr").pk]},
        )
        assert answer.status_code == 302
        copy = page.get_translation(Locale.objects.get(language_code="fr"))
        assert not copy.live
        assert desk.get(f"/admin/pages/{copy.pk}/edit/").status_code == 200
        assert desk.get(f"/admin/pages/{page.pk}/edit/").status_code == 200

    def test_blocks_keep_their_ids_and_are_translated(self) -> None:
        page = works.full_practice()
        translation = ask(page)
        translate_all(translation)
        publish(translation)
        copy = target(translation)
        for name in [*(part.name for part in TEMPLATE), "media", "documents", "links"]:
            original, translated = getattr(page, name), getattr(copy, name)
            assert [block.id for block in translated] == [block.id for block in original], name
            assert "FR" in str(list(translated.raw_data)), name
        assert copy.title.startswith("FR ")
        assert copy.summary.startswith("FR ")

    def test_facts_terms_and_people_are_there_and_read_from_the_original(
        self, client: Client
    ) -> None:
        page = works.full_practice()
        translation = ask(page)
        translate_all(translation)
        publish(translation)
        copy = GoodPracticePage.objects.get(pk=translation.get_target_instance().pk)
        assert {row.term_id for row in copy.work_terms.all()} == {
            row.term_id for row in page.work_terms.all()
        }
        assert copy.contributors.count() == copy.related_works.count() == 1
        page.contributors.all().delete()
        works.with_terms(page, sdg=["sdg-13"], theme=["housing"])
        page = works.publish(page, start="2001", end="")
        copy = GoodPracticePage.objects.get(pk=copy.pk)
        assert [entry.code for entry in copy.terms_of("sdg")] == ["sdg-13"]
        assert copy.authors == []
        assert copy.original.start == "2001"
        assert client.get(copy.url).status_code == 200

    def test_a_changed_paragraph_leaves_the_others_translated(self) -> None:
        page = works.full_practice()
        translation = ask(page)
        translate_all(translation)
        context = list(page.context.raw_data)
        context.append(works.paragraph("Something new."))
        page = works.publish(page, context=context)
        translation.source.update_from_db()
        translation.save_target(publish=False)
        texts = [str(block.value) for block in target(translation).context]
        assert "FR" in texts[0]
        assert "Something new." in texts[-1]

    def test_slug_and_facts_cannot_be_overridden(self) -> None:
        translation = ask(works.full_practice())
        paths = set(
            translation.source.overridablesegment_set.values_list("context__path", flat=True)
        )
        strings = set(translation.source.stringsegment_set.values_list("context__path", flat=True))
        for name in ("slug", "start", "end", "status", "contact_email"):
            assert name not in paths | strings

    def test_a_hubs_participants_and_updates(self, client: Client) -> None:
        page = works.full_hub()
        translation = ask(page)
        translate_all(translation)
        publish(translation)
        copy = HubPage.objects.get(pk=translation.get_target_instance().pk)
        assert [row.name for row in copy.participants.all()] == ["City of Aarhus"]
        html = client.get(copy.url).content.decode()
        assert "City of Aarhus" in html
        assert "FR We met." in html


class TestEmpty:
    """Nothing filled that may be empty."""

    def test_a_bare_work_of_every_type(self, desk: Client) -> None:
        for page in (
            works.practice(),
            works.case_study(),
            works.hub(),
            works.note(),
            works.resource(),
        ):
            translation = ask(page)
            translation.save_target(publish=False)
            copy = translation.get_target_instance()
            assert not copy.live
            assert desk.get(f"/admin/pages/{copy.pk}/edit/").status_code == 200

    def test_empty_blocks(self, desk: Client) -> None:
        page = works.practice(
            context=[
                works.paragraph("Text."),
                works.block("paragraph", ""),
                works.block("picture", {"image": None, "alt": "", "caption": ""}),
                works.block("quote", {"text": "", "source": ""}),
            ],
            results=[
                works.paragraph("Text."),
                works.block("indicator", {"value": "", "label": ""}),
            ],
            media=[
                works.block("picture", {"image": None, "alt": "", "caption": ""}),
                works.block("video", {"title": "", "url": ""}),
            ],
            documents=[works.block("document", {"title": "", "document": None})],
            links=[works.block("link", {"title": "", "url": ""})],
        )
        assert desk.get(page.url).status_code == 200
        translation = ask(page)
        translate_all(translation)
        publish(translation)
        copy = translation.get_target_instance()
        assert desk.get(f"/admin/pages/{copy.pk}/edit/").status_code == 200
        assert desk.get(copy.url).status_code == 200


class TestFollowing:
    """What is done to the original is done to its translations."""

    @pytest.fixture
    def pages(self) -> tuple[Any, Any]:
        page = works.practice()
        return page, works.translated(page, "fr")

    def test_unpublishing(self, pages: tuple[Any, Any], desk: Client) -> None:
        page, french = pages
        assert b"ranslation" in desk.get(f"/admin/pages/{page.pk}/unpublish/").content
        desk.post(f"/admin/pages/{page.pk}/unpublish/")
        for one in pages:
            one.refresh_from_db()
            assert not one.live
        assert desk.get(french.url).status_code == 404

    def test_deleting(self, pages: tuple[Any, Any], desk: Client) -> None:
        page, _french = pages
        desk.post(f"/admin/pages/{page.pk}/delete/")
        assert not Page.objects.filter(translation_key=page.translation_key).exists()

    def test_moving(self, pages: tuple[Any, Any], desk: Client) -> None:
        page, french = pages
        destination = works.node("section:africa")
        answer = desk.post(f"/admin/pages/{page.pk}/move/{destination.pk}/confirm/")
        assert answer.status_code == 302
        french.refresh_from_db()
        assert french.get_parent().specific == works.node("section:africa", "fr")
        assert french.url == "/fr/sections/africa/streams-in-the-open/"

    def test_a_translation_alone_leaves_the_original(
        self, pages: tuple[Any, Any], desk: Client
    ) -> None:
        page, french = pages
        desk.post(f"/admin/pages/{french.pk}/unpublish/")
        page.refresh_from_db()
        french.refresh_from_db()
        assert (page.live, french.live) == (True, False)
        desk.post(f"/admin/pages/{french.pk}/delete/")
        page.refresh_from_db()
        assert page.live
        assert page.is_original
