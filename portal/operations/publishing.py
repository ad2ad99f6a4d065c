"""Publishing and expiring by the clock; what one page lacks keeps no other from its time."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import DraftStateMixin, Page, Revision

from portal.cms.wagtail_hooks import SCHEDULE_REFUSED

logger = logging.getLogger(__name__)


def publish_scheduled() -> None:
    """Expire what has had its time, then publish what has come to it, as Wagtail's command does.

    A page that cannot be published, for what it lacks, is taken off the schedule; its history and
    the log say why. Raises ExceptionGroup, at the end, with the faults that nobody foresaw.
    """
    faults = [fault for step in (_expire, _publish) for fault in step()]
    if faults:
        raise ExceptionGroup("Scheduled publication failed in part.", faults)


def _expire() -> Iterator[Exception]:
    """Take offline what has had its time; give the faults."""
    models = [Page] + [
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    for model in models:
        due = model.objects.filter(live=True, expire_at__lt=timezone.now()).order_by("expire_at")
        for item in list(due):
            try:
                with transaction.atomic():
                    item.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
            except Exception as error:  # others must not stay for it; raised when all is done
                error.add_note(f"Expiry of {item!r}")
                yield error


def _publish() -> Iterator[Exception]:
    """Publish the versions whose time has come; give the faults."""
    due = Revision.objects.filter(approved_go_live_at__lt=timezone.now())
    for revision in list(due.order_by("approved_go_live_at")):
        try:
            with transaction.atomic():
                revision.publish(log_action="wagtail.publish.scheduled")
        except ValidationError as error:
            _refuse(revision, error)
        except Exception as error:  # others must not wait for it; raised when all is done
            error.add_note(f"Publication of {revision!r}")
            yield error


def _refuse(revision: Revision, error: ValidationError) -> None:
    """Take a version off the schedule, and note why."""
    reason = " ".join(error.messages)
    logger.warning("Not published at its time: %s (%s)", revision.object_str, reason)
    with transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        log(
            instance=revision.content_object,
            action=SCHEDULE_REFUSED,
            revision=revision,
            data={"reason": reason},
        )
