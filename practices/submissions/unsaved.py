"""What somebody typed and could not save, because they were not logged in any more.

It waits in the session of their browser until they have logged in, and is shown to them then.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.http import QueryDict

from .models import Submission

logger = logging.getLogger(__name__)

_NAME = "unsaved"
# Of all that one browser may leave behind.
MOST = 1_000_000
# What belongs to the form, not to the person: a new form has its own.
_OF_THE_FORM = ("csrfmiddlewaretoken", "do", "tab")


def keep(session: Any, key: uuid.UUID, step: str, data: QueryDict) -> bool:
    """Keep what was typed on a step; give False where it is too much, or about no submission.

    Strangers, who know no address of a submission, cannot fill the sessions' table so.
    """
    if not Submission.objects.filter(key=key).exists():
        return False
    typed = data.copy()
    for name in _OF_THE_FORM:
        typed.pop(name, None)
    waiting = {**session.get(_NAME, {}), f"{key}/{step}": typed.urlencode()}
    if sum(map(len, waiting.values())) > MOST:
        logger.warning("Too much was typed without a log-in for submission %s, on %s", key, step)
        return False
    session[_NAME] = waiting
    return True


def find(session: Any, key: object, step: str) -> QueryDict | None:
    """Give what waits to be saved on a step, or None."""
    typed = session.get(_NAME, {}).get(f"{key}/{step}")
    # Each value was counted when it was sent.
    return QueryDict(typed) if typed else None


def forget(session: Any, key: object, step: str) -> None:
    """Let go of what was kept of a step."""
    waiting = dict(session.get(_NAME, {}))
    if waiting.pop(f"{key}/{step}", None) is not None:
        session[_NAME] = waiting
