"""The engines, with a note of what each call took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from search.document import SearchDocument
from search.engines.base import NO_NEIGHBOURS, Hit, SearchResult
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.request import SearchRequest

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

    def note(self, call: Callable[[], Result]) -> Result:
        """Make a call and add up its time."""
        started, processor = time.perf_counter(), time.thread_time()
        result = call()
        self.wall += time.perf_counter() - started
        self.processor += time.thread_time() - processor
        return result

    def noted_search(self, call: Callable[[], SearchResult]) -> SearchResult:
        """Make a search and note what the engine says of it."""
        result = self.note(call)
        self.took += result.took
        self.total = result.total
        return result


class MeasuredEmbedded(Noted, EmbeddedEngine):
    """The embedded engine, noted."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)

    def search(
        self,
        request: SearchRequest,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> SearchResult:
        """Search, and note the time."""
        return self.noted_search(
            lambda: EmbeddedEngine.search(self, request, audiences, neighbours)
        )

    def neighbours(self, *args: Any, **kwargs: Any) -> Mapping[str, float]:
        """Find neighbours, and note the time."""
        return self.note(lambda: EmbeddedEngine.neighbours(self, *args, **kwargs))

    def complete(self, *args: Any, **kwargs: Any) -> tuple[Hit, ...]:
        """Complete, and note the time."""
        return self.note(lambda: EmbeddedEngine.complete(self, *args, **kwargs))

    def similar(self, *args: Any, **kwargs: Any) -> tuple[Hit, ...]:
        """Find similar works, and note the time."""
        return self.note(lambda: EmbeddedEngine.similar(self, *args, **kwargs))

    def get(self, key: str, audiences: frozenset[str]) -> SearchDocument | None:
        """Give a work, and note the time."""
        return self.note(lambda: EmbeddedEngine.get(self, key, audiences))

    def forget(self) -> None:
        """Forget counts of earlier searches, so that the next one is as the first of its kind."""
        if self._open is not None:
            self._open.counts.clear()


class MeasuredElasticsearch(Noted, ElasticsearchEngine):
    """The engine on Elasticsearch, noted."""

    def __init__(self, url: str, prefix: str) -> None:
        super().__init__(url, prefix=prefix, timeout=60.0)

    def search(
        self,
        request: SearchRequest,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> SearchResult:
        """Search, and note the time."""
        return self.noted_search(
            lambda: ElasticsearchEngine.search(self, request, audiences, neighbours)
        )

    def neighbours(self, *args: Any, **kwargs: Any) -> Mapping[str, float]:
        """Find neighbours, and note the time."""
        return self.note(lambda: ElasticsearchEngine.neighbours(self, *args, **kwargs))

    def complete(self, *args: Any, **kwargs: Any) -> tuple[Hit, ...]:
        """Complete, and note the time."""
        return self.note(lambda: ElasticsearchEngine.complete(self, *args, **kwargs))

    def similar(self, *args: Any, **kwargs: Any) -> tuple[Hit, ...]:
        """Find similar works, and note the time."""
        return self.note(lambda: ElasticsearchEngine.similar(self, *args, **kwargs))

    def get(self, key: str, audiences: frozenset[str]) -> SearchDocument | None:
        """Give a work, and note the time."""
        return self.note(lambda: ElasticsearchEngine.get(self, key, audiences))

    def forget(self) -> None:
        """Forget nothing: this engine remembers no counts (the server's own cache stays)."""
