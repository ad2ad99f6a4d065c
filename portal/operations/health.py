"""The health address: search, mails and background work, in numbers for what watches the portal."""

from __future__ import annotations

import threading
import time
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.mail import health as mail_health
from search import health as search_health

from . import background

KEPT_SECONDS = 3.0
"""So long an answer is given again: anybody may ask, and asking costs the engine and queries."""


class _Answer:
    """The last answer of this process; while one thread measures, the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: dict[str, Any] | Exception = {}
        self._until = 0.0

    def get(self) -> dict[str, Any]:
        """Give what was measured, anew where that is too long ago.

        Raises what measuring raised; who asks within the same seconds does not wait for it again.
        """
        with self._lock:
            if time.monotonic() >= self._until:
                self._given = _measured()
                self._until = time.monotonic() + KEPT_SECONDS
            given = self._given
        if isinstance(given, Exception):
            raise given
        return given

    def forget(self) -> None:
        """Measure anew the next time, whenever that is."""
        self._until = 0.0


def _measured() -> dict[str, Any] | Exception:
    try:
        return {
            "search": search_health.measure().public(),
            "mails": mail_health.measure(),
            "background": background.measure(),
        }
    except Exception as error:  # whatever it is, it is raised for everybody who asks
        return error


answer = _Answer()


@never_cache
@require_safe
def view(request: HttpRequest) -> JsonResponse:
    """Answer the health address.

    The status code is 200 whatever the search or the worker does: pages are served without them,
    and a load balancer that took the portal away for that would make a small fault a large one.
    It is measured at most every few seconds, however often it is asked for. The cache is this
    process's memory, not Redis: the address must answer where that does not.
    """
    return JsonResponse(answer.get())
