"""An open embedded index at one commit, and what is remembered of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import tantivy
from tantivy import DocAddress, Occur, Query

from ..facets import FACET_NAMES
from ..geography import Near
from . import embedded_schema as schema
from .contents import DELETED, facet_field
from .embedded_places import Places
from .embedded_query import QueryBuilder, count_key
from .embedded_vectors import Matrix, read_vectors

TOTAL = {"total": {"value_count": {"field": "version"}}}
"""What counts works."""
_BUCKETS = 50_000  # more than any facet has values, below the library's limit on all buckets
_REMEMBERED = 256  # counts and circles

Counts = tuple[int, Mapping[str, Mapping[str, int]]]
Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Remembers the last values that were made, by key; threads may share it."""

    def __init__(self) -> None:
        self._values: OrderedDict[object, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object, make: Callable[[], Value]) -> Value:
        """Give the value of a key, made if need be."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > _REMEMBERED:
                self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


@dataclass
class Reader:
    """An open generation at one commit. What is remembered of it holds as long as it lives."""

    folder: Path
    index: tantivy.Index
    searcher: tantivy.Searcher
    signature: tuple[int, int, int]
    process: int
    languages: tuple[str, ...]
    counted: Memory[Counts] = field(default_factory=Memory)
    circles: Memory[Query] = field(default_factory=Memory)

    @cached_property
    def vectors(self) -> Matrix | None:
        """Give the vectors that the index names by their rows, and others."""
        vectors = read_vectors(self.folder)
        rows = 0 if vectors is None else len(vectors)
        last = self.searcher.aggregate(Query.all_query(), {"last": {"max": {"field": "row"}}})
        if (named := last["last"]["value"]) is not None and named >= rows:
            raise ValueError("vectors are missing that the index names")
        return vectors

    @cached_property
    def places(self) -> Places:
        """Give all places of works."""
        terms = self.searcher.terms_with_prefix("place", "")
        return Places(term for term, _works in terms)

    def circle(self, near: Near | None) -> Query | None:
        """Match the works whose place lies in a circle."""
        if near is None:
            return None
        return self.circles.get(near, lambda: self.places.near(self.index.schema, near))

    def counts(self, builder: QueryBuilder) -> Counts:
        """Count the works and the values of every facet, or remember them."""
        key = count_key(builder.request, builder.audiences, builder.neighbours)
        return self.counted.get(key, lambda: _count(self.searcher, builder))


def open_index(folder: Path) -> tantivy.Index:
    """Open the index of a generation, to be reloaded by whoever holds it."""
    index = tantivy.Index.open(str(folder))
    schema.register_tokenizers(index)
    index.config_reader("manual")
    return index


def commit_signature(folder: Path) -> tuple[int, int, int]:
    """Give what changes with every commit."""
    about = (folder / "meta.json").stat()
    return about.st_mtime_ns, about.st_ino, about.st_size


def living(index: tantivy.Index) -> Query:
    """Match every work, and no tombstone."""
    deleted = Query.term_query(index.schema, "audience", DELETED)
    return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, deleted)])


def values(searcher: tantivy.Searcher, name: str, addresses: list[DocAddress]) -> list[Any]:
    """Give what a field holds, work by work, None where it is empty."""
    return list(searcher.fast_field_values(name, addresses)) if addresses else []


def _count(searcher: tantivy.Searcher, builder: QueryBuilder) -> Counts:
    """Count under the whole search, and each selected facet under all but its own selection."""
    selected = [name for name in FACET_NAMES if builder.request.selections.get(name)]
    shared = [name for name in FACET_NAMES if name not in selected]
    asked: dict[str, Any] = {name: _terms(name) for name in shared}
    asked |= TOTAL
    answer = searcher.aggregate(builder.build_count(), asked)
    facets = {name: _buckets(answer[name]) for name in shared}
    for name in selected:
        alone = searcher.aggregate(builder.build_count(without=name), {name: _terms(name)})
        facets[name] = _buckets(alone[name])
    return int(answer["total"]["value"]), {name: facets[name] for name in FACET_NAMES}


def _terms(name: str) -> dict[str, Any]:
    return {"terms": {"field": facet_field(name), "size": _BUCKETS}}


def _buckets(answer: Mapping[str, Any]) -> dict[str, int]:
    if answer["sum_other_doc_count"]:
        raise ValueError("a facet has more values than were asked for")
    return {bucket["key"]: int(bucket["doc_count"]) for bucket in answer["buckets"]}
