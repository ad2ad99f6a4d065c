"""A circuit breaker: a server that fails again and again is left in peace for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Counts failures in a row; after `failures` of them nothing is asked for `pause` seconds.

    Then one caller may try: if that succeeds all may, else the pause begins anew. A trial of which
    nothing is heard for another pause counts as lost. One object serves all threads of a process.

    clock: gives seconds that only grow.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        pause: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._closed_until: float | None = None

    def allows(self) -> bool:
        """Tell whether the server may be asked now; a yes after a pause is the one trial."""
        with self._lock:
            if self._closed_until is None:
                return True
            now = self._clock()
            if now < self._closed_until:
                return False
            self._closed_until = now + self._pause
            return True

    def succeeded(self) -> None:
        """Note that the server answered."""
        with self._lock:
            self._failed = 0
            self._closed_until = None

    def failed(self) -> bool:
        """Note that the server failed; tell whether a pause begins with this failure."""
        with self._lock:
            self._failed += 1
            if self._failed < self._most:
                return False
            self._closed_until = self._clock() + self._pause
            return True
