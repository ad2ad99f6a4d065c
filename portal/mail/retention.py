"""How long mails are kept: their texts for some months, that they were sent for a year."""

from __future__ import annotations

import datetime
import logging

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from .models import Mail

logger = logging.getLogger(__name__)

ROW_DAYS = 365


def forget() -> tuple[int, int]:
    """Empty the texts that are older than MAILS_DAYS, delete the rows that are older than a year.

    What still waits to be sent stays whole. Gives how many were emptied, and how many deleted.
    """
    now = timezone.now()
    settled = Mail.objects.exclude(state=Mail.State.WAITING)
    year = datetime.timedelta(days=max(ROW_DAYS, settings.MAILS_DAYS))
    deleted, _models = settled.filter(created__lt=now - year).delete()
    old = settled.filter(created__lt=now - datetime.timedelta(days=settings.MAILS_DAYS))
    emptied = old.exclude(Q(subject="") & Q(text="")).update(subject="", text="")
    if emptied or deleted:
        logger.info("The texts of %s mails are forgotten, and %s mails.", emptied, deleted)
    return emptied, deleted
