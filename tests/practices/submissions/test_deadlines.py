"""Reminders, reviews that fall due, and what is forgotten, as days go by."""

from __future__ import annotations

import datetime
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from portal.cms.models import PortalDocument, PortalImage
from portal.mail.models import Mail
from portal.operations.schedule import JOBS
from practices.submissions import access, deadlines, flow, mails
from practices.submissions.files import collection
from practices.submissions.models import AccessLink, Attempt, Event, Submission
from practices.submissions.states import DAYS, TURN, Actor, State
from tests import works

from . import cases, sending
from .sending import at

pytestmark = pytest.mark.django_db


def reminded(days: int) -> list[str]:
    """Run the clock after so many days; give the kinds of the mails of that day."""
    Mail.objects.all().delete()
    with at(days=days):
        deadlines.remind_and_ask()
    return list(Mail.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("state", [state for state in DAYS if state != State.REVIEW_DUE])
def test_who_has_the_turn_is_reminded_on_the_day(world: None, state: State) -> None:
    cases.secretariat()
    cases.staff("mewa")
    cases.staff("mewa", "two")
    cases.submission(state)
    side = TURN[state]
    people = {Actor.AUTHOR: 1, Actor.SECTION: 2, Actor.SECRETARIAT: 1}[side]
    assert reminded(DAYS[state] - 1) == []
    assert reminded(DAYS[state]) == [f"reminder-{side}"] * people


def test_reminders_come_weekly_and_four_times(world: None) -> None:
    cases.submission(State.SECTION_QUESTION)
    due = DAYS[State.SECTION_QUESTION]
    days = [day for day in range(due - 5, due + 60) if reminded(day)]
    assert days == [due, due + 7, due + 14, due + 21]


def test_days_on_which_nothing_ran_bring_one_reminder_not_many(world: None) -> None:
    cases.submission(State.INTEREST_QUESTION)
    due = DAYS[State.INTEREST_QUESTION]
    assert reminded(due + 9) == ["reminder-author"]
    assert reminded(due + 10) == []
    assert reminded(due + 14) == ["reminder-author"]
    assert reminded(due + 40) == []


def test_an_answer_begins_the_count_again(world: None) -> None:
    made = cases.submission(State.INTEREST_QUESTION)
    assert reminded(20)
    with at(days=21):
        cases.step(made, "answer")
    assert reminded(20 + DAYS[State.INTEREST]) == []
    assert set(reminded(21 + DAYS[State.INTEREST])) == {"reminder-section"}


def test_a_reminder_opens_the_submission_and_names_no_day_that_is_past(world: None) -> None:
    cases.submission(State.SECTION_QUESTION)
    assert reminded(30) == ["reminder-author"]
    mail = Mail.objects.get()
    assert mail.language == "fr"
    assert "/submissions/link/" in mail.text
    assert str(timezone.localdate().year) not in mail.text


def test_one_that_fails_does_not_keep_the_others_from_their_mails(
    world: None, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = cases.submission(State.DRAFT), cases.submission(State.DRAFT)
    right = mails.mail

    def mail(submission: Submission, *parts: Any, **more: Any) -> None:
        if submission.pk == bad.pk:
            raise RuntimeError("of ours")
        right(submission, *parts, **more)

    with mock.patch("practices.submissions.mails.mail", mail):
        assert reminded(DAYS[State.DRAFT]) == ["reminder-author"]
    assert f"No reminder for submission {bad.key}" in caplog.text
    good.refresh_from_db()
    bad.refresh_from_db()
    assert good.reminded_on is not None
    assert bad.reminded_on is None


def test_a_published_work_falls_due_on_its_day(world: None) -> None:
    cases.staff("mewa")
    made = cases.submission(State.PUBLISHED)
    assert made.work is not None
    made.work.review_due = timezone.localdate() + datetime.timedelta(days=10)
    made.work.save()
    assert reminded(9) == []
    assert sorted(reminded(10)) == ["review-due", *["section-review-due"] * 2]
    made.refresh_from_db()
    assert made.state == State.REVIEW_DUE
    assert made.events.latest("pk").actor == Actor.CLOCK
    assert reminded(11) == []
    assert set(reminded(10 + DAYS[State.REVIEW_DUE])) == {"reminder-section"}


def test_a_change_that_is_being_written_does_not_fall_due(world: None) -> None:
    made = cases.submission(State.REVISION)
    assert made.work is not None
    made.work.review_due = timezone.localdate()
    made.work.save()
    reminded(1)
    made.refresh_from_db()
    assert made.state == State.REVISION


def test_what_nobody_confirmed_goes_after_thirty_days_with_its_mails(
    world: None, client: Any
) -> None:
    sending.send(client)
    assert Mail.objects.count() == AccessLink.objects.count() == 1
    with at(days=29):
        assert deadlines.forget()["unconfirmed"] == 0
    with at(days=31):
        assert deadlines.forget()["unconfirmed"] == 1
    assert not Submission.objects.exists()
    assert not Event.objects.exists()
    assert not Mail.objects.exists()
    assert not AccessLink.objects.exists()


@pytest.mark.parametrize("state", [State.DECLINED, State.WITHDRAWN])
def test_what_was_declined_or_withdrawn_goes_after_a_year(world: None, state: State) -> None:
    cases.submission(state)
    with at(days=364):
        assert deadlines.forget()["ended"] == 0
    with at(days=366):
        assert deadlines.forget()["ended"] == 1
    assert not Submission.objects.exists()


def test_a_draft_that_nobody_touches_goes_after_two_years(world: None) -> None:
    made = cases.submission(State.DRAFT)
    with at(days=700):
        made.save()  # somebody wrote
    with at(days=760):
        assert deadlines.forget()["drafts"] == 0
    with at(days=700 + 731):
        assert deadlines.forget()["drafts"] == 1


def test_one_that_resists_does_not_keep_the_others_from_being_deleted(
    world: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    resists, goes = cases.submission(State.WITHDRAWN), cases.submission(State.WITHDRAWN)

    def fail(submission: Submission) -> None:
        if submission.pk == resists.pk:
            raise OSError("no such disk")

    monkeypatch.setattr(deadlines, "delete_files", fail)
    with at(days=800):
        assert deadlines.forget()["ended"] == 1
    assert list(Submission.objects.all()) == [resists]
    assert f"Submission {resists.pk} was not deleted" in caplog.text
    assert not Submission.objects.filter(pk=goes.pk).exists()


@pytest.mark.parametrize(
    "state",
    [state for state in State if state not in (State.UNCONFIRMED, State.DECLINED, State.WITHDRAWN)],
)
def test_everything_else_stays(world: None, state: State) -> None:
    made = cases.submission(state)
    with at(days=700):
        deadlines.forget()
    assert Submission.objects.filter(pk=made.pk).exists()


def test_what_was_declined_with_a_page_stays_with_it(world: None) -> None:
    made = cases.submission(State.SECTION_REVIEW)
    flow.perform(made, "decline", cases.staff(), says="Trop tôt.")
    with at(days=800):
        assert deadlines.forget()["ended"] == 0
    assert Submission.objects.filter(pk=made.pk).exists()


def test_files_go_with_the_draft_for_which_they_were_brought(world: None) -> None:
    made = cases.submission(State.DRAFT)
    picture, shared, paper = works.picture(), works.picture("Shared"), works.document()
    editor_s = works.picture("An editor's")
    for file in (picture, shared, paper):
        file.collection, file.uploaded_by_user = collection(), cases.author()
        file.save()
    other = cases.submission(State.DRAFT)
    other.values["pictures"] = [{"image": shared.pk, "alt": "a", "credit": "c"}]
    other.save()
    made.values["pictures"] = [
        {"image": one.pk, "alt": "a", "credit": "c"} for one in (picture, shared, editor_s)
    ]
    made.values["documents"] = [{"document": paper.pk, "title": "Plan"}]
    made.save()
    deadlines.delete([made])
    assert set(PortalImage.objects.values_list("pk", flat=True)) == {shared.pk, editor_s.pk}
    assert not PortalDocument.objects.exists()
    assert not Submission.objects.filter(key=made.key).exists()
    assert Submission.objects.filter(pk=other.pk).exists()


def test_links_go_after_sixty_days_and_counted_attempts_after_one(world: None, client: Any) -> None:
    made = cases.submission(State.DRAFT)
    AccessLink.objects.all().delete()
    access.new_link(made, "author@example.org")
    sending.send(client, email="b@example.org")
    with at(hours=23):
        assert deadlines.forget()["attempts"] == 0
    with at(days=2):
        assert deadlines.forget()["attempts"] == 2
    assert not Attempt.objects.exists()
    with at(days=59):
        assert deadlines.forget()["links"] == 0
    with at(days=61):
        deadlines.forget()
    assert not AccessLink.objects.exists()


def test_the_clock_does_it_every_day() -> None:
    jobs = {job.name: job for job in JOBS}
    assert jobs["remind of submissions"].run is deadlines.remind_and_ask
    assert jobs["forget submissions"].run is deadlines.forget_and_tell
    assert all(
        jobs[name].hour is not None for name in ("remind of submissions", "forget submissions")
    )
