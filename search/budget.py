"""How often, and for how long, the engine may be asked for the sake of one answer."""

from __future__ import annotations

import time


class Budget:
    """Questions to the engine, and seconds to ask them in; whichever ends first ends it."""

    def __init__(self, questions: int, seconds: float) -> None:
        """Take how many questions may be asked, and in how many seconds from now."""
        self._left = questions
        self._end = time.monotonic() + seconds

    def spend(self) -> bool:
        """Tell whether one more question may be asked, and count it."""
        if self._left < 1 or time.monotonic() >= self._end:
            return False
        self._left -= 1
        return True
