"""What happens to a submission, and what comes of its page."""

from __future__ import annotations

import pytest

from portal.cms.models import WorkPage
from portal.cms.models.base import NotPublishable
from portal.mail.models import Mail
from portal.taxonomy.models import Term
from practices.submissions import flow
from practices.submissions.errors import Changed, Incomplete, NotAllowed, Refused
from practices.submissions.models import Submission
from practices.submissions.states import State

from . import cases

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_reached_by_the_flow(world: None, state: State) -> None:
    assert cases.submission(state).state == state


@pytest.mark.parametrize("kind", ["hub", "good-practice", "case-study"])
def test_the_page_says_what_was_written_and_is_found_in_its_section(world: None, kind: str) -> None:
    made = cases.submission(
        State.PUBLISHED,
        kind=kind,
        latitude="36,8",
        longitude="10°9′57″E",
        population="638 845",
        figures=[{"value": "38 km", "label": "de rues"}],
    )
    page = made.page
    assert page is not None
    assert page.live
    assert page.title == "La médina à pied"
    assert page.locale.language_code == "fr"
    assert page.section is not None
    assert page.section.term.code == "mewa"
    assert (page.latitude, page.longitude) == (36.8, 10.16583)
    assert page.population == 638845
    assert [entry.code for entry in page.sdg_entries] == ["sdg-11", "sdg-13"]
    assert page.verification_entry is not None
    assert page.verification_entry.code == "verified"
    assert page.work.verified_by == "UCLG World Secretariat"


def test_the_public_keeps_the_approved_version_until_a_change_is_approved(world: None) -> None:
    made = cases.submission(State.REVISION, population="1000")
    made.values["population"] = "2000"
    made.save()
    cases.step(made, "send")
    cases.step(made, "endorse")
    assert made.page is not None
    assert made.page.live
    assert made.page.population == 1000
    cases.step(made, "publish")
    assert made.page.population == 2000


def test_a_declined_change_is_not_published_with_the_next(world: None) -> None:
    made = cases.submission(State.REVISION, population="1000")
    made.values["population"] = "2000"
    made.save()
    cases.step(made, "send")
    cases.step(made, "decline_change")
    assert made.state == State.PUBLISHED
    cases.step(made, "revise")
    assert made.values["population"] == "1000"


class TestReopening:
    """Who declined may think again; the author goes on with all that was written."""

    def test_what_was_declined_before_a_template_begins_one(self, world: None) -> None:
        made = cases.submission(State.DECLINED)
        event = flow.perform(made, "reopen", cases.staff(), says="La place a changé.")
        assert made.state == State.DRAFT
        assert made.values["title"] == "La médina à pied"
        assert made.due is not None
        assert (event.says, event.user) == ("La place a changé.", cases.staff())

    def test_what_the_author_had_written_and_not_sent_is_there(self, world: None) -> None:
        made = cases.submission(State.SECTION_QUESTION)
        made.values["lessons"] = "Une leçon que personne n’a encore lue."
        made.save()
        cases.step(made, "decline")
        cases.step(made, "reopen")
        assert made.values["lessons"] == "Une leçon que personne n’a encore lue."

    @pytest.mark.parametrize("source", [State.SECTION_REVIEW, State.SECRETARIAT_REVIEW])
    def test_what_was_sent_goes_the_whole_way_again(self, world: None, source: State) -> None:
        made = cases.submission(source)
        cases.step(made, "decline" if source == State.SECTION_REVIEW else "refuse")
        page = made.page
        cases.step(made, "reopen")
        assert page is not None
        with pytest.raises(NotPublishable):
            page.get_latest_revision().publish()
        for name in ("send", "endorse", "publish"):
            cases.step(made, name)
        assert made.page == page
        assert made.page.live

    def test_it_needs_a_reason_that_the_author_is_mailed(self, world: None) -> None:
        made = cases.submission(State.DECLINED)
        with pytest.raises(Refused):
            flow.perform(made, "reopen", cases.secretariat(), says=" ")
        flow.perform(made, "reopen", cases.secretariat(), says="Elle concerne les femmes.")
        mail = Mail.objects.get(kind="reopened")
        assert mail.to == made.author_email
        assert "> Elle concerne les femmes." in mail.text


def test_what_nobody_can_go_on_with_is_not_reopened(world: None) -> None:
    made = cases.submission(State.SECTION_REVIEW)
    cases.step(made, "decline")
    made.authors.clear()
    made.author_email = ""
    made.save()
    with pytest.raises(Refused, match="Nobody is left"):
        cases.step(made, "reopen")
    assert made.state == State.DECLINED


def test_paragraphs_that_nobody_touched_keep_their_ids(world: None) -> None:
    made = cases.submission(State.REVISION)
    assert made.page is not None
    before = [block.id for block in made.page.context]
    made.values["context"] = "Un début.\n\n" + made.values["context"]
    made.save()
    cases.step(made, "send")
    after = [block.id for block in made.page.get_latest_revision_as_object().context]
    assert after[1:] == before
    assert after[0] not in before


def test_nobody_decides_on_their_own_submission_whatever_their_role(world: None) -> None:
    both = cases.staff("mewa")
    made = cases.submission(State.INTEREST, by=both)
    with pytest.raises(NotAllowed):
        flow.perform(made, "invite", both)


def test_a_refusal_changes_nothing_and_mails_nobody(world: None) -> None:
    made = cases.submission(State.DRAFT)
    Mail.objects.all().delete()
    made.values = {"title": "Trop peu"}
    made.save()
    with pytest.raises(Incomplete) as refusal:
        flow.perform(made, "send", cases.author())
    made.refresh_from_db()
    assert {"summary", "context", "lessons", "sdgs"} <= set(refusal.value.problems)
    assert made.state == State.DRAFT
    assert made.page is None
    assert not Mail.objects.exists()
    assert not WorkPage.objects.filter(title="Trop peu").exists()


def test_who_decides_on_what_changed_meanwhile_is_told(world: None) -> None:
    made = cases.submission(State.INTEREST)
    seen = made.version
    cases.step(made, "ask")
    cases.step(made, "answer")
    with pytest.raises(Changed):
        flow.perform(made, "invite", cases.staff(), seen=seen)


def test_a_question_without_words_is_none(world: None) -> None:
    made = cases.submission(State.INTEREST)
    with pytest.raises(Refused):
        flow.perform(made, "ask", cases.staff(), says="  ")


def test_goals_that_the_secretariat_changed_are_recorded(world: None) -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW)
    flow.perform(
        made,
        "publish",
        cases.secretariat(),
        decision=cases.decision(goals=("sdg-11", "sdg-05")),
    )
    assert made.page is not None
    assert [entry.code for entry in made.page.sdg_entries] == ["sdg-05", "sdg-11"]
    assert made.events.get(name="goals").says == "+ sdg-05, − sdg-13"


def test_translations_that_are_asked_for_wait_as_drafts(world: None) -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW)
    flow.perform(
        made, "publish", cases.secretariat(), decision=cases.decision(languages=("es", "fr"))
    )
    assert made.work is not None
    pages = WorkPage.objects.filter(translation_key=made.work.translation_key)
    assert dict(pages.values_list("locale__language_code", "live")) == {"fr": True, "es": False}


def test_the_author_gets_a_mail_at_each_step(world: None) -> None:
    made = cases.submission(State.INTEREST)
    for name in ("ask", "answer", "invite", "send", "endorse", "publish"):
        cases.step(made, name)
    kinds = Mail.objects.filter(to=cases.author().email).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "question",
        "endorsed",
        "complete",
        "with-secretariat",
        "published",
    ]


def test_wagtail_mails_nobody_besides(world: None, mailoutbox: list[object]) -> None:
    cases.submission(State.SECRETARIAT_QUESTION)
    cases.submission(State.PUBLISHED)
    assert len(mailoutbox) == 0  # the portal's own wait for the commit


def test_an_archived_work_says_why(world: None, client: object) -> None:
    made = cases.submission(State.PUBLISHED)
    page = made.page
    assert page is not None
    address = page.get_url()
    assert client.get(address).status_code == 200  # type: ignore[attr-defined]
    cases.step(made, "archive")
    assert client.get(address).status_code == 410  # type: ignore[attr-defined]
    cases.step(made, "restore")
    assert client.get(address).status_code == 200  # type: ignore[attr-defined]


def test_what_is_written_while_a_submission_is_moved_stays(world: None) -> None:
    made = cases.submission(State.DRAFT)
    read_before = Submission.objects.get(pk=made.pk)
    made.values["summary"] = "Written meanwhile."
    made.save()
    section = Term.objects.get(kind="section", code="africa")
    flow.move(read_before, cases.secretariat(), section, "Nearer.")
    made.refresh_from_db()
    assert (made.section.code, made.values["summary"]) == ("africa", "Written meanwhile.")
    assert read_before.values == made.values


def test_it_is_not_assigned_by_what_somebody_saw_before_it_went_on(world: None) -> None:
    made = cases.submission(State.SECTION_REVIEW)
    read_before = Submission.objects.get(pk=made.pk)
    cases.step(made, "endorse")
    with pytest.raises((NotAllowed, Refused)):
        flow.assign(read_before, cases.staff(), cases.staff())
    made.refresh_from_db()
    assert made.assigned is None
