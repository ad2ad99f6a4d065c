"""Reviews on Wagtail's workflows: section, then Secretariat; the end publishes.

The admin sees that a page is in review and by whom; decisions come from the flow alone.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import override
from wagtail.models import Page, TaskState, Workflow, WorkflowState, WorkflowTask

from .errors import Refused
from .models import SecretariatReviewTask, SectionReviewTask

NAME = "Review of submissions"


def workflow() -> Workflow:
    """Give the workflow of submissions, made where it is missing; known by its tasks."""
    tasks = SectionReviewTask.objects.filter(active=True)
    found = Workflow.objects.active().filter(workflow_tasks__task__in=tasks).first()
    if found is not None:
        return found
    with transaction.atomic(), override("en"):
        made = Workflow.objects.create(name=NAME)
        steps = (
            SectionReviewTask.objects.create(name="Review by the section"),
            SecretariatReviewTask.objects.create(name="Review by the Secretariat"),
        )
        for number, task in enumerate(steps):
            WorkflowTask.objects.create(workflow=made, task=task, sort_order=number)
    return made


def start(page: Page, user: Any) -> None:
    """Send a page's latest draft to the section's review, from the beginning.

    Nobody is noted as who asked: Wagtail would mail that person besides the portal's own mails.
    """
    state = page.current_workflow_state
    if state is not None:
        state.cancel(user=user)
    workflow().start(Page.objects.get(pk=page.pk).specific, None)


def resume(page: Page, user: Any) -> None:
    """Send a page back to the review that had asked for changes."""
    state = page.current_workflow_state
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        raise Refused(f"Page {page.pk} waits for no changes")
    state.resume(user=user)


def approve(page: Page, user: Any, comment: str = "") -> None:
    """Pass the review that the page is in; after the last one, Wagtail publishes."""
    _task(page).approve(user=user, comment=comment)


def ask(page: Page, user: Any, comment: str) -> None:
    """Ask for changes."""
    _task(page).reject(user=user, comment=comment)


def cancel(page: Page, user: Any) -> None:
    """End the review that the page is in, if any."""
    state = page.current_workflow_state
    if state is not None:
        state.cancel(user=user)


def _task(page: Page) -> TaskState:
    state = page.current_workflow_state
    task = state.current_task_state if state else None
    if task is None or task.status != TaskState.STATUS_IN_PROGRESS:
        raise Refused(f"Page {page.pk} is in no review")
    found: TaskState = task
    return found
