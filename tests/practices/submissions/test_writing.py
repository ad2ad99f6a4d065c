"""The template's form: who may write, what is shown, what is saved, what is sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.mail.models import Mail
from practices.submissions import suggestions, unsaved
from practices.submissions.fields import steps_of
from practices.submissions.models import Submission
from practices.submissions.progress import SEND
from practices.submissions.states import WRITABLE, State
from search.meaning.goals import SuggestedGoal

from . import cases
from .writers import Window, form_of

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.django_db,
    pytest.mark.usefixtures("world", "index"),
]

MOST_QUERIES = 25


@pytest.fixture
def draft() -> Submission:
    """A template that is being written."""
    return cases.submission(State.DRAFT)


def fresh(made: Submission) -> Submission:
    """Give a submission as it is stored."""
    return Submission.objects.get(pk=made.pk)


def address(made: Submission, step: str = "brief", language: str = "en") -> str:
    """Give the address of a step."""
    return f"/{language}/submissions/{made.key}/write/{step}/"


def browser(user: User) -> Client:
    """Give a browser in which somebody is logged in."""
    client = Client()
    client.force_login(user)
    return client


# Who may write


@pytest.mark.parametrize("path", ["write/brief", "write/send", "preview"])
def test_only_authors_write(draft: Submission, path: str) -> None:
    url = f"/en/submissions/{draft.key}/{path}/"
    reviewer = 200 if path == "preview" else 403
    assert browser(cases.author()).get(url).status_code == 200
    assert browser(cases.staff("mewa")).get(url).status_code == reviewer
    assert browser(cases.secretariat()).get(url).status_code == reviewer
    assert browser(cases.staff("africa")).get(url).status_code == 404
    assert browser(cases.someone("other@example.org")).get(url).status_code == 404
    answer: Any = Client().get(url)
    assert answer.status_code == 302
    assert "next=" in answer.url


def test_nobody_else_stores_anything(draft: Submission) -> None:
    form = Window(draft, "brief", cases.author()).form | {"title": "Pris"}
    for user, status in ((cases.staff("mewa"), 403), (cases.someone("other@example.org"), 404)):
        assert browser(user).post(address(draft), form).status_code == status
    assert fresh(draft).values["title"] == "La médina à pied"


@pytest.mark.parametrize("state", [state for state in State if state not in WRITABLE])
def test_what_is_not_written_now_says_where_it_stands(state: State) -> None:
    made = cases.submission(state)
    answer = browser(cases.author()).get(address(made))
    assert answer.status_code == 409
    assert str(State(state).label) in answer.content.decode().replace("&#x27;", "'")


def test_steps_and_submissions_that_are_not_there(draft: Submission) -> None:
    client = browser(cases.author())
    assert client.get(address(draft, "nothing")).status_code == 404
    gone = address(draft).replace(str(draft.key), "00000000-0000-4000-8000-000000000000")
    assert client.get(gone).status_code == 404


# What is shown


@pytest.mark.parametrize("kind", ["hub", "good-practice", "case-study"])
def test_every_step_is_shown_with_few_queries(
    kind: str, django_assert_max_num_queries: Any
) -> None:
    made = cases.submission(State.REVISION, kind=kind, place="Tunis")
    client = browser(cases.author())
    for code in (*(step.code for step in steps_of(kind)), SEND):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(address(made, code)).status_code == 200


def test_saving_takes_few_queries(draft: Submission, django_assert_max_num_queries: Any) -> None:
    window = Window(draft, "brief", cases.author())
    with django_assert_max_num_queries(MOST_QUERIES):
        window.autosave(title="Autre")


def test_the_progress_says_how_far_each_step_is(draft: Submission) -> None:
    window = Window(draft, "background", cases.author())
    html = window.shown.content.decode()
    assert html.count('aria-current="step"') == 1
    assert 'class="step--missing"' in html  # in brief: begun by the expression of interest
    assert 'class="step--optional"' in html  # media
    done = html.count('class="step--done"')
    window.send(context="Un.", objectives="Deux.")
    assert window.shown.content.decode().count('class="step--done"') == done + 1


def test_limits_are_counted_by_the_server(draft: Submission) -> None:
    window = Window(draft, "background", cases.author())
    window.send(context="un deux - trois")
    assert "Words: 4 of 400" in window.shown.content.decode()


def test_what_reviewers_asked_stands_over_every_step() -> None:
    made = cases.submission(State.SECTION_QUESTION)
    client = browser(cases.author())
    for code in ("brief", SEND):
        html = client.get(address(made, code)).content.decode()
        assert "The section asks for changes" in html
        assert "Une question ?" in html


# What is saved


def test_bad_input_is_kept_as_typed_and_shown_with_what_is_wrong(draft: Submission) -> None:
    window = Window(draft, "place", cases.author())
    answer: Any = window.send(do="next", latitude="36,79x", population="viele", longitude="")
    assert answer.url == address(draft, "place")
    html = window.shown.content.decode()
    assert "“36,79x” cannot be read" in html
    assert window.form["latitude"] == "36,79x"
    assert fresh(draft).values["population"] == "viele"
    answer = window.send(do="next", latitude="36,79", longitude="10,1", population="638 845")
    assert answer.url == address(draft, "background")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "nothing"},
        {"start": "2019-99"},
        {"title": "x" * 5000},
        {"title": "a\x00b\x1b"},
        {"title": '<script>alert("x")</script>'},
        {"summary": "=1+1"},
    ],
)
def test_whatever_is_typed_the_form_stands(draft: Submission, changes: dict[str, str]) -> None:
    window = Window(draft, "brief", cases.author())
    assert window.send(**changes).status_code == 302
    assert window.shown.status_code == 200
    assert "<script>alert" not in window.shown.content.decode()
    assert "\x00" not in str(fresh(draft).values)


@pytest.mark.parametrize(
    "data",
    [
        {"was-links": "", "links-count": "999999999999", "links-0-title": "x"},
        {"was-links": "", "links-count": "-1"},
        {"was-links": "", "links-count": "²"},
        {"was-pictures": "", "pictures-count": "1", "pictures-0-image": "99999999999999999999"},
        {"was-pictures": "", "pictures-count": "1", "pictures-0-image": "x"},
        {"was-title": "", "title": "of another step"},
        {"do": "up:links:99999999999999999"},
        {"do": "place:x"},
        {"do": "theirs:nothing"},
        {"do": "add:<b>"},
        {"do": ""},
    ],
)
def test_edited_forms_do_no_harm(draft: Submission, data: dict[str, str]) -> None:
    before = fresh(draft).values.get("title")
    answer = browser(cases.author()).post(address(draft, "media"), data)
    assert answer.status_code in (302, 409)
    assert fresh(draft).values.get("title") == before


def test_rows_are_added_without_a_script(draft: Submission) -> None:
    window = Window(draft, "people", cases.author())
    window.send(do="add:contributors", **{"contributors-0-name": "Amel", "contributors-1-name": ""})
    assert window.form["contributors-0-name"] == "Amel"
    assert int(window.form["contributors-count"]) >= 6
    window.send(**{"contributors-5-name": "Zied"})
    names = [row["name"] for row in fresh(draft).values["contributors"]]
    assert names == ["Amel", "Zied"]


def test_a_row_that_is_half_filled_is_kept_and_named(draft: Submission) -> None:
    window = Window(draft, "media", cases.author())
    window.send(**{"links-0-title": "La ville"})
    assert "Row 1, Address: is missing." in window.shown.content.decode()


def test_more_goals_than_allowed_are_kept_and_named(draft: Submission) -> None:
    window = Window(draft, "goals", cases.author())
    goals = ["sdg-01", "sdg-02", "sdg-03", "sdg-04", "sdg-05"]
    window.send(sdgs=goals)
    assert "At most 4." in window.shown.content.decode()
    assert window.form["sdgs"] == goals


def test_a_value_that_is_in_no_list_any_more_is_shown(draft: Submission) -> None:
    draft.values |= {"country": "ZZZ", "status": "gone"}
    draft.save()
    assert Window(draft, "place", cases.author()).form["country"] == "ZZZ"
    assert Window(draft, "brief", cases.author()).form["status"] == "gone"


# Suggestions


def test_a_city_of_the_gazetteer_fills_point_and_inhabitants(draft: Submission) -> None:
    window = Window(draft, "place", cases.author())
    html = window.shown.content.decode()
    assert "693,210 inhabitants" in html
    assert "36.819, 10.166" in html
    window.send(do="place:2464470", territory="")
    stored = fresh(draft).values
    assert (stored["latitude"], stored["longitude"]) == ("36.819", "10.1658")
    assert stored["population"] == "693210"


def test_goals_are_suggested_with_the_nearest_target(
    draft: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def suggest(text: str, _limit: int) -> tuple[SuggestedGoal, ...]:
        asked.append(text)
        return (SuggestedGoal("sdg-11", "11.2", 0.5),)

    monkeypatch.setattr(suggestions, "suggest_goals", suggest)
    draft.values["context"] = "Les bus."
    draft.save()
    window = Window(draft, "goals", cases.author())
    html = window.shown.content.decode()
    assert "because of target 11.2" in html
    assert "La médina à pied\nDes rues sans voitures.\nLes bus." in asked
    # Each goal can be chosen once, and nothing is chosen for anybody.
    assert html.count('value="sdg-11"') == 1
    assert "sdgs" not in window.form


def test_an_encoder_that_fails_leaves_the_form_without_suggestions(
    draft: Submission, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_text: str, _limit: int) -> None:
        raise RuntimeError("no model")

    monkeypatch.setattr(suggestions, "suggest_goals", fail)
    window = Window(draft, "goals", cases.author())
    assert "because of target" not in window.shown.content.decode()
    assert str(draft.key) in caplog.text


# When the log-in is gone


def test_what_is_typed_after_the_session_ended_waits_for_the_log_in(draft: Submission) -> None:
    client = browser(cases.author())
    window = Window(draft, "background", cases.author(), client)
    client.logout()
    answer: Any = window.client.post(window.url, {**window.form, "context": "Pas perdu."})
    assert answer.status_code == 401
    assert f"next={window.url}" in answer.content.decode()
    assert "context" not in fresh(draft).values
    client.force_login(cases.author())
    shown = client.get(window.url)
    assert form_of(shown)["context"] == "Pas perdu."
    assert "not saved yet" in shown.content.decode()
    assert "context" not in fresh(draft).values
    client.post(window.url, {**form_of(shown), "do": "save"})
    assert fresh(draft).values["context"] == "Pas perdu."
    assert "not saved yet" not in client.get(window.url).content.decode()


def test_what_waited_is_a_conflict_where_a_coauthor_was_faster(draft: Submission) -> None:
    coauthor = cases.someone("coauthor@example.org")
    draft.authors.add(coauthor)
    client = browser(cases.author())
    window = Window(draft, "background", cases.author(), client)
    client.logout()
    client.post(window.url, {**window.form, "context": "Le mien."})
    Window(draft, "background", coauthor).send(context="Le leur.")
    client.force_login(cases.author())
    answer = client.post(window.url, {**form_of(client.get(window.url)), "do": "save"})
    assert answer.status_code == 409
    assert fresh(draft).values["context"] == "Le leur."


def test_what_waited_can_be_dropped(draft: Submission) -> None:
    client = browser(cases.author())
    window = Window(draft, "background", cases.author(), client)
    client.logout()
    client.post(window.url, {**window.form, "context": "Non."})
    client.force_login(cases.author())
    client.post(window.url, {**window.form, "do": "discard"})
    assert form_of(client.get(window.url))["context"] == ""


def test_more_than_a_session_holds_is_shown_to_be_copied(draft: Submission) -> None:
    text = "y" * (unsaved.MOST + 1)
    answer = Client().post(address(draft, "background"), {"context": text})
    assert text in answer.content.decode()


def test_nothing_is_kept_of_addresses_that_are_not_there(draft: Submission) -> None:
    client = Client()
    gone = address(draft).replace(str(draft.key), "00000000-0000-4000-8000-000000000000")
    for url in (gone, address(draft, "nothing")):
        assert client.post(url, {"context": "x"}).status_code == 401
    assert not client.session.keys()


def test_the_script_learns_that_the_log_in_is_gone(draft: Submission) -> None:
    told = Client().post(
        address(draft), {"was-title": "", "title": "x"}, headers={"accept": "application/json"}
    )
    assert told.status_code == 401
    assert "not logged in" in told.json()["message"]


@pytest.mark.parametrize(
    ("email", "mails"), [("Author@example.org", 1), ("other@example.org", 0), ("", 0), ("x\n", 0)]
)
def test_only_authors_are_mailed_a_new_link(draft: Submission, email: str, mails: int) -> None:
    Mail.objects.all().delete()
    client = Client()
    client.post(address(draft, "background"), {"context": "Attend.", "was-context": ""})
    answer: Any = client.post(address(draft, "background"), {"do": "link", "email": email})
    assert answer.url == "/en/submit/sent/"
    assert Mail.objects.filter(to="author@example.org", kind="link").count() == mails
    assert Mail.objects.count() == mails
    # What waits for the log-in still waits.
    client.force_login(cases.author())
    assert form_of(client.get(address(draft, "background")))["context"] == "Attend."


def test_nobody_has_links_mailed_without_end(draft: Submission) -> None:
    data = {"do": "link", "email": "author@example.org"}
    statuses = [Client().post(address(draft), data).status_code for _number in range(12)]
    assert statuses[0] == 302
    assert statuses[-1] == 429


def test_a_form_from_before_a_log_in_elsewhere_is_not_lost(draft: Submission) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cases.author())
    form = form_of(client.get(address(draft, "background"))) | {"context": "Gardé."}
    client.get(address(draft, "background"))
    form["csrfmiddlewaretoken"] = "x" * 64
    ours = {"origin": "http://testserver"}
    answer: Any = client.post(address(draft, "background"), form, headers=ours)
    assert answer.status_code == 302
    assert "context" not in fresh(draft).values
    assert form_of(client.get(answer.url))["context"] == "Gardé."
    told = client.post(
        address(draft, "background"), form, headers={**ours, "accept": "application/json"}
    )
    assert told.status_code == 403
    form["csrfmiddlewaretoken"] = told.json()["token"]
    assert client.post(address(draft, "background"), form, headers=ours).status_code == 302
    assert fresh(draft).values["context"] == "Gardé."


@pytest.mark.parametrize("origin", [{}, {"origin": "https://elsewhere.example"}])
def test_a_form_of_another_site_gets_nothing(draft: Submission, origin: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cases.author())
    for accept in ({}, {"accept": "application/json"}):
        answer = client.post(
            address(draft), {"was-title": "", "title": "x"}, headers={**origin, **accept}
        )
        assert answer.status_code == 403
        assert "token" not in answer.headers["Content-Type"]
        assert b'"token"' not in answer.content
    assert "unsaved" not in client.session


# Sending


def test_what_is_missing_is_linked_to_its_field(draft: Submission) -> None:
    html = browser(cases.author()).get(address(draft, SEND)).content.decode()
    assert f'href="{address(draft, "background")}#field-context"' in html
    assert f'href="{address(draft, "people")}#field-consent_publish"' in html


def test_what_is_incomplete_is_not_sent_and_the_words_stay(draft: Submission) -> None:
    window = Window(draft, SEND, cases.author())
    answer = window.send(says="Bonjour à la section")
    assert answer.status_code == 409
    assert window.form["says"] == "Bonjour à la section"
    assert fresh(draft).state == State.DRAFT


@pytest.mark.parametrize(
    ("state", "target"),
    [
        (State.DRAFT, State.SECTION_REVIEW),
        (State.SECTION_QUESTION, State.SECTION_REVIEW),
        (State.SECRETARIAT_QUESTION, State.SECRETARIAT_REVIEW),
        (State.REVISION, State.SECTION_REVIEW),
    ],
)
def test_what_is_complete_is_sent_with_the_words(state: State, target: State) -> None:
    made = cases.submission(state)
    made.values = cases.values(made.kind)
    made.save()
    window = Window(made, SEND, cases.author())
    assert "Nothing is missing." in window.shown.content.decode()
    answer: Any = window.client.post(window.url, {**window.form, "says": "Voici."})
    assert answer.url == f"/en/submissions/{made.key}/"
    assert fresh(made).state == target
    assert made.events.latest("pk").says == "Voici."


def test_a_page_from_before_another_event_sends_nothing(draft: Submission) -> None:
    draft.values = cases.values(draft.kind)
    draft.save()
    window = Window(draft, SEND, cases.author())
    Submission.objects.filter(pk=draft.pk).update(version=99)
    answer = window.send(says="Mes mots")
    assert answer.status_code == 409
    assert "Somebody else did something meanwhile" in answer.content.decode()
    assert window.form["says"] == "Mes mots"
    assert fresh(draft).state == State.DRAFT


def test_sending_twice_says_that_it_was_sent(draft: Submission) -> None:
    draft.values = cases.values(draft.kind)
    draft.save()
    window = Window(draft, SEND, cases.author())
    assert window.client.post(window.url, window.form).status_code == 302
    answer = window.client.post(window.url, window.form)
    assert answer.status_code == 409
    assert "It cannot be changed now" in answer.content.decode()


# Preview


@pytest.mark.parametrize("kind", ["hub", "good-practice", "case-study"])
def test_the_preview_shows_the_page_in_the_works_language(kind: str) -> None:
    made = cases.submission(State.DRAFT, kind=kind, language="es")
    made.values = cases.values(kind)
    made.save()
    answer = browser(cases.author()).get(f"/en/submissions/{made.key}/preview/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="es"' in html
    assert 'class="preview-bar"' in html
    assert f'href="/en/submissions/{made.key}/write/send/"' in html
    assert "Les rues étaient bruyantes." in html
    assert "no-store" in answer.headers["Cache-Control"]
    assert fresh(made).work is None


@pytest.mark.parametrize("values", [{}, {"title": "", "country": "ZZZ", "latitude": "x"}])
def test_the_preview_of_next_to_nothing_stands(draft: Submission, values: dict[str, Any]) -> None:
    draft.values = values
    draft.save()
    answer = browser(cases.author()).get(f"/en/submissions/{draft.key}/preview/")
    assert answer.status_code == 200


def test_the_preview_of_a_change_shows_the_change_and_the_public_the_approved() -> None:
    made = cases.submission(State.REVISION)
    Window(made, "brief", cases.author()).send(summary="Un résumé corrigé.")
    url = f"/en/submissions/{made.key}/preview/"
    assert "Un résumé corrigé." in browser(cases.author()).get(url).content.decode()
    assert made.page is not None
    public = Client().get(made.page.get_url()).content.decode()
    assert "Un résumé corrigé." not in public
    assert "preview-bar" not in public


def test_reviewers_see_what_was_sent() -> None:
    made = cases.submission(State.SECTION_REVIEW)
    html = browser(cases.staff()).get(f"/en/submissions/{made.key}/preview/").content.decode()
    assert "Les rues étaient bruyantes." in html
    assert f'href="/en/submissions/{made.key}/"' in html


def test_before_the_template_there_is_nothing_to_preview() -> None:
    made = cases.submission(State.INTEREST)
    url = f"/en/submissions/{made.key}/preview/"
    assert browser(cases.author()).get(url).status_code == 404
