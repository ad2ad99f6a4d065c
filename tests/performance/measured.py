"""The embedded engine, with a note of what each search took."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from search.engines.base import NO_NEIGHBOURS, SearchResult
from search.engines.embedded import EmbeddedEngine
from search.request import SearchRequest


class MeasuredEngine(EmbeddedEngine):
    """An engine that remembers its last search: seconds by the clock and of the processor."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.wall = 0.0
        self.processor = 0.0
        self.total = 0

    def search(
        self,
        request: SearchRequest,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> SearchResult:
        """Search, and note the time."""
        started = time.thread_time()
        result = super().search(request, audiences, neighbours)
        self.processor = time.thread_time() - started
        self.wall = result.took
        self.total = result.total
        return result

    def forget(self) -> None:
        """Forget counts of earlier searches, so that the next one is as the first of its kind."""
        if self._open is not None:
            self._open.counts.clear()
