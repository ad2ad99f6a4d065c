"""What is held of an author: the export, the erasure, and what never gets out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Revision
from wagtail_localize.models import TranslationSource

from portal.accounts import personal as accounts
from portal.accounts.models import User
from portal.cms.models import WorkPage
from portal.mail.models import Mail
from practices.submissions import flow, personal
from practices.submissions.models import AccessLink, Event, Submission
from practices.submissions.states import State
from search.document import build
from search.indexer import drain
from tests import outlets, works

from . import cases, sending

pytestmark = pytest.mark.django_db

NAME = "Autrice Zyxwvut"
ADDRESS = "author@example.org"
OWN: dict[str, Any] = {
    "contact_name": NAME,
    "contact_organisation": "Ville de Tunis",
    "contact_email": ADDRESS,
    "contact_consent": "yes",
    "contributors": [
        {"name": NAME, "organisation": "Ville de Tunis", "role": ""},
        {"name": "Quelqu’un d’autre", "organisation": "", "role": ""},
    ],
}


def author() -> User:
    return cases.someone(ADDRESS, first_name=NAME)


def made_by_author(state: State, **changes: Any) -> Submission:
    made = cases.submission(state, by=author(), **changes)
    Submission.objects.filter(pk=made.pk).update(author_name=NAME)
    made.refresh_from_db()
    return made


def everywhere() -> str:
    """Give all that the database holds about submissions, pages and mails, as text."""
    rows: list[Any] = [
        *Submission.objects.values(),
        *Event.objects.values(),
        *AccessLink.objects.values(),
        *Mail.objects.values(),
        *Revision.objects.values("content"),
        *TranslationSource.objects.values("content_json"),
    ]
    for page in WorkPage.objects.all().specific():
        rows.append({**page.serializable_data()})
    return json.dumps(rows, default=str, ensure_ascii=False)


def test_it_is_registered() -> None:
    assert "submissions" in accounts.holdings()


def test_the_export_holds_what_one_wrote_and_what_became_of_it(world: None) -> None:
    made = made_by_author(State.SECTION_QUESTION)
    flow.note(made, cases.staff(), "Entre nous.")
    (one,) = accounts.export(author())["submissions"]
    assert one["key"] == str(made.key)
    assert one["state"] == "section-question"
    assert one["expression_of_interest"]["email"] == ADDRESS
    assert one["template"]["title"] == "La médina à pied"
    assert [(step["what"], step["by_you"]) for step in one["history"]] == [
        ("confirm", True),
        ("invite", False),
        ("send", True),
        ("ask_changes", False),
    ]
    text = json.dumps(one)
    assert "Entre nous" not in text
    assert cases.staff().email not in text


def test_the_export_of_a_co_author_has_nothing_of_the_other_one_s_address(world: None) -> None:
    made = made_by_author(State.DRAFT)
    other = cases.someone("co@example.org")
    made.authors.add(other)
    (one,) = personal.export(other)
    assert ADDRESS not in json.dumps(one["expression_of_interest"])
    assert personal.export(cases.someone("else@example.org")) == []


@pytest.mark.parametrize(
    "state",
    [
        *(State.UNCONFIRMED, State.INTEREST, State.INTEREST_QUESTION, State.DRAFT),
        *(State.DECLINED, State.WITHDRAWN),
    ],
)
def test_what_was_never_sent_in_full_goes_with_its_author(world: None, state: State) -> None:
    made_by_author(state)
    accounts.erase(author())
    assert not Submission.objects.exists()
    assert ADDRESS not in everywhere()


def test_what_somebody_sent_before_there_was_an_account_goes_too(
    world: None, client: Client
) -> None:
    sending.send(client)
    accounts.erase(author())
    assert not Submission.objects.exists()
    assert ADDRESS not in everywhere()


@pytest.mark.parametrize("state", [State.SECTION_REVIEW, State.PUBLISHED, State.REVISION])
def test_works_stay_and_names_go_from_every_version(world: None, state: State) -> None:
    made = made_by_author(state, **OWN)
    for step in ("send", "endorse", "publish") if state == State.REVISION else ():
        cases.step(made, step, author())
    page = made.page
    assert page is not None
    if page.live:
        works.translated(page, "en", title="The medina on foot")
        TranslationSource.get_or_create_from_instance(page)
    flow.add_author(made, author(), ADDRESS)
    assert NAME in everywhere()
    accounts.erase(author())
    left = everywhere()
    assert ADDRESS not in left
    assert NAME not in left
    assert "Quelqu’un d’autre" in left
    made.refresh_from_db()
    page = made.page
    assert page is not None
    assert page.title == "La médina à pied"
    assert not page.contact_consent
    assert [row.name for row in page.contributors.all()] == ["Quelqu’un d’autre"]
    assert made.events.latest("pk").name == "erased"


def test_a_contact_that_is_somebody_else_stays(world: None) -> None:
    made = made_by_author(
        State.PUBLISHED,
        **{**OWN, "contact_name": "Le bureau"} | {"contact_email": "bureau@example.org"},
    )
    accounts.erase(author())
    page = made.page
    assert page is not None
    assert (page.contact_name, page.contact_email) == ("Le bureau", "bureau@example.org")
    assert page.contact_consent


def test_a_draft_with_another_author_stays_with_them(world: None) -> None:
    made = made_by_author(State.DRAFT)
    other = cases.someone("co@example.org")
    made.authors.add(other)
    made.values |= OWN
    made.edited = {"title": {"by": author().pk, "at": "", "tab": ""}}
    made.save()
    accounts.erase(author())
    made.refresh_from_db()
    assert list(made.authors.all()) == [other]
    assert made.edited == {}
    assert ADDRESS not in everywhere()
    assert NAME not in everywhere()


def test_words_that_only_contain_the_name_stay(world: None) -> None:
    made = made_by_author(State.DRAFT)
    made.authors.add(cases.someone("co@example.org"))
    User.objects.filter(email=ADDRESS).update(first_name="Rue")
    Event.objects.create(
        submission=made, name="note", actor="section", says="Rue a raison ; les rues, Ruelle."
    )
    accounts.erase(User.objects.get(email=ADDRESS))
    assert made.events.get(name="note").says == "… a raison ; les rues, Ruelle."


def test_the_work_stays_in_the_index_without_the_name(world: None, index: Any) -> None:
    made = made_by_author(State.PUBLISHED, **OWN)
    drain()
    accounts.erase(author())
    drain()
    page = made.page
    assert page is not None
    assert Client().get("/api/v1/search?lang=fr&q=médina").json()["total"] == 1
    assert NAME not in Client().get(page.get_url()).content.decode()


def test_who_checked_for_the_secretariat_is_named_no_more(world: None) -> None:
    editor = cases.secretariat()
    User.objects.filter(pk=editor.pk).update(first_name="Relectrice Qwertz")
    made = cases.submission(State.PUBLISHED)
    assert made.work is not None
    made.work.refresh_from_db()
    assert made.work.verified_by == "Relectrice Qwertz"
    personal.erase(User.objects.get(pk=editor.pk))
    made.work.refresh_from_db()
    assert made.work.verified_by == "UCLG World Secretariat"


# What never gets out


def told(page: Any) -> Iterator[tuple[str, str]]:
    """Give everything that the portal tells everybody: what tells it, and its text."""
    client = Client()
    reference = page.work.reference
    parts = {"page": page.get_url(), "public": reference, "hidden": reference, "hub": reference}
    for outlet in outlets.OUTLETS:
        for language in ("en", "fr"):
            path = outlet.path.format(language=language, **parts)
            answer = client.get(path, follow=True)
            yield path, answer.content.decode("utf-8", "replace")


def test_addresses_are_in_nothing_that_everybody_gets(world: None, index: Any) -> None:
    contact = "hidden-contact@example.org"
    made = made_by_author(State.PUBLISHED, **{**OWN, "contact_email": contact})
    drain()
    page = made.page
    assert page is not None
    said = list(told(page))
    assert any("La médina à pied" in text for _path, text in said)
    assert any("application/ld+json" in text for _path, text in said)
    for path, text in said:
        for address in (contact, ADDRESS, "hidden-contact", cases.staff().email):
            assert address not in text, path


def test_addresses_are_not_indexed(world: None) -> None:
    contact = "hidden-contact@example.org"
    made = made_by_author(State.PUBLISHED, **{**OWN, "contact_email": contact})
    page = made.page
    assert page is not None
    documents = build(page.translation_key, 1)
    text = str(documents)
    assert "La médina à pied" in text
    assert contact not in text
    assert ADDRESS not in text
