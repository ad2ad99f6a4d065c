"""What can be done in the admin around the review: nothing that reaches the public."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, WorkflowState

from portal.accounts.models import User
from portal.accounts.roles import TRANSLATOR
from portal.cms.models.base import NotPublishable
from portal.cms.tree import make_tree
from practices.models import GoodPracticePage
from practices.submissions import flow
from practices.submissions.models import Submission
from practices.submissions.states import UNDECIDED, State
from tests import works
from tests.practices.test_editing import practice_form

from . import cases

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]
_UNDECIDED_WITH_PAGE = sorted(UNDECIDED - {State.DRAFT, State.DECLINED, State.WITHDRAWN})


def browser(user: User) -> Client:
    """Give the browser of somebody who has logged in."""
    found = Client()
    found.force_login(user)
    return found


def translator() -> User:
    return cases.someone("translator@example.org", (TRANSLATOR, ""))


def superuser() -> User:
    found = cases.someone("root@example.org")
    found.is_superuser = True
    found.save()
    return found


def page_of(made: Submission) -> Page:
    assert made.page is not None
    return made.page


def post(user: User, page: Page, action: str) -> Any:
    """Press one of the buttons of the admin's editor."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = practice_form(title=page.title, slug=page.slug)
    return browser(user).post(address, form | {action: "1"})


def try_everything(user: User, page: Page) -> None:
    """Try by the admin's addresses whatever could publish a page."""
    client = browser(user)
    for action in ("action-publish", "action-submit", "action-restart-workflow"):
        post(user, page, action)
    state = page.current_workflow_state
    if state is not None and state.current_task_state is not None:
        task = state.current_task_state.pk
        for action in ("approve", "reject"):
            name = "wagtailadmin_pages:workflow_action"
            client.post(reverse(name, args=[page.pk, action, task]), {"comment": ""})
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{bulk}?id={page.pk}&next=/admin/", {"include_descendants": "on"})


@pytest.mark.parametrize("who", [cases.staff, translator, cases.author])
@pytest.mark.parametrize("state", _UNDECIDED_WITH_PAGE)
def test_nobody_but_the_secretariat_publishes_by_the_admin(who: Any, state: State) -> None:
    made = cases.submission(state)
    try_everything(who(), page_of(made))
    made.refresh_from_db()
    assert not made.is_public
    assert made.state == state


@pytest.mark.parametrize("who", [cases.secretariat, superuser])
def test_not_even_the_secretariat_publishes_what_is_in_review_but_by_its_desk(who: Any) -> None:
    made = cases.submission(State.SECTION_REVIEW)
    try_everything(who(), page_of(made))
    made.refresh_from_db()
    assert not made.is_public
    with pytest.raises(NotPublishable, match="decision on the desk"):
        page_of(made).get_latest_revision().publish()


@pytest.mark.parametrize("steps", [("decline",), ("decline", "reopen")])
def test_what_was_declined_or_reopened_is_not_published_by_the_editors_button(
    steps: tuple[str, ...],
) -> None:
    made = cases.submission(State.SECTION_REVIEW)
    for name in steps:
        cases.step(made, name)
    try_everything(cases.secretariat(), page_of(made))
    made.refresh_from_db()
    assert not made.is_public


@pytest.mark.parametrize("who", [cases.staff, translator])
def test_a_work_that_was_made_in_the_admin_is_published_by_the_secretariat_alone(who: Any) -> None:
    page = works.practice("mewa", live=False)
    page.save_revision()
    for _time in range(2):
        try_everything(who(), page)
        page = GoodPracticePage.objects.get(pk=page.pk)
        assert not page.live
        assert page.current_workflow_state is not None  # it was sent for moderation


def test_what_is_tried_here_does_publish_where_it_may() -> None:
    page = works.practice("mewa", live=False)
    try_everything(cases.secretariat(), page)
    page.refresh_from_db()
    assert page.live


def test_what_is_sent_for_moderation_in_the_admin_waits_for_the_secretariat() -> None:
    (task,) = GroupApprovalTask.objects.all()
    assert {group.name for group in task.groups.all()} == {"editor", "administrator"}
    page = works.practice("mewa", live=False)
    page.save_revision()
    page.get_workflow().start(page, cases.staff())
    page = GoodPracticePage.objects.get(pk=page.pk)
    actions = {name for name, _label, _modal in task.get_actions(page, cases.secretariat())}
    assert "approve" in actions
    assert task.get_actions(page, cases.staff()) == []


def test_approvers_whom_an_administrator_chose_stay() -> None:
    (task,) = GroupApprovalTask.objects.all()
    task.groups.set([Group.objects.get(name="administrator")])
    make_tree()
    assert [group.name for group in task.groups.all()] == ["administrator"]


def test_an_author_has_no_admin() -> None:
    made = cases.submission(State.SECTION_REVIEW)
    address = reverse("wagtailadmin_pages:edit", args=[page_of(made).pk])
    assert browser(cases.author()).get(address).status_code == 302


@pytest.mark.parametrize(
    ("state", "section", "secretariat"),
    [(State.SECTION_REVIEW, False, True), (State.SECRETARIAT_REVIEW, True, False)],
)
def test_a_page_is_locked_for_who_has_not_the_turn(
    state: State, section: bool, secretariat: bool
) -> None:
    page = page_of(cases.submission(state))
    lock = page.get_lock()
    assert lock.for_user(cases.staff()) is section
    assert lock.for_user(cases.secretariat()) is secretariat
    assert lock.for_user(translator())
    assert lock.for_user(cases.staff("africa"))


def test_the_editor_says_who_reviews_and_leads_to_the_desk() -> None:
    made = cases.submission(State.SECTION_REVIEW)
    address = reverse("wagtailadmin_pages:edit", args=[page_of(made).pk])
    shown = browser(cases.staff()).get(address).content.decode()
    assert "In review by the section" in shown
    assert reverse("submissions:case", args=[made.key]) in shown
    for action in ("action-submit", "action-cancel-workflow", "action-publish"):
        assert f'name="{action}"' not in shown


def test_the_secretariat_may_correct_what_is_published_in_the_admin() -> None:
    made = cases.submission(State.PUBLISHED)
    page = page_of(made)
    page.title = "Corrigé au secrétariat"
    page.save_revision(user=cases.secretariat()).publish(user=cases.secretariat())
    assert page_of(made).title == "Corrigé au secrétariat"
    flow.perform(made, "revise", cases.author())
    assert made.values["title"] == "Corrigé au secrétariat"


def test_translations_are_published_while_a_change_is_reviewed() -> None:
    made = cases.submission(State.REVISION)
    flow.perform(made, "send", cases.author())
    assert works.translated(page_of(made), "es").live


@pytest.mark.parametrize("meddle", ["cancel", "other"])
@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (State.SECTION_REVIEW, ("endorse", "publish")),
        (State.SECTION_REVIEW, ("ask_changes", "send", "endorse", "publish")),
        (State.SECTION_QUESTION, ("send", "endorse", "publish")),
        (State.SECRETARIAT_REVIEW, ("publish",)),
        (State.SECRETARIAT_REVIEW, ("ask_again", "send_again", "publish")),
        (State.SECRETARIAT_QUESTION, ("send_again", "publish")),
    ],
)
def test_what_the_admin_did_to_a_review_holds_up_nobody(
    state: State, steps: tuple[str, ...], meddle: str
) -> None:
    made = cases.submission(state)
    page = page_of(made)
    page.current_workflow_state.cancel(user=cases.staff())
    if meddle == "other":
        page = page_of(made)
        page.get_workflow().start(page, cases.staff())
    for name in steps:
        cases.step(made, name)
    assert made.state == State.PUBLISHED
    assert made.is_public
    left = WorkflowState.objects.for_instance(page_of(made)).active()
    assert not left.exists()


def test_what_was_sent_again_in_the_admin_can_still_be_sent_by_the_author() -> None:
    made = cases.submission(State.SECRETARIAT_QUESTION)
    page_of(made).current_workflow_state.resume(user=cases.staff())
    cases.step(made, "send_again")
    cases.step(made, "publish")
    assert made.is_public
