"""Editors see what is translated, what is out of date, and what a machine wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.translation import review
from portal.translation.state import State, coverage, open_passages, progress, table
from tests import works
from tests.portal.translation.asking import ask, publish, translate_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


def state_of(page: Any, language: str) -> str:
    return next(r.state for r in coverage() if r.original == page.pk and r.language == language)


def test_the_states_of_a_translation(editor: User) -> None:
    page = works.practice()
    assert state_of(page, "fr") == State.MISSING
    translation = ask(page)
    assert state_of(page, "fr") == State.DRAFT
    translate_all(translation, by="machine")
    review.submit(translation, editor)
    assert state_of(page, "fr") == State.IN_REVIEW
    translation.get_target_instance().current_workflow_state.cancel()
    publish(translation)
    assert state_of(page, "fr") == State.MACHINE
    review.approve_machine(translation, editor)
    assert state_of(page, "fr") == State.CURRENT
    works.publish(page, title="A new title")
    assert state_of(page, "fr") == State.OUT_OF_DATE


def test_drafts_and_translations_are_no_works_to_translate() -> None:
    draft = works.practice(live=False)
    page = works.practice(title="Another")
    french = works.translated(page, "fr")
    found = {row.original for row in coverage()}
    assert page.pk in found
    assert not {draft.pk, french.pk} & found


def test_what_changed_is_shown_with_what_stood_there() -> None:
    page = works.practice(title="Old title")
    translation = ask(page)
    translate_all(translation)
    publish(translation)
    assert progress(translation).open == 0
    works.publish(page, title="New title")
    (passage,) = open_passages(translation)
    assert (passage.path, passage.text) == ("title", "New title")
    assert (passage.before, passage.translation) == ("Old title", "FR Old title")


def test_saving_a_draft_of_the_original_makes_nothing_out_of_date() -> None:
    page = works.practice()
    translation = ask(page)
    translate_all(translation)
    publish(translation)
    page.title = "Not published yet"
    page.save_revision()
    assert state_of(page, "fr") == State.CURRENT


def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Any) -> None:
    for number in range(2):
        translate_all(ask(works.practice(title=f"Work {number}")))
    with django_assert_num_queries(8):
        rows = coverage()
    assert len(rows) == 8


def test_numbers_are_those_of_the_lists_behind_them(desk: Client) -> None:
    page = works.practice()
    publish(ask(page))
    works.hub()
    for by in ("type", "section"):
        for value, languages in table(coverage(), by).items():
            for language, cell in languages.items():
                query = {by: value, "language": language}
                answer = desk.get(reverse("portal_translation:list"), query)
                assert answer.context["page_obj"].paginator.count == cell.works
    html = desk.get(reverse("portal_translation:report")).content.decode()
    assert "type=good-practice&amp;language=fr" in html


def test_csv(desk: Client) -> None:
    works.practice(title="=1+1, said the cell")
    answer = desk.get(reverse("portal_translation:list"), {"export": "csv", "language": "fr"})
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][0] == "'=1+1, said the cell"
    assert len(rows) == 2


def test_unknown_filters_find_nothing_and_break_nothing(desk: Client) -> None:
    works.practice()
    for query in ({"language": "xx"}, {"state": "nonsense"}, {"p": "999"}, {"p": "abc"}):
        assert desk.get(reverse("portal_translation:list"), query).status_code == 200


def test_staff_see_the_works_of_their_section(staff: Callable[[str], User], client: Client) -> None:
    works.practice("africa", title="Of Africa")
    works.practice("aspac", title="Of Asia")
    client.force_login(staff("africa"))
    html = client.get(reverse("portal_translation:list")).content.decode()
    assert "Of Africa" in html
    assert "Of Asia" not in html


def test_who_works_on_no_page_sees_nothing(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody@example.org", "a password for tests"))
    for name in ("report", "list"):
        assert client.get(reverse(f"portal_translation:{name}")).status_code == 302


def test_a_pages_languages(desk: Client, client: Client, staff: Callable[[str], User]) -> None:
    page = works.practice("africa", title="Old title")
    translation = ask(page)
    translate_all(translation)
    publish(translation)
    works.publish(page, title="New title")
    address = reverse("portal_translation:page", args=[page.pk])
    html = desk.get(address).content.decode()
    assert "FR Old title" in html
    assert "New title" in html
    stranger = Client()
    stranger.force_login(staff("aspac"))
    assert stranger.get(address).status_code == 302


def test_the_admin_offers_the_pages(desk: Client) -> None:
    page = works.practice()
    assert (
        reverse("portal_translation:page", args=[page.pk])
        in desk.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    )
    assert reverse("portal_translation:report") in desk.get("/admin/").content.decode()
