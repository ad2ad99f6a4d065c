"""Review of translations: sent by whoever may edit, decided by a second person.

wagtail-localize's editor knows only "publish". Here, what was translated becomes a draft of the
page, and Wagtail's workflows carry it to a reviewer, whose approval publishes it.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext, ngettext, override
from wagtail.log_actions import log
from wagtail.models import Page, TaskState, Workflow, WorkflowTask
from wagtail_localize.models import StringTranslation, Translation

from portal.accounts.roles import ADMINISTRATOR, EDITOR, group_of

from .models import TranslationReviewTask
from .state import machine_strings, progress

logger = logging.getLogger(__name__)
SUBMITTED = "portal.translation.submit"
MACHINE_APPROVED = "portal.translation.approve_machine"


class ReviewRefused(Exception):
    """A translation cannot be sent or decided; the text says why, for the person."""


def workflow() -> Workflow:
    """Give the workflow of translations, made where it is missing.

    It is known by its task: people may rename both.
    """
    found = (
        Workflow.objects.active()
        .filter(workflow_tasks__task__in=TranslationReviewTask.objects.filter(active=True))
        .first()
    )
    if found is not None:
        return found
    with transaction.atomic(), override("en"):
        made = Workflow.objects.create(name="Translation review")
        task = TranslationReviewTask.objects.create(name="Review of a translation")
        task.groups.set([group_of(EDITOR), group_of(ADMINISTRATOR)])
        WorkflowTask.objects.create(workflow=made, task=task, sort_order=0)
    return made


def page_of(translation: Translation) -> Any:
    """Give the page of a translation as it is in the database."""
    return translation.get_target_instance()


def task_of(page: Any) -> TaskState | None:
    """Give the review that a page is in, if any."""
    state = page.current_workflow_state
    task = state.current_task_state if state else None
    if task is None or task.status != TaskState.STATUS_IN_PROGRESS:
        return None
    return task if isinstance(task.task.specific, TranslationReviewTask) else None


def returned(page: Any) -> TaskState | None:
    """Give the review that asked for changes which have not been sent since, if any."""
    state = page.current_workflow_state
    if state is None or state.status != state.STATUS_NEEDS_CHANGES:
        return None
    task: TaskState | None = state.current_task_state
    return task


def may_submit(page: Any, user: Any) -> bool:
    """Tell whether a person may send a page's translation to review."""
    return bool(page.permissions_for_user(user).can_edit())


def may_decide(page: Any, user: Any) -> bool:
    """Tell whether a person may approve or return the translation of a page in review."""
    task = task_of(page)
    return task is not None and bool(task.task.specific.get_actions(page, user))


@transaction.atomic
def submit(translation: Translation, user: Any) -> None:
    """Send a translation to review.

    Raises ReviewRefused where passages are missing, the original is not published, or it is in
    review already.
    """
    _lock(translation)
    page = page_of(translation)
    if page.current_workflow_state is not None and returned(page) is None:
        raise ReviewRefused(gettext("This translation is in review already."))
    if not translation.source.get_source_instance().live:
        raise ReviewRefused(gettext("The original is not published; translate it once it is."))
    left = progress(translation).open
    if left:
        raise ReviewRefused(
            ngettext(
                "%(count)d passage has no translation yet.",
                "%(count)d passages have no translation yet.",
                left,
            )
            % {"count": left}
        )
    _save(translation, user)
    if returned(page) is not None:  # whoever sends it now is who must not approve it
        page.current_workflow_state.cancel(user=user)
    workflow().start(Page.objects.get(pk=page.pk).specific, user)


@transaction.atomic
def approve(translation: Translation, user: Any, seen: str, comment: str = "") -> None:
    """Approve and publish what the reviewer has seen.

    seen: the `fingerprint` that was shown. Raises ReviewRefused where the translation changed
    since, or cannot be saved.
    """
    _lock(translation)
    task = _task(translation)
    _check_seen(translation, seen)
    machine_strings(translation).update(translation_type="manual", last_translated_by=user)
    _save(translation, user)
    _check_seen(translation, seen)  # a passage may have been saved meanwhile
    task.approve(user=user, comment=comment)


@transaction.atomic
def send_back(translation: Translation, user: Any, comment: str) -> None:
    """Return a translation to whoever sent it, with what is to be mended.

    Raises ReviewRefused where nothing is said.
    """
    task = _task(translation)
    if not comment.strip():
        raise ReviewRefused(gettext("Say what is to be changed."))
    task.reject(user=user, comment=comment)


@transaction.atomic
def approve_machine(translation: Translation, user: Any) -> int:
    """Take what a machine wrote as approved by a person; give the number of passages."""
    count = machine_strings(translation).update(translation_type="manual", last_translated_by=user)
    page = page_of(translation)
    mark(page)
    log(instance=page, action=MACHINE_APPROVED, user=user, data={"passages": count})
    return int(count)


def mark(page: Any) -> None:
    """Note on a page whether its text holds what a machine wrote and nobody approved."""
    translation = translation_of(page)
    found = translation is not None and machine_strings(translation).exists()
    if page.machine_translated != found:
        page.machine_translated = found
        # Through save, not update: the index and the caches listen.
        page.save(update_fields=["machine_translated"], clean=False)


def translation_of(page: Any) -> Translation | None:
    """Give what wagtail-localize knows of a page as a translation, if it is one."""
    found: Translation | None = (
        Translation.objects.filter(
            source__object_id=page.translation_key, target_locale_id=page.locale_id, enabled=True
        )
        .select_related("source", "target_locale")
        .first()
    )
    return found


def fingerprint(translation: Translation) -> str:
    """Give what changes with every change of a translation's strings or of its source."""
    strings = StringTranslation.objects.filter(
        locale_id=translation.target_locale_id, context__object_id=translation.source.object_id
    )
    last = strings.aggregate(last=Max("updated_at"))["last"]
    text = f"{last}|{strings.count()}|{translation.source.last_updated_at}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _lock(translation: Translation) -> None:
    """Let nobody else send or decide the same translation until the transaction ends."""
    Translation.objects.select_for_update().get(pk=translation.pk)


def _check_seen(translation: Translation, seen: str) -> None:
    if seen != fingerprint(translation):
        raise ReviewRefused(
            gettext("The translation changed while you read it; please look at it again.")
        )


def _task(translation: Translation) -> TaskState:
    task = task_of(page_of(translation))
    if task is None:
        raise ReviewRefused(gettext("This translation is not in review."))
    return task


def _save(translation: Translation, user: Any) -> None:
    """Make a draft of what is translated.

    wagtail-localize's own way writes into the page's row before it makes the revision: of a page
    that is published, readers would see what nobody has approved.
    """
    try:
        if page_of(translation).live:
            translated = translation.source.get_ephemeral_translated_instance(
                translation.target_locale, fallback=True
            )
            translated.save_revision(user=user)
        else:
            translation.save_target(user=user, publish=False)
    except ValidationError as error:
        logger.info("The translation %s cannot be saved: %s", translation.pk, error)
        raise ReviewRefused(
            gettext("The translation cannot be saved: %(reason)s")
            % {"reason": " ".join(error.messages)}
        ) from error
