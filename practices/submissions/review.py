"""Reviews on Wagtail's workflows: section, then Secretariat; the end publishes.

The admin sees that a page is in review and by whom; decisions come from the flow alone, which knows
where a submission stands: what somebody ended or began in the admin meanwhile is put right here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import override
from wagtail.models import Page, Task, TaskState, Workflow, WorkflowState, WorkflowTask

from .models import SecretariatReviewTask, SectionReviewTask
from .states import Actor

NAME = "Review of submissions"
_TASKS: Mapping[Actor, type[Task]] = {
    Actor.SECTION: SectionReviewTask,
    Actor.SECRETARIAT: SecretariatReviewTask,
}


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
    cancel(page, user)
    workflow().start(Page.objects.get(pk=page.pk).specific, None)


def resume(page: Page, side: Actor, user: Any) -> None:
    """Send a page back to the review that had asked for changes."""
    state = page.current_workflow_state
    waits = state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES
    if waits and _is_of(state.current_task_state, side):
        state.resume(user=user)
    else:
        _at(page, side, user)


def approve(page: Page, side: Actor, user: Any, comment: str = "") -> None:
    """Pass a side's review of the latest draft; after the last one, Wagtail publishes."""
    task = _at(page, side, user)
    task.revision = page.get_latest_revision()
    task.save(update_fields=["revision"])
    task.approve(user=user, comment=comment)


def ask(page: Page, side: Actor, user: Any, comment: str) -> None:
    """Ask for changes."""
    _at(page, side, user).reject(user=user, comment=comment)


def cancel(page: Page, user: Any) -> None:
    """End the review that the page is in, if any."""
    state = page.current_workflow_state
    if state is not None:
        state.cancel(user=user)


def _at(page: Page, side: Actor, user: Any) -> TaskState:
    """Give the review of a page by a side, begun where the page is in none or in another one."""
    state = page.current_workflow_state
    task = state.current_task_state if state is not None else None
    if task is None or task.status != TaskState.STATUS_IN_PROGRESS or not _is_of(task, side):
        start(page, user)
        task = _current(page)
        if side is Actor.SECRETARIAT:
            task.approve(user=None)
            task = _current(page)
    found: TaskState = task
    return found


def _current(page: Page) -> TaskState:
    found: TaskState = Page.objects.get(pk=page.pk).current_workflow_state.current_task_state
    return found


def _is_of(task: TaskState | None, side: Actor) -> bool:
    return task is not None and isinstance(task.task.specific, _TASKS[side])
