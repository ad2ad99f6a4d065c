"""Every change reaches the outbox in its own transaction, and through it the search."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from portal.cms.merging import merge
from portal.cms.models import Work
from portal.taxonomy.models import Kind
from practices.models import GoodPracticePage
from search import indexer
from search.alone import alone
from search.document import SearchDocument
from search.document import build as build_document
from search.engines import get_engine
from search.engines.base import Engine, EngineUnavailable, WorksRefused
from search.models import OutboxRow, Priority
from search.outbox import note
from search.run import Answer, search_by
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


def find(query: str = "", language: str = "en") -> Answer:
    """Search as a reader does, after the indexer has run."""
    OutboxRow.objects.update(available_at=timezone.now())
    indexer.drain()
    return search_by(QueryDict(query), language)


def urls(query: str = "", language: str = "en") -> list[str]:
    """Give the addresses found."""
    return [hit.document.texts[hit.language].url for hit in find(query, language).hits]


@contextmanager
def noted(*pages: Page) -> Iterator[None]:
    """Check that what is done inside notes these works and none else."""
    OutboxRow.objects.all().delete()
    yield
    found = set(OutboxRow.objects.values_list("translation_key", flat=True))
    of_works = set(Work.objects.values_list("translation_key", flat=True))
    assert found & of_works == {page.translation_key for page in pages}


def restrict(page: Page) -> PageViewRestriction:
    """Let only people with an account see a page and what stands below."""
    found: PageViewRestriction = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=page.pk), restriction_type=PageViewRestriction.LOGIN
    )
    return found


class TestChanges:
    """One change each: noted, and true in the search after draining."""

    def test_publishing(self) -> None:
        page = works.practice(live=False, title="Sponge parks")
        assert urls("q=sponge") == []
        with noted(page):
            page.save_revision().publish()
        assert urls("q=sponge") == [page.url]

    def test_publishing_again(self) -> None:
        page = works.practice(title="Sponge parks")
        assert urls("q=sponge")
        with noted(page):
            works.publish(page, title="Rain gardens")
        assert urls("q=sponge") == []
        assert urls("q=rain+gardens") == [page.url]

    def test_a_translation(self) -> None:
        page = works.practice()
        with noted(page):
            french = works.translated(page, "fr", title="Les parcs éponges")
        assert urls("q=eponges", "fr") == [french.url]
        assert find("language=fr").total == 1

    def test_unpublishing(self) -> None:
        page = works.practice()
        assert find().total == 1
        with noted(page):
            page.unpublish()
        assert find().total == 0

    def test_unpublishing_one_language(self) -> None:
        page = works.practice()
        french = works.translated(page, "fr", title="Les parcs éponges")
        assert find("q=eponges").total == 1
        with noted(page):
            french.unpublish()
        assert find("q=eponges").total == 0
        assert find("language=fr").total == 0
        assert find().total == 1

    def test_unpublishing_the_original_hides_the_work(self) -> None:
        page = works.practice()
        works.translated(page, "fr")
        page.unpublish()
        assert find("", "fr").total == 0

    def test_scheduled_publication(self) -> None:
        page = works.practice(live=False)
        page.go_live_at = timezone.now() + datetime.timedelta(hours=1)
        page.save_revision().publish()
        assert find().total == 0
        past = timezone.now() - datetime.timedelta(minutes=1)
        page.refresh_from_db()
        page.go_live_at = past
        revision = page.save_revision()
        revision.approved_go_live_at = past
        revision.save()
        with noted(page):
            call_command("publish_scheduled", verbosity=0)
        assert find().total == 1

    def test_expiry(self) -> None:
        page = works.practice()
        assert find().total == 1
        Page.objects.filter(pk=page.pk).update(
            expire_at=timezone.now() - datetime.timedelta(minutes=1)
        )
        with noted(page):
            call_command("publish_scheduled", verbosity=0)
        assert find().total == 0

    def test_moving(self) -> None:
        page = works.practice("europe")
        assert find("section=europe").total == 1
        with noted(page):
            page.move(works.node("section:africa"), pos="last-child")
        assert find("section=europe").total == 0
        assert urls("section=africa") == ["/en/sections/africa/streams-in-the-open/"]

    def test_a_new_slug(self) -> None:
        page = works.practice()
        assert urls() == [page.url]
        works.publish(page, slug="other")
        assert urls() == ["/en/sections/europe/other/"]

    def test_a_new_slug_of_a_section_is_the_works_too(self) -> None:
        one, two = works.practice(), works.practice()
        other = works.practice("africa")
        assert find().total == 3
        node = works.node("section:europe")
        with noted(one, two):
            works.publish(node, slug="old-world")
        assert {url for url in urls() if "old-world" in url} == {
            "/en/sections/old-world/streams-in-the-open/",
            "/en/sections/old-world/streams-in-the-open-2/",
        }
        assert other.url in urls()

    def test_a_new_slug_of_a_draft_section_is_the_live_works_too(self) -> None:
        page = works.practice()
        Page.objects.filter(pk=page.get_parent().pk).update(live=False, first_published_at=None)
        node = Page.objects.get(pk=page.get_parent().pk).specific
        node.slug = "old-world"
        with noted(page):
            node.save()
        assert urls() == ["/en/sections/old-world/streams-in-the-open/"]

    def test_moving_a_section_is_the_works_too(self) -> None:
        page = works.practice()
        assert find().total == 1
        with noted(page):
            works.node("section:europe").move(works.node("home"), pos="last-child")
        assert urls() == ["/en/europe/streams-in-the-open/"]

    def test_unpublishing_a_section_with_what_stands_below(self) -> None:
        works.practice()
        assert find().total == 1
        Page.objects.get(pk=works.node("section:europe").pk).specific.unpublish()
        for page in GoodPracticePage.objects.live():
            page.unpublish()
        assert find().total == 0

    def test_deleting(self) -> None:
        page = works.practice()
        assert find().total == 1
        key = page.translation_key
        OutboxRow.objects.all().delete()
        page.delete()
        assert OutboxRow.objects.filter(translation_key=key).exists()
        assert find().total == 0

    def test_deleting_as_a_plain_page_or_a_subtree(self) -> None:
        page, other = works.practice(), works.practice("africa")
        assert find().total == 2
        Page.objects.get(pk=page.pk).delete()
        assert urls() == [other.url]
        works.node("section:africa").delete()
        assert find().total == 0

    def test_restriction_set_and_lifted(self) -> None:
        page, other = works.practice(), works.practice("africa")
        assert find().total == 2
        with noted(page):
            restriction = restrict(page)
        assert urls() == [other.url]
        with noted(page):
            restriction.delete()
        assert find().total == 2

    def test_restriction_of_a_section(self) -> None:
        page, other = works.practice(), works.practice("africa")
        assert find().total == 2
        with noted(page):
            restriction = restrict(page.get_parent())
        assert urls() == [other.url]
        with noted(page):
            restriction.delete()
        assert find().total == 2

    def test_a_renamed_term(self) -> None:
        page, _other = works.practice(), works.practice(theme=["housing"])
        label = works.term(Kind.THEME, "climate").labels.get(language="en")
        label.text = "Wheatherness"
        with noted(page):
            label.save()
        assert urls("q=wheatherness") == [page.url]

    def test_a_merged_term(self) -> None:
        page = works.practice(theme=["climate"])
        assert find("theme=climate").total == 1
        with noted(page):
            merge(works.term(Kind.THEME, "climate"), works.term(Kind.THEME, "housing"))
        answer = find("theme=housing")
        assert answer.total == 1
        assert find("theme=climate").total == 1  # the old address leads to the new term
        assert find("theme=climate").request.selections == {"theme": ("housing",)}

    def test_a_merged_terms_words_lead_to_the_works_of_the_other(self) -> None:
        page = works.practice(theme=["housing"])
        old = works.term(Kind.THEME, "climate").labels.get(language="en")
        old.text, old.synonyms = "Wheatherness", "Stormcraft"
        old.save()
        assert urls("q=stormcraft") == []
        with noted(page):
            merge(works.term(Kind.THEME, "climate"), works.term(Kind.THEME, "housing"))
        assert urls("q=stormcraft") == urls("q=wheatherness") == [page.url]

    def test_a_synonym(self) -> None:
        page, _other = works.practice(), works.practice(theme=["housing"])
        label = works.term(Kind.THEME, "climate").labels.get(language="fr")
        label.synonyms = "Wheatherness"
        with noted(page):
            label.save()
        assert urls("q=wheatherness") == [page.url]
        label.synonyms = ""
        with noted(page):
            label.save()
        assert urls("q=wheatherness") == []

    def test_a_label_that_is_deleted(self) -> None:
        page = works.practice()
        label = works.term(Kind.THEME, "climate").labels.get(language="fr")
        label.text = "Wheatherness"
        label.save()
        assert urls("q=wheatherness") == [page.url]
        with noted(page):
            label.delete()
        assert urls("q=wheatherness") == []

    def test_a_retired_term(self) -> None:
        page, _other = works.practice(), works.practice(theme=["housing"])
        term = works.term(Kind.THEME, "climate")
        term.retired = True
        with noted(page):
            term.save()
        assert urls("theme=climate") == [page.url]  # what names it is found by it still

    def test_another_audience(self) -> None:
        page = works.practice()
        assert find().total == 1
        about = Work.objects.get(translation_key=page.translation_key)
        about.audience = "members"
        with noted(page):
            about.save()
        assert find().total == 0

    def test_a_translation_that_is_scheduled(self) -> None:
        page = works.practice()
        french = works.translated(page, "fr", live=False)
        assert find("language=fr").total == 0
        past = timezone.now() - datetime.timedelta(minutes=1)
        french = french.get_latest_revision_as_object()
        french.title = "Les parcs éponges"
        french.go_live_at = past
        revision = french.save_revision()
        revision.approved_go_live_at = past
        revision.save()
        with noted(page):
            call_command("publish_scheduled", verbosity=0)
        assert urls("q=eponges", "fr") == [french.url]

    def test_an_original_that_expires_takes_its_translations_along(self) -> None:
        page = works.practice()
        works.translated(page, "fr")
        assert find("", "fr").total == 1
        past = timezone.now() - datetime.timedelta(minutes=1)
        Page.objects.filter(pk=page.pk).update(expire_at=past)
        with noted(page):
            call_command("publish_scheduled", verbosity=0)
        assert find("", "fr").total == 0

    def test_an_alias_follows_its_page_and_is_no_work(self) -> None:
        page = works.practice()
        alias = page.create_alias(parent=works.node("section:africa"), update_slug="alias")
        assert find().total == 1
        works.publish(page, title="Rain gardens")
        alias.refresh_from_db()
        assert alias.title == "Rain gardens"
        assert urls("q=gardens") == [page.url]
        page.unpublish()
        assert find().total == 0

    def test_a_locale_of_another_language(self) -> None:
        page, _english = works.practice("latin-america", "es"), works.practice()
        assert find("language=es").total == 1
        locale = page.locale
        locale.language_code = "pt-br"
        with noted(page):
            locale.save()
        assert find("language=es").total == 0

    def test_a_locale_that_stays_as_it_is_notes_nothing(self) -> None:
        page = works.practice()
        with noted():
            page.locale.save()

    def test_another_verification(self) -> None:
        page = works.practice()
        work = Work.objects.get(translation_key=page.translation_key)
        work.verification = works.term(Kind.VERIFICATION, "verified")
        with noted(page):
            work.save()
        assert find("verification=verified").total == 1

    def test_a_hub_renamed_changes_its_facet(self) -> None:
        hub, page = works.hub(title="Streams hub"), works.practice()
        works.relate(page, hub)
        group = find().facet("hub")
        assert [(value.label, value.count) for value in group.values] == [("Streams hub", 1)]
        works.publish(hub, title="Rivers hub")
        assert [value.label for value in find().facet("hub").values] == ["Rivers hub"]

    def test_facts_changed_on_the_original_change_the_work(self) -> None:
        page = works.practice(country="DNK")
        works.translated(page, "fr")
        assert find("region=DNK").total == 1
        works.publish(page, country=works.term(Kind.COUNTRY, "KEN"))
        assert find("region=DNK").total == 0
        assert find("region=KEN", "fr").total == 1


class TestTransaction:
    """A row stands or falls with the change it tells of."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda page: page.save_revision().publish(),
            lambda page: page.unpublish(),
            lambda page: page.delete(),
            lambda page: page.move(works.node("section:africa"), pos="last-child"),
            restrict,
            lambda page: merge(works.term("theme", "climate"), works.term("theme", "housing")),
        ],
        ids=["publish", "unpublish", "delete", "move", "restrict", "merge"],
    )
    def test_a_change_rolled_back_leaves_no_row(self, change: Callable[[Any], Any]) -> None:
        page = works.practice()
        OutboxRow.objects.all().delete()
        with transaction.atomic():
            change(page)
            assert OutboxRow.objects.filter(translation_key=page.translation_key).exists()
            transaction.set_rollback(True)
        assert not OutboxRow.objects.exists()

    def test_a_row_that_cannot_be_written_undoes_the_change(self) -> None:
        page = works.practice()
        with (
            mock.patch("search.signals.note", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
            transaction.atomic(),
        ):
            works.publish(page, title="Half done")
        page.refresh_from_db()
        assert page.title == "Streams in the open"


class TestDrafts:
    """What readers do not see is not noted."""

    def test_a_new_draft_and_its_versions(self) -> None:
        OutboxRow.objects.all().delete()
        page = works.practice(live=False)
        page.save_revision()
        page.unpublish()
        assert not OutboxRow.objects.exists()

    def test_a_draft_of_a_live_page(self) -> None:
        page = works.practice()
        OutboxRow.objects.all().delete()
        page.title = "Not yet"
        page.save_revision()
        assert not OutboxRow.objects.exists()
        assert find("q=yet").total == 0

    def test_saving_a_draft_in_the_admin(self, desk: Client) -> None:
        page = works.practice()
        OutboxRow.objects.all().delete()
        desk.post(f"/admin/pages/{page.pk}/lock/")
        desk.post(f"/admin/pages/{page.pk}/unlock/")
        assert not OutboxRow.objects.exists()


class TestWaiting:
    """A work that waits needs no second row; whatever is being processed does not wait."""

    def test_changes_of_a_waiting_work_are_one_row(self) -> None:
        page = works.practice()
        OutboxRow.objects.all().delete()
        for title in ("One", "Two"):
            works.publish(page, title=title)
        assert OutboxRow.objects.count() == 1

    def test_a_change_while_the_work_is_read_gets_its_own_row(self) -> None:
        page = works.practice()
        OutboxRow.objects.all().delete()
        note([page.translation_key])

        def build(key: uuid.UUID, version: int) -> Any:
            document = build_document(key, version)
            note([key])
            return document

        with mock.patch("search.indexer.build", build):
            indexer.drain_batch()
        assert OutboxRow.objects.get().claimed_at is None

    @pytest.mark.parametrize(
        "state", [{"attempts": 1}, {"attempts": 8, "dead": True}], ids=["tried", "given up"]
    )
    def test_what_was_tried_does_not_stand_for_a_new_change(self, state: dict[str, Any]) -> None:
        key = uuid.uuid4()
        OutboxRow.objects.all().delete()
        OutboxRow.objects.create(translation_key=key, **state)
        note([key])
        assert OutboxRow.objects.filter(attempts=0, dead=False).count() == 1

    def test_pages_come_before_terms(self) -> None:
        first, second, third = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
        OutboxRow.objects.all().delete()
        note([first, second], Priority.TERM)
        note([third])
        note([second])  # waits for a term already, and moves forward
        order: list[uuid.UUID] = []
        with mock.patch("search.indexer.build", lambda key, _version: order.append(key)):
            indexer.drain()
        assert order == [second, third, first]

    def test_saving_a_term_that_stays_as_it_is_notes_nothing(self) -> None:
        works.practice(theme=["climate"])
        term = works.term(Kind.THEME, "climate")
        OutboxRow.objects.all().delete()
        term.save()
        for label in term.labels.all():
            label.save()
        assert not OutboxRow.objects.exists()

    def test_a_term_with_all_its_labels_is_one_row_for_each_work(self) -> None:
        works.practice(theme=["climate"])
        term = works.term(Kind.THEME, "climate")
        OutboxRow.objects.all().delete()
        term.position += 1
        term.save()
        for label in term.labels.all():
            label.text += "!"
            label.save()
        assert [row.priority for row in OutboxRow.objects.all()] == [Priority.TERM]


class TestIndexer:
    """Faults of one work, of the engine, of everybody who goes around the signals."""

    def test_a_broken_work_does_not_stop_the_others(self) -> None:
        broken, _sound = works.practice(title="Broken"), works.practice(title="Sound")
        make = build_document

        def build(key: uuid.UUID, version: int) -> Any:
            if key == broken.translation_key:
                raise ZeroDivisionError("no such thing")
            return make(key, version)

        with mock.patch("search.indexer.build", build):
            done = indexer.drain()
            assert (done.written >= 1, done.failed) == (True, 1)
            row = OutboxRow.objects.filter(translation_key=broken.translation_key).latest("pk")
            assert "ZeroDivisionError: no such thing" in row.error
            assert (row.attempts, row.dead) == (1, False)
            assert row.available_at > timezone.now()
            assert indexer.drain_batch() is None  # not before its time
            for _attempt in range(indexer.MAX_ATTEMPTS):
                OutboxRow.objects.update(available_at=timezone.now())
                indexer.drain()
        rows = OutboxRow.objects.all()
        assert rows.count() >= 1
        assert all(row.dead and row.attempts == indexer.MAX_ATTEMPTS for row in rows)
        assert [hit.document.texts["en"].title for hit in find().hits] == ["Sound"]

    def test_a_work_that_is_mended_is_found(self) -> None:
        page = works.practice()
        with mock.patch("search.indexer.build", side_effect=ZeroDivisionError):
            indexer.drain()
        assert urls() == [page.url]
        assert not OutboxRow.objects.exists()

    def test_an_engine_that_is_down_keeps_every_row(self, index: Engine) -> None:
        page = works.practice()
        rows = OutboxRow.objects.count()
        for _attempt in range(indexer.MAX_ATTEMPTS + 2):
            OutboxRow.objects.update(available_at=timezone.now())
            with (
                mock.patch.object(type(index), "write", side_effect=EngineUnavailable("gone")),
                pytest.raises(EngineUnavailable),
            ):
                indexer.drain()
        assert OutboxRow.objects.filter(dead=False).count() == rows
        assert urls() == [page.url]

    def test_a_work_that_the_engine_refuses_does_not_hold_up_the_others(
        self, index: Engine
    ) -> None:
        bad, good = works.practice(title="Bad"), works.practice(title="Good")
        key = str(bad.translation_key)
        write = index.write

        def picky(documents: Iterable[SearchDocument], deleted: Mapping[str, int]) -> None:
            taken = [one for one in documents if one.id != key]
            write(taken, deleted)
            raise WorksRefused({key: "The field is too long."})

        with mock.patch.object(type(index), "write", side_effect=picky):
            first = indexer.drain_batch()
            assert first is not None
            assert first.failed == 1
            [hit] = search_by(QueryDict(), "en").hits
            assert hit.document.id == str(good.translation_key)
            row = OutboxRow.objects.get()
            assert (row.translation_key, row.dead) == (bad.translation_key, False)
            for _attempt in range(indexer.MAX_ATTEMPTS):
                OutboxRow.objects.update(available_at=timezone.now())
                indexer.drain()
        row = OutboxRow.objects.get()
        assert (row.translation_key, row.dead) == (bad.translation_key, True)
        assert row.error == "The field is too long."

    def test_a_work_that_breaks_the_writing_does_not_stop_the_indexer(self, index: Engine) -> None:
        bad, good = works.practice(title="Bad"), works.practice(title="Good")
        key = str(bad.translation_key)
        write = index.write

        def broken(documents: Iterable[SearchDocument], deleted: Mapping[str, int]) -> None:
            documents = list(documents)
            if any(one.id == key for one in documents):
                raise ValueError("no text in any language")
            write(documents, deleted)

        with mock.patch.object(type(index), "write", side_effect=broken):
            assert indexer.drain().failed == 1
        [hit] = search_by(QueryDict(), "en").hits
        assert hit.document.id == str(good.translation_key)
        row = OutboxRow.objects.get()
        assert row.error == "ValueError: no text in any language"

    def test_works_that_a_new_index_refuses_are_given_up_and_shown(self, index: Engine) -> None:
        page = works.practice()
        rebuild = index.rebuild

        def picky(documents: Iterable[SearchDocument]) -> int:
            rebuild([])
            raise WorksRefused({one.id: "The field is too long." for one in documents})

        with mock.patch.object(type(index), "rebuild", side_effect=picky):
            done = indexer.rebuild()
        assert done.failed == {page.translation_key: "The field is too long."}
        assert OutboxRow.objects.get(translation_key=page.translation_key).dead

    def test_an_outage_is_not_held_against_the_works(self, index: Engine) -> None:
        page = works.practice()
        for _attempt in range(indexer.MAX_ATTEMPTS + 2):
            OutboxRow.objects.update(available_at=timezone.now())
            with (
                mock.patch.object(type(index), "write", side_effect=EngineUnavailable("gone")),
                pytest.raises(EngineUnavailable),
            ):
                indexer.drain()
        row = OutboxRow.objects.get(translation_key=page.translation_key)
        assert (row.attempts, row.dead, row.error) == (0, False, "gone")
        assert row.available_at < timezone.now() + datetime.timedelta(seconds=5)
        with mock.patch("search.indexer.build", side_effect=ZeroDivisionError):
            OutboxRow.objects.update(available_at=timezone.now())
            indexer.drain()
        row.refresh_from_db()
        assert (row.attempts, row.dead) == (1, False)

    def test_going_back_to_the_index_before_and_repairing_it(self, capsys: Any) -> None:
        page = works.practice(title="Before")
        call_command("search_rebuild")
        gone = works.practice(title="Gone")
        call_command("search_rebuild")
        works.publish(page, title="Afterwards")
        gone.unpublish()
        indexer.drain()
        call_command("search_rollback")
        assert "The previous index answers" in capsys.readouterr().out
        titles = [hit.document.texts["en"].title for hit in search_by(QueryDict(), "en").hits]
        assert titles == ["Afterwards"]
        call_command("search_check")

    def test_no_way_back_is_said(self, tmp_path: Path) -> None:
        current = (tmp_path / "index" / "current").read_text()
        with pytest.raises(CommandError, match="no previous search index"):
            call_command("search_rollback")
        assert (tmp_path / "index" / "current").read_text() == current
        with alone(), pytest.raises(CommandError, match="rebuilt already"):
            call_command("search_rollback")

    def test_an_update_around_the_signals_is_found_and_repaired(self, capsys: Any) -> None:
        page, gone = works.practice(), works.practice(title="Gone")
        missing = works.practice(title="Missing", live=False)
        assert find().total == 2
        call_command("search_check")
        GoodPracticePage.objects.filter(pk=page.pk).update(title="Around")
        GoodPracticePage.objects.filter(pk=gone.pk).update(live=False)
        GoodPracticePage.objects.filter(pk=missing.pk).update(live=True)
        with pytest.raises(CommandError):
            call_command("search_check")
        assert "1 missing, 1 stale, 1 orphaned" in capsys.readouterr().out
        call_command("search_check", "--repair")
        found = {hit.document.texts["en"].title for hit in search_by(QueryDict(), "en").hits}
        assert found == {"Around", "Missing"}
        call_command("search_check")

    def test_repairing_brings_back_what_was_given_up(self) -> None:
        page = works.practice()
        OutboxRow.objects.update(dead=True)
        call_command("search_check", "--repair")
        assert urls() == [page.url]
        call_command("search_check")

    def test_rebuilding(self, capsys: Any) -> None:
        page = works.practice()
        GoodPracticePage.objects.filter(pk=page.pk).update(title="Around")
        call_command("search_rebuild")
        assert "1 works" in capsys.readouterr().out
        assert not OutboxRow.objects.exists()
        assert search_by(QueryDict("q=around"), "en").total == 1

    def test_rebuilding_replays_what_changed_meanwhile(self) -> None:
        page = works.practice(title="Before")
        make = indexer.all_documents

        def changing(failed: Any, progress: Any = None) -> Iterator[Any]:
            yield from make(failed, progress)
            works.publish(page, title="Meanwhile")

        with mock.patch("search.indexer.all_documents", changing):
            indexer.rebuild()
        assert search_by(QueryDict("q=meanwhile"), "en").total == 1

    def test_rebuilding_keeps_what_was_committed_meanwhile_under_a_lower_number(self) -> None:
        page = works.practice(title="Before")
        OutboxRow.objects.all().delete()
        OutboxRow.objects.create(pk=10**6, translation_key=page.translation_key)
        make = indexer.all_documents

        def changing(failed: Any, progress: Any = None) -> Iterator[Any]:
            yield from make(failed, progress)
            works.publish(page, title="Meanwhile")
            OutboxRow.objects.all().delete()
            OutboxRow.objects.create(pk=7, translation_key=page.translation_key)

        with mock.patch("search.indexer.all_documents", changing):
            indexer.rebuild()
        assert search_by(QueryDict("q=meanwhile"), "en").total == 1

    def test_a_change_committed_late_under_a_lower_number_is_indexed(self) -> None:
        page = works.practice(title="Before")
        OutboxRow.objects.all().delete()
        OutboxRow.objects.create(pk=10**6, translation_key=page.translation_key)
        assert urls("q=before")
        works.publish(page, title="Afterwards")
        OutboxRow.objects.all().delete()
        OutboxRow.objects.create(pk=7, translation_key=page.translation_key)
        assert urls("q=afterwards")

    def test_what_was_read_earlier_does_not_overwrite_what_was_read_later(self) -> None:
        page = works.practice(title="Before")
        seen: list[int] = []

        def build(key: uuid.UUID, version: int) -> Any:
            document = build_document(key, version)
            if not seen:  # another worker does all of its work between this one's two steps
                seen.append(version)
                works.publish(page, title="Afterwards")
                indexer.drain()
            return document

        with mock.patch("search.indexer.build", build):
            indexer.drain()
        assert seen
        titles = [hit.document.texts["en"].title for hit in search_by(QueryDict(), "en").hits]
        assert titles == ["Afterwards"]

    def test_a_clock_that_is_set_back_gives_growing_versions(self) -> None:
        with mock.patch("search.indexer.time.time_ns", side_effect=[5_000, 4_000, 9_000_000]):
            clock = indexer._Clock()
            assert [clock.now() for _time in range(3)] == [5, 6, 9_000]

    def test_a_broken_work_is_reported_by_all_that_read_every_work(self, capsys: Any) -> None:
        broken, _sound = works.practice(title="Broken"), works.practice(title="Sound")
        assert find().total == 2
        make = build_document

        def build(key: uuid.UUID, version: int) -> Any:
            if key == broken.translation_key:
                raise ZeroDivisionError("no such thing")
            return make(key, version)

        with mock.patch("search.indexer.build", build):
            found = indexer.compare()
            assert (found.failed, found.orphaned) == ([str(broken.translation_key)], [])
            for arguments in ([], ["--repair"]):
                with pytest.raises(CommandError):
                    call_command("search_check", *arguments)
                assert "1 failed" in capsys.readouterr().out
            with pytest.raises(CommandError, match="1 works could not"):
                call_command("search_rebuild")
            row = OutboxRow.objects.get()
        assert (row.translation_key, row.dead) == (broken.translation_key, True)
        assert row.error == "ZeroDivisionError: no such thing"
        call_command("search_check", "--repair")
        assert find().total == 2
        assert not OutboxRow.objects.exists()  # mended, so nothing is given up any longer

    def test_works_are_listed_when_a_new_index_asks_for_them(self) -> None:
        """Not before: what changes until it hears of changes would be in neither."""
        documents = indexer.all_documents({})
        page = works.practice(title="Just in time")
        assert [one.id for one in documents] == [str(page.translation_key)]

    def test_what_is_changed_and_indexed_during_a_comparison_is_no_fault(self) -> None:
        page = works.practice(title="Before")
        indexer.drain()
        digests = get_engine().digests
        titles = iter(["After"])

        def changed_after_reading() -> Any:
            read = dict(digests())
            for title in titles:
                works.publish(page, title=title)
                indexer.drain()
            return read

        with mock.patch.object(get_engine(), "digests", changed_after_reading):
            assert indexer.compare() == indexer.Comparison()
        assert find("q=After").total == 1

    def test_the_command_says_in_a_sentence_that_the_engine_is_down(self, index: Engine) -> None:
        works.practice()
        with (
            mock.patch.object(type(index), "write", side_effect=EngineUnavailable("gone")),
            pytest.raises(CommandError, match=r"does not answer: gone"),
        ):
            call_command("search_index")

    def test_the_command_drains(self, capsys: Any) -> None:
        works.practice()
        call_command("search_index")
        assert "1 written" in capsys.readouterr().out
        assert search_by(QueryDict(), "en").total == 1

    def test_the_status_tells_what_waits(self, capsys: Any) -> None:
        works.practice()
        call_command("search_status")
        said = capsys.readouterr().out
        assert "embedded (up)" in said
        assert f"waiting    {OutboxRow.objects.count()}" in said

    def test_aliases_are_not_found(self) -> None:
        page = works.practice()
        page.create_alias(parent=works.node("section:africa"), update_slug="alias")
        assert find().total == 1

    def test_a_damaged_index_is_said_and_rebuilt(self, tmp_path: Path) -> None:
        works.practice()
        assert find().total == 1
        (tmp_path / "index" / "current").write_text("nothing")
        assert search_by(QueryDict(), "en").notices
        call_command("search_rebuild")
        assert not search_by(QueryDict(), "en").notices
