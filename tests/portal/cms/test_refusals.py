"""What is not publishable is said in the admin, wherever publication is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

from portal.accounts.models import User
from tests import works

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture
def page() -> Any:
    """A draft without what a practice needs."""
    draft = works.practice(live=False, title="Half a practice", lessons=[])
    draft.save_revision()
    return draft


@pytest.fixture
def approval(page: Any, editor: User) -> str:
    """The address at which an editor approves the draft."""
    task = GroupApprovalTask.objects.create(name="Reading")
    task.groups.set(editor.groups.all())
    workflow = Workflow.objects.create(name="Reading")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    state = workflow.start(page, editor).current_task_state
    return reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])


def said(client: Client, address: str) -> str:
    """Give the page at an address, with the messages that it shows."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_bulk_publishing(desk: Client, page: Any) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    address += f"?next=/admin/pages/{page.get_parent().pk}/&id={page.pk}"
    answer = desk.post(address, {}, headers={"referer": f"http://testserver{address}"})
    assert (answer.status_code, answer["Location"]) == (302, f"http://testserver{address}")
    assert "cannot be published yet" in said(desk, address)
    page.refresh_from_db()
    assert not page.live


def test_approving_in_a_workflow(desk: Client, page: Any, approval: str) -> None:
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = desk.post(approval, {"comment": ""})
    assert (answer.status_code, answer["Location"]) == (302, edit)
    assert "cannot be published yet" in said(desk, edit)
    page.refresh_from_db()
    assert not page.live
    assert page.current_workflow_state.current_task_state.status == "in_progress"


def test_approving_in_a_dialogue(desk: Client, page: Any, approval: str) -> None:
    answer = desk.post(
        approval,
        {"comment": ""},
        headers={
            "x-requested-with": "XMLHttpRequest",
            "referer": "http://testserver/admin/reports/",
        },
    )
    assert answer.json() == {"step": "success", "redirect": "http://testserver/admin/reports/"}


@pytest.mark.parametrize("referer", ["https://example.org/admin/", "http://testserver/en/"])
def test_nobody_is_led_out_of_the_admin(
    desk: Client, page: Any, approval: str, referer: str
) -> None:
    answer = desk.post(approval, {"comment": ""}, headers={"referer": referer})
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
