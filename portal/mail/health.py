"""How it stands with the mails, in numbers."""

from __future__ import annotations

import datetime

from django.utils import timezone

from .models import Mail

# A mail that is due for longer than this was not taken: no worker or no scheduler runs.
LATE = datetime.timedelta(minutes=15)


def measure() -> dict[str, int]:
    """Count the mails that wait, those of them that nobody takes, and those given up."""
    late = timezone.now() - LATE
    waiting = Mail.objects.filter(state=Mail.State.WAITING)
    return {
        "waiting": waiting.count(),
        "late": waiting.filter(next_attempt__lt=late).count(),
        "failed": Mail.objects.filter(state=Mail.State.FAILED).count(),
    }
