"""Two windows, two co-authors, and what is sent late: nothing that was typed is lost."""

from __future__ import annotations

import datetime

import pytest

from portal.accounts.models import User
from practices.submissions.drafts import MOST, Typed, digest, save, stored
from practices.submissions.errors import NotWritable
from practices.submissions.fields import field_names
from practices.submissions.models import Submission
from practices.submissions.states import State

from . import cases
from .writers import Window

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture
def draft() -> Submission:
    """A template that is being written."""
    return cases.submission(State.DRAFT)


@pytest.fixture
def coauthor(draft: Submission) -> User:
    """A second author of it."""
    other = cases.someone("coauthor@example.org", first_name="Amel", last_name="Trabelsi")
    draft.authors.add(other)
    return other


def now(draft: Submission, name: str) -> object:
    """Give what is stored now."""
    return Submission.objects.get(pk=draft.pk).values.get(name)


def test_two_windows_change_different_fields(draft: Submission) -> None:
    one = Window(draft, "brief", cases.author())
    two = Window(draft, "brief", cases.author())
    assert one.send(title="Un autre titre").status_code == 302
    assert two.send(summary="Un autre résumé.").status_code == 302
    assert now(draft, "title") == "Un autre titre"
    assert now(draft, "summary") == "Un autre résumé."


def test_two_coauthors_change_the_same_text(draft: Submission, coauthor: User) -> None:
    one = Window(draft, "background", cases.author())
    two = Window(draft, "background", coauthor)
    two.send(context="La médina étouffait.")
    answer = one.send(context="La médina était bruyante.", objectives="Moins de bruit.")
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Amel Trabelsi changed this meanwhile." in html
    assert "La médina étouffait." in html
    # What is typed stays in the field, and nothing of the other's is lost.
    assert one.form["context"] == "La médina était bruyante."
    assert now(draft, "context") == "La médina étouffait."
    # What nobody else touched is stored.
    assert now(draft, "objectives") == "Moins de bruit."
    # Who has seen both and saves again knows what they do.
    assert one.send().status_code == 302
    assert now(draft, "context") == "La médina était bruyante."


def test_a_conflict_tells_goals_with_their_numbers(draft: Submission, coauthor: User) -> None:
    one = Window(draft, "goals", cases.author())
    two = Window(draft, "goals", coauthor)
    two.send(sdgs=["sdg-06"])
    answer = one.send(sdgs=["sdg-13"])
    assert answer.status_code == 409
    conflict = next(f.conflict for f in answer.context["fields"] if f.name == "sdgs")
    assert conflict.theirs.startswith("6 ")
    assert conflict.mine.startswith("13 ")
    assert conflict.theirs in answer.content.decode()


def test_a_third_text_is_a_conflict_again(draft: Submission, coauthor: User) -> None:
    one = Window(draft, "background", cases.author())
    two = Window(draft, "background", coauthor)
    two.send(context="Deux.")
    assert one.send(context="Un.").status_code == 409
    two.send(context="Trois.")
    answer = one.send()
    assert answer.status_code == 409
    assert "Trois." in answer.content.decode()


def test_the_stored_text_can_be_taken(draft: Submission, coauthor: User) -> None:
    one = Window(draft, "background", cases.author())
    Window(draft, "background", coauthor).send(context="Deux.")
    one.send(context="Un.")
    one.send(do="theirs:context")
    assert one.form["context"] == "Deux."
    assert now(draft, "context") == "Deux."


def test_the_same_change_twice_is_no_conflict(draft: Submission, coauthor: User) -> None:
    one = Window(draft, "brief", cases.author())
    Window(draft, "brief", coauthor).send(title="Le même titre")
    assert one.send(title="  Le même   titre ").status_code == 302


def test_an_own_other_window_is_named_so(draft: Submission) -> None:
    one = Window(draft, "brief", cases.author())
    Window(draft, "brief", cases.author()).send(title="Ailleurs")
    assert "You changed this in another window." in one.send(title="Ici").content.decode()


def test_lists_are_compared_as_a_whole(draft: Submission, coauthor: User) -> None:
    one = Window(draft, "goals", cases.author())
    two = Window(draft, "goals", coauthor)
    two.send(sdgs=["sdg-11"])
    answer = one.send(sdgs=["sdg-13"], themes=["housing"])
    assert answer.status_code == 409
    assert now(draft, "sdgs") == ["sdg-11"]
    assert now(draft, "themes") == ["housing"]
    assert one.form["sdgs"] == ["sdg-13"]


def test_autosave_tells_of_a_conflict_and_stores_nothing(draft: Submission, coauthor: User) -> None:
    one = Window(draft, "background", cases.author())
    Window(draft, "background", coauthor).send(context="Deux <i>mots</i> & plus.")
    told = one.autosave(context="Un.").json()["fields"]["context"]
    assert "Amel Trabelsi" in told["conflict"]
    assert "Deux mots &amp; plus." in told["conflict"]
    assert now(draft, "context") == "Deux mots & plus."
    # The button that the script shows saves knowingly.
    assert one.send().status_code == 302
    assert now(draft, "context") == "Un."


def test_what_one_window_stored_itself_is_no_conflict(draft: Submission) -> None:
    """An answer that never came: the window still shows the digest from before."""
    window = Window(draft, "brief", cases.author())
    before = window.form["was-title"]
    window.autosave(title="Un début")
    window.form["was-title"] = before
    assert window.send(title="Un début et une fin").status_code == 302
    assert now(draft, "title") == "Un début et une fin"


def test_autosave_stores_what_was_touched_and_nothing_else(draft: Submission) -> None:
    window = Window(draft, "brief", cases.author())
    answer = window.autosave(summary="Des mots. " * 200)
    told = answer.json()
    assert "200" not in str(now(draft, "title"))
    assert told["fields"].keys() == {"summary"}
    assert told["fields"]["summary"]["wrong"] == "400 words; at most 150 are allowed."
    assert datetime.datetime.fromisoformat(told["at"])
    assert str(now(draft, "summary")).startswith("Des mots. Des mots.")


def test_what_was_sent_meanwhile_is_not_changed_and_the_text_is_given_back(
    draft: Submission,
) -> None:
    window = Window(draft, "background", cases.author())
    cases.step(draft, "send")
    answer = window.client.post(window.url, {**window.form, "context": "Trop tard <i>&</i>."})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Trop tard &lt;i&gt;&amp;&lt;/i&gt;." in html
    assert "It cannot be changed now" in html
    assert now(draft, "context") != "Trop tard &."
    told = window.autosave(context="Trop tard.")
    assert told.status_code == 409
    assert "sent meanwhile" in told.json()["message"]


def test_saving_checks_who_writes_and_when(draft: Submission) -> None:
    typed = {"title": Typed("Autre", "")}
    with pytest.raises(NotWritable):
        save(draft, cases.staff(), typed, "")
    cases.step(draft, "send")
    with pytest.raises(NotWritable):
        save(draft, cases.author(), typed, "")


def test_what_is_too_long_to_keep_stays_in_the_field(draft: Submission) -> None:
    window = Window(draft, "background", cases.author())
    text = "x" * MOST
    answer = window.send(context=text)
    assert "This is too long to be kept." in answer.content.decode()
    assert window.form["context"] == text
    assert not now(draft, "context")


def test_the_title_on_the_desks_follows_a_draft_and_not_a_published_work(
    draft: Submission,
) -> None:
    Window(draft, "brief", cases.author()).send(title="Un titre plus juste")
    assert Submission.objects.get(pk=draft.pk).title == "Un titre plus juste"
    public = cases.submission(State.REVISION)
    Window(public, "brief", cases.author()).send(title="Pas encore")
    assert Submission.objects.get(pk=public.pk).title == "La médina à pied"


@pytest.mark.parametrize("kind", ["hub", "good-practice", "case-study"])
def test_a_form_sent_back_as_it_was_changes_nothing(kind: str) -> None:
    made = cases.submission(
        State.REVISION,
        kind=kind,
        links=[{"title": "La ville", "url": "https://example.org/"}],
        contributors=[{"name": "Ville de Tunis", "organisation": "", "role": "auteur"}],
        latitude="36,8",
        longitude="10.1",
    )
    before = {name: stored(made, one) for name, one in field_names(kind).items()}
    for step in ("brief", "place", "goals", "media", "people"):
        Window(made, step, cases.author()).send()
    made.refresh_from_db()
    assert {name: stored(made, one) for name, one in field_names(kind).items()} == before
    assert made.edited == {}


def test_digests_tell_values_apart() -> None:
    assert digest("a") != digest("b")
    assert digest([{"a": 1, "b": 2}]) == digest([{"b": 2, "a": 1}])
    assert digest("\ud800") != digest("")
