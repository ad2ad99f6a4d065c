"""How long the files of readings are kept."""

from __future__ import annotations

import datetime
import logging
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.utils import timezone

from ..models import WordReading

logger = logging.getLogger(__name__)

DAYS = 30


def forget_readings(now: datetime.datetime | None = None) -> int:
    """Delete readings and their files after DAYS days; give how many."""
    before = (now or timezone.now()) - datetime.timedelta(days=DAYS)
    deleted, _by_model = WordReading.objects.filter(created__lt=before).delete()
    if deleted:
        logger.info("Deleted %s readings of Word files from before %s", deleted, before.date())
    return deleted


def listen() -> None:
    """Let the file of a reading go with it, also where its submission is deleted."""
    post_delete.connect(_delete_file, sender=WordReading, dispatch_uid="word.keeping")


def _delete_file(instance: WordReading, **_more: Any) -> None:
    if not instance.file:
        return
    storage, name = instance.file.storage, str(instance.file.name)
    transaction.on_commit(lambda: storage.delete(name))
