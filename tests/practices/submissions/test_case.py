"""The page of a submission: who sees what, and everything that is done there."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.taxonomy.snapshot import snapshot
from practices.submissions import flow, unsaved
from practices.submissions.models import Submission
from practices.submissions.publication import default_review
from practices.submissions.states import State

from . import cases

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
DECIDED = {
    "goal-sdg-11": "yes",
    "goal-sdg-13": "no",
    "level": "verified",
    "review_due": default_review().isoformat(),
}


def browser(user: User) -> Client:
    """Give the browser of somebody who has logged in."""
    found = Client()
    found.force_login(user)
    return found


def address(made: Submission, name: str = "") -> str:
    """Give the address of a submission, or of something that is done to it."""
    if not name:
        return reverse("submissions:case", args=[made.key])
    return reverse("submissions:act", args=[made.key, name])


def do(user: User, made: Submission, name: str, **data: Any) -> Any:
    """Do something as the page's form does; give the answer, and bring `made` up to date."""
    page = made.page
    sent = {"seen": made.version, "draft": page.latest_revision_id if page else 0, **data}
    answer = browser(user).post(address(made, name), sent)
    made.refresh_from_db()
    return answer


def read(user: User, made: Submission) -> str:
    """Give the page of a submission as somebody reads it."""
    answer = browser(user).get(address(made))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("state", list(State))
def test_every_state_can_be_read_by_all_who_may_and_in_every_language(state: State) -> None:
    made = cases.submission(state)
    readers = [cases.author()]
    if state != State.UNCONFIRMED:
        readers += [cases.staff(), cases.secretariat()]
    for reader in readers:
        page = browser(reader)
        for language in LANGUAGES:
            answer = page.get(f"/{language}/submissions/{made.key}/")
            assert answer.status_code == 200
            assert f'lang="{language}"' in answer.content.decode()
            assert answer.content.decode().count('aria-current="step"') == 1


def test_others_are_told_that_there_is_none_and_the_log_says_who_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = cases.submission(State.INTEREST)
    stranger = cases.someone("stranger@example.org")
    for other in (stranger, cases.staff("africa")):
        with caplog.at_level(logging.WARNING):
            assert browser(other).get(address(made)).status_code == 404
            assert do(other, made, "invite").status_code == 404
        assert f"user {other.pk} may not see submission {made.key}" in caplog.text
        caplog.clear()
    assert made.state == State.INTEREST


def test_what_is_not_confirmed_is_its_authors_alone() -> None:
    made = cases.submission(State.UNCONFIRMED)
    assert "La médina à pied" in read(cases.author(), made)
    for other in (cases.staff(), cases.secretariat()):
        assert browser(other).get(address(made)).status_code == 404


def test_who_is_not_logged_in_is_asked_to_and_finds_what_was_typed() -> None:
    made = cases.submission(State.INTEREST)
    anybody = Client()
    answer = anybody.post(address(made, "ask"), {"says": "Combien de rues ?", "seen": made.version})
    assert answer.status_code == 302
    assert address(made) in answer["Location"]
    anybody.force_login(cases.staff())
    page = anybody.get(address(made)).content.decode()
    assert "Combien de rues ?" in page
    made.refresh_from_db()
    assert made.state == State.INTEREST
    assert "Combien de rues ?" not in anybody.get(address(made)).content.decode()


def test_more_than_can_wait_for_the_log_in_is_given_back_to_be_copied() -> None:
    made = cases.submission(State.INTEREST)
    text = "é" * unsaved.MOST
    answer = Client().post(address(made, "ask"), {"says": text, "seen": made.version})
    assert answer.status_code == 401
    page = answer.content.decode()
    assert text in page
    assert "What you typed was not saved" in page
    assert f"?next={address(made)}" in page


def test_more_than_can_be_kept_of_an_old_form_is_given_back_to_be_copied() -> None:
    made = cases.submission(State.INTEREST)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cases.staff())
    ours = {"origin": "http://testserver"}
    text = "y" * (unsaved.MOST + 1)
    answer = client.post(address(made, "ask"), {"says": text}, headers=ours)
    assert answer.status_code == 413
    page = answer.content.decode()
    assert text in page
    assert "This could not be kept" in page


def test_authors_see_no_internal_notes_and_no_addresses_of_staff() -> None:
    made = cases.submission(State.INTEREST)
    do(cases.staff(), made, "note", says="À vérifier avec le service")
    do(cases.staff(), made, "assign", to=cases.staff("mewa", "two").pk)
    author, reviewer = read(cases.author(), made), read(cases.staff(), made)
    assert "À vérifier" not in author
    assert "mewa-two@" not in author
    assert "mewa-one@" not in author
    assert "À vérifier avec le service" in reviewer
    assert "mewa-two@example.org" in reviewer


def test_only_reviewers_read_the_authors_address() -> None:
    made = cases.submission(State.INTEREST)
    assert 'href="mailto:author@example.org"' in read(cases.staff(), made)
    assert "mailto:" not in read(cases.author(), made)


def test_a_question_is_asked_shown_and_answered() -> None:
    made = cases.submission(State.INTEREST)
    assert do(cases.staff(), made, "ask", says="Quel budget <b>?</b>").status_code == 302
    assert made.state == State.INTEREST_QUESTION
    page = read(cases.author(), made)
    assert "Quel budget &lt;b&gt;?&lt;/b&gt;" in page
    assert "asked--open" in page
    assert do(cases.author(), made, "answer", says="Deux millions").status_code == 302
    assert made.state == State.INTEREST
    assert "Deux millions" in read(cases.staff(), made)


def test_a_decision_without_the_words_it_needs_is_refused_in_the_readers_language() -> None:
    made = cases.submission(State.INTEREST)
    answer = do(cases.staff(), made, "decline", says="  ")
    assert answer.status_code == 422
    assert "Say in a few words" in answer.content.decode()
    assert made.state == State.INTEREST


def test_who_decides_on_what_changed_keeps_the_words() -> None:
    made = cases.submission(State.INTEREST)
    old = made.version
    flow.perform(made, "ask", cases.staff("mewa", "two"), says="Et le budget ?")
    answer = do(cases.staff(), made, "decline", says="Hors sujet", seen=old)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else did something meanwhile" in page
    assert "Hors sujet" in page
    assert made.state == State.INTEREST_QUESTION


def test_words_are_shown_even_where_their_form_is_gone() -> None:
    made = cases.submission(State.INTEREST)
    old = made.version
    flow.perform(made, "decline", cases.staff("mewa", "two"), says="Hors sujet")
    answer = do(cases.staff(), made, "ask", says="Mes mots précieux", seen=old)
    assert answer.status_code == 409
    assert "Mes mots précieux" in answer.content.decode()


def test_a_second_press_of_the_button_is_harmless() -> None:
    made = cases.submission(State.INTEREST)
    seen = made.version
    for _press in range(2):
        assert do(cases.staff(), made, "invite", seen=seen).status_code == 302
    assert made.events.filter(name="invite").count() == 1
    for _press in range(2):
        do(cases.staff(), made, "note", says="Une fois")
    assert made.events.filter(name="note").count() == 1


def test_a_text_that_changed_while_it_was_read_is_not_published() -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW)
    assert made.page is not None
    seen = made.page.latest_revision_id
    page = made.page.get_latest_revision_as_object()
    page.summary = "Tout autre chose."
    page.save_revision()
    answer = do(cases.secretariat(), made, "publish", draft=seen, **DECIDED)
    assert answer.status_code == 409
    assert made.state == State.SECRETARIAT_REVIEW
    assert not made.is_public


def test_an_incomplete_template_says_what_is_to_be_done_and_where() -> None:
    made = cases.submission(State.DRAFT)
    made.values = {**cases.values(), "lessons": ""}
    made.save()
    answer = do(cases.author(), made, "send")
    assert answer.status_code == 422
    step = reverse("submissions:write", args=[made.key, "transfer"])
    assert answer.content.decode().count(f'href="{step}"') == 2  # the sentence, and "go on"
    assert made.state == State.DRAFT


def test_a_complete_template_can_be_sent_from_here() -> None:
    made = cases.submission(State.DRAFT)
    made.values = cases.values()
    made.save()
    assert address(made, "send") in read(cases.author(), made)
    assert do(cases.author(), made, "send").status_code == 302
    assert made.state == State.SECTION_REVIEW


def test_nobody_decides_on_their_own() -> None:
    both = cases.staff("mewa")
    made = cases.submission(State.INTEREST, by=both)
    assert address(made, "invite") not in read(both, made)
    assert do(both, made, "invite").status_code == 403
    assert made.state == State.INTEREST


@pytest.mark.parametrize("name", ["nothing", "start", "goals"])
def test_what_is_no_action_is_not_found(name: str) -> None:
    made = cases.submission(State.INTEREST)
    assert do(cases.staff(), made, name).status_code == 404


def test_an_address_of_an_action_leads_to_the_page() -> None:
    made = cases.submission(State.INTEREST)
    answer = browser(cases.staff()).get(address(made, "invite"))
    assert answer.status_code == 302
    assert answer["Location"] == address(made)


def test_a_form_of_another_site_does_nothing() -> None:
    made = cases.submission(State.INTEREST)
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(cases.staff())
    assert careful.post(address(made, "invite"), {"seen": made.version}).status_code == 403
    made.refresh_from_db()
    assert made.state == State.INTEREST


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "١"])
def test_a_meddled_version_changes_nothing_or_counts_as_none(seen: str) -> None:
    made = cases.submission(State.INTEREST)
    assert do(cases.staff(), made, "ask", says="?", seen=seen).status_code in (302, 409)


# Publishing.


def test_publishing_confirms_strikes_and_adds_goals() -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW)
    answer = do(
        cases.secretariat(),
        made,
        "publish",
        **DECIDED,
        add=["sdg-05"],
        languages=["es"],
        says="Bravo",
        comment="Relire en 2028",
    )
    assert answer.status_code == 302
    assert made.state == State.PUBLISHED
    assert made.page is not None
    assert [entry.code for entry in made.page.sdg_entries] == ["sdg-05", "sdg-11"]
    level = made.page.work.verification
    assert level is not None
    assert level.code == "verified"
    note = made.events.get(name="note")
    assert (note.says, note.internal) == ("Relire en 2028", True)
    page = read(cases.author(), made)
    assert "Relire en 2028" not in page
    assert "Bravo" in page
    assert "+ SDG 5, − SDG 13" in page


def test_nothing_is_confirmed_beforehand_and_an_undecided_goal_keeps_the_rest() -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW)
    assert re.search(r"<input[^>]* checked", read(cases.secretariat(), made)) is None
    sent = {**DECIDED, "comment": "À garder", "add": ["sdg-05"], "says": "Merci"}
    del sent["goal-sdg-13"]
    answer = do(cases.secretariat(), made, "publish", **sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "13: Confirm this goal or strike it." in page
    assert 'name="goal-sdg-11" value="yes" checked' in page
    assert 'name="level" value="verified" checked' in page
    assert 'name="add" value="sdg-05" checked' in page
    assert "À garder" in page
    assert "Merci" in page
    assert made.state == State.SECRETARIAT_REVIEW


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"goal-sdg-11": "no"}, "Confirm at least one"),
        ({"goal-sdg-11": "perhaps"}, "Confirm this goal or strike it."),
        ({"level": ""}, "Choose a verification level."),
        ({"level": "imported"}, "Choose a verification level."),
        ({"review_due": "soon"}, "Write the day of the next review"),
        ({"review_due": "2020-01-01"}, "must lie in the future"),
        ({"add": ["sdg-01", "sdg-02", "sdg-03", "sdg-04"]}, "At most 4 goals."),
    ],
)
def test_a_decision_that_is_wrong_publishes_nothing(changes: dict[str, Any], says: str) -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW)
    answer = do(cases.secretariat(), made, "publish", **(DECIDED | changes))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert made.state == State.SECRETARIAT_REVIEW
    assert not made.is_public


def test_goals_and_languages_that_are_made_up_are_not_taken() -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW)
    sent = {**DECIDED, "add": ["sdg-99", "housing"], "languages": ["xx", "fr"]}
    assert do(cases.secretariat(), made, "publish", **sent).status_code == 302
    assert made.page is not None
    assert [entry.code for entry in made.page.sdg_entries] == ["sdg-11"]


def test_what_cannot_be_published_says_why() -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW)
    assert made.page is not None
    page = made.page.get_latest_revision_as_object()
    page.country = None
    page.save_revision()
    answer = do(cases.secretariat(), made, "publish", **DECIDED)
    assert answer.status_code == 422
    assert "A country is needed." in answer.content.decode()
    assert 'name="level" value="verified" checked' in answer.content.decode()
    assert made.state == State.SECRETARIAT_REVIEW


def test_goals_are_suggested_with_their_nearest_target(meaning: object) -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW, title="Housing and rents for all")
    page = read(cases.secretariat(), made)
    assert "goal-why" in page
    targets = {entry.code for entry in snapshot().of_kind("target")}
    assert any(f"<b>{code}</b>" in page for code in targets)


def test_a_form_without_suggestions_is_offered_where_the_encoder_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(text: str, limit: int) -> None:
        raise RuntimeError("no model")

    monkeypatch.setattr("practices.submissions.suggestions.suggest_goals", broken)
    made = cases.submission(State.SECRETARIAT_REVIEW)
    assert 'name="goal-sdg-11"' in read(cases.secretariat(), made)
    assert "No goals could be suggested" in caplog.text


# Changes of what is public.


def test_reviewers_read_field_by_field_what_changes_of_the_public_version() -> None:
    made = cases.submission(State.REVISION, population="1000", place="Tunis")
    made.values |= {"population": "2000", "lessons": "Commencer plus tôt."}
    made.save()
    flow.perform(made, "send", cases.author())
    page = read(cases.staff(), made)
    assert "<del>1000</del>" in page
    assert "<ins>2000</ins>" in page
    assert "<ins>Commencer" in page
    assert page.count('class="change"') == 2
    assert 'class="change"' not in read(cases.author(), made)


def test_what_the_form_does_not_ask_for_is_named_where_it_changed() -> None:
    made = cases.submission(State.REVISION)
    flow.perform(made, "send", cases.author())
    assert made.page is not None
    page = made.page.get_latest_revision_as_object()
    page.citation = "Somebody else (2020)"
    page.save_revision()
    shown = read(cases.staff(), made)
    assert "Changed in the editor, too:" in shown
    assert "citation" in shown


# Who decides next, and where it goes.


def test_it_is_assigned_to_those_who_can_decide_and_to_nobody_else() -> None:
    made = cases.submission(State.SECTION_REVIEW)
    other = cases.staff("mewa", "two")
    assert do(cases.staff(), made, "assign", to=other.pk).status_code == 302
    assert made.assigned == other
    for wrong in (cases.author().pk, cases.staff("africa").pk, 10**9, "x"):
        assert do(cases.staff(), made, "assign", to=wrong).status_code == 422
    assert do(cases.author(), made, "assign", to=other.pk).status_code == 403
    assert do(cases.staff(), made, "assign", to="").status_code == 302
    assert made.assigned is None


def test_a_section_does_not_say_who_decides_at_the_secretariat() -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW)
    assert do(cases.staff(), made, "assign", to=cases.secretariat().pk).status_code == 403
    assert do(cases.secretariat(), made, "assign", to=cases.secretariat().pk).status_code == 302


def test_the_secretariat_moves_an_interest_to_another_section_with_a_reason() -> None:
    made = cases.submission(State.INTEREST)
    assert do(cases.secretariat(), made, "move", section="africa", says="").status_code == 422
    assert do(cases.secretariat(), made, "move", section="zzz", says="x").status_code == 422
    assert do(cases.staff(), made, "move", section="africa", says="x").status_code == 403
    answer = do(cases.secretariat(), made, "move", section="africa", says="Membre d’Afrique")
    assert answer.status_code == 302
    assert made.section.code == "africa"
    assert browser(cases.staff()).get(address(made)).status_code == 404
    assert "Membre d’Afrique" in read(cases.staff("africa"), made)


def test_what_is_offered_to_the_secretariat_is_reviewed_by_it_in_the_sections_place() -> None:
    made = cases.submission(State.INTEREST, section="world-secretariat")
    editor = cases.secretariat()
    flow.assign(made, editor, editor)
    assert str(editor) in read(editor, made)
    assert do(editor, made, "invite").status_code == 302
    assert made.state == State.DRAFT
    assert browser(cases.staff()).get(address(made)).status_code == 404


def test_history_says_who_as_what_when_and_why() -> None:
    made = cases.submission(State.INTEREST)
    flow.perform(made, "ask", cases.staff(), says="Quel budget ?")
    page = read(cases.secretariat(), made)
    for word in ("Asked a question", "mewa-one@example.org", "Section staff", "Quel budget ?"):
        assert word in page
    last = made.events.last()
    assert last is not None
    assert f'datetime="{last.at.isoformat()[:10]}' in page


def test_the_page_takes_as_many_queries_however_much_happened(
    django_assert_max_num_queries: Any,
) -> None:
    made = cases.submission(State.INTEREST)
    for number in range(30):
        flow.note(made, cases.staff(), f"Note {number}")
    page = browser(cases.staff())
    page.get(address(made))
    with django_assert_max_num_queries(30):
        page.get(address(made))


def test_words_sent_with_an_old_token_wait_in_their_form() -> None:
    made = cases.submission(State.INTEREST)
    staff = Client(enforce_csrf_checks=True)
    staff.force_login(cases.staff())
    sent = {"says": "Combien de rues ?", "seen": made.version, "csrfmiddlewaretoken": "a" * 64}
    answer = staff.post(address(made, "ask"), sent, headers={"Origin": "http://testserver"})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.state == State.INTEREST
    assert "Combien de rues ?" in staff.get(address(made)).content.decode()


@pytest.mark.parametrize("name", ["ask", "note"])
def test_more_words_than_anybody_reads_are_refused_and_given_back(name: str) -> None:
    made = cases.submission(State.INTEREST)
    events = made.events.count()
    answer = do(cases.staff(), made, name, says="x" * (flow.MOST_SAID + 1))
    assert answer.status_code == 422
    assert "x" * (flow.MOST_SAID + 1) in answer.content.decode()
    assert (made.state, made.events.count()) == (State.INTEREST, events)


def test_signs_that_no_database_takes_are_left_out_of_words() -> None:
    made = cases.submission(State.INTEREST)
    assert do(cases.staff(), made, "ask", says="Quel \x00budget ?").status_code == 302
    assert made.events.latest("pk").says == "Quel budget ?"
    assert do(cases.secretariat(), made, "move", section="\x00", says="x").status_code == 422
