"""The engines, with a note of what each call took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from search.document import SearchDocument
from search.engines.base import Hit, SearchResult
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine

Result = TypeVar("Result")


class Noted:
    """Adds up what calls took since `begin`: seconds by the clock and of the processor.

    took: what the engine itself said of its searches. total: works found by the last search.
    """

    wall = processor = took = 0.0
    total = 0

    def begin(self) -> None:
        """Begin to count anew."""
        self.wall = self.processor = self.took = 0.0

    def _note(self, call: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        """Make a call and add up its time."""
        started, processor = time.perf_counter(), time.thread_time()
        result = call(*args, **kwargs)
        self.wall += time.perf_counter() - started
        self.processor += time.thread_time() - processor
        return result

    def search(self, *args: Any, **kwargs: Any) -> SearchResult:
        """Search, and note the time and what the engine says of it."""
        result = self._note(super().search, *args, **kwargs)  # type: ignore[misc]
        self.took += result.took
        self.total = result.total
        return result

    def neighbours(self, *args: Any, **kwargs: Any) -> Mapping[str, float]:
        """Find neighbours, and note the time."""
        return self._note(super().neighbours, *args, **kwargs)  # type: ignore[misc]

    def complete(self, *args: Any, **kwargs: Any) -> tuple[Hit, ...]:
        """Complete, and note the time."""
        return self._note(super().complete, *args, **kwargs)  # type: ignore[misc]

    def similar(self, *args: Any, **kwargs: Any) -> tuple[Hit, ...]:
        """Find similar works, and note the time."""
        return self._note(super().similar, *args, **kwargs)  # type: ignore[misc]

    def get(self, *args: Any, **kwargs: Any) -> SearchDocument | None:
        """Give a work, and note the time."""
        return self._note(super().get, *args, **kwargs)  # type: ignore[misc]

    def forget(self) -> None:
        """Forget counts of earlier searches, where the engine remembers any."""


class MeasuredEmbedded(Noted, EmbeddedEngine):
    """The embedded engine, noted."""

    def forget(self) -> None:
        """Forget counts of earlier searches, so that the next one is as the first of its kind."""
        if self._open is not None:
            self._open.counted.clear()


class MeasuredElasticsearch(Noted, ElasticsearchEngine):
    """The engine on Elasticsearch, noted; the server's own cache stays."""

    def __init__(self, url: str, prefix: str) -> None:
        super().__init__(url, prefix=prefix, timeout=60.0)
