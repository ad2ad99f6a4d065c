"""The search engine that needs no server: an index of tantivy on the local disk.

Web processes read; one process at a time writes. Readers see a commit, or a rebuilt index, with
their next search. tantivy cuts the hits, scores them and counts the facets; what it lacks (words of
many languages, ties, highlights) is made beside it.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import tantivy
from django.utils.translation import gettext as _
from tantivy import DocAddress, Occur, Query

from ..document import SearchDocument, Vector
from ..facets import FACET_NAMES
from ..geography import Near, Point
from ..request import SearchRequest
from . import embedded_schema as schema
from .analysis import STEMMED
from .base import (
    MAX_POINTS,
    NO_NEIGHBOURS,
    EngineStatus,
    EngineUnavailable,
    Hit,
    MapResult,
    SearchResult,
)
from .contents import DELETED, facet_field, half_typed_term, nearness
from .embedded_hits import (
    BY_NUDGED_SCORE,
    BY_SCORE,
    Found,
    Order,
    document_at,
    labelled_document_at,
    order_of,
    read_hits,
    stored_text,
)
from .embedded_places import Places, clusters, somewhere
from .embedded_query import (
    SIMILAR_SCALE,
    QueryBuilder,
    build_similar,
    count_key,
)
from .embedded_spelling import build_spelled_like
from .embedded_vectors import Matrix, VectorWriter, read_vectors
from .generations import Generations
from .highlight import Highlighter
from .weights import MIN_PREFIX

logger = logging.getLogger(__name__)

_BUCKETS = 50_000  # more than any facet has values, below the library's limit on all buckets
_REMEMBERED = 256  # counts and circles
_HEAP = 32_000_000
_REBUILD_HEAP = 128_000_000
_TILES_FINER = 2
_TOTAL = {"total": {"value_count": {"field": "version"}}}

Counts = tuple[int, Mapping[str, Mapping[str, int]]]
Value = TypeVar("Value")


class _Memory(Generic[Value]):
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
class _Reader:
    """An open generation at one commit. What is remembered of it holds as long as it lives."""

    folder: Path
    index: tantivy.Index
    searcher: tantivy.Searcher
    signature: tuple[int, int, int]
    process: int
    languages: tuple[str, ...]
    counts: _Memory[Counts] = field(default_factory=_Memory)
    circles: _Memory[Query] = field(default_factory=_Memory)

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


class EmbeddedEngine:
    """A search engine in a folder of the local disk.

    path: the folder, which nothing else uses. lock_wait: seconds to wait for another writer.
    """

    name = "embedded"

    def __init__(self, path: Path, *, lock_wait: float = 30.0) -> None:
        self._generations = Generations(Path(path), schema.fingerprint(), lock_wait)
        self._open: _Reader | None = None
        self._lock = threading.Lock()

    def search(
        self,
        request: SearchRequest,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> SearchResult:
        """Answer a search for a reader who may see works of `audiences`.

        neighbours: id -> similarity of works near in meaning; they match as if they held the words.
        Raises EngineUnavailable when there is no index, or none that can be read.
        """
        started = time.perf_counter()
        with _engine_faults():
            reader = self._reader()
            builder = _builder(reader, request, audiences, neighbours)
            total, facets = self._counts(reader, builder)
            order = order_of(request)
            found = read_hits(
                reader.searcher,
                builder.build(),
                order,
                total,
                offset=request.offset,
                size=request.size,
            )
            hits = _hits(reader.searcher, found, request, scored=order is BY_NUDGED_SCORE)
            hits = _mark_by_meaning(reader.searcher, builder, found, hits)
        return SearchResult(hits, total, facets, time.perf_counter() - started, self.name)

    def neighbours(
        self, vector: Vector, audiences: frozenset[str], *, floor: float, limit: int = 100
    ) -> Mapping[str, float]:
        """Give id -> nearness of the works most similar to a vector, the nearest first.

        Only works of `audiences` whose cosine similarity is at least `floor`, at most `limit`.
        Every vector is compared. Raises EngineUnavailable.
        """
        with _engine_faults():
            reader = self._reader()
            if reader.vectors is None or limit < 1:
                return {}
            similarities = reader.vectors @ np.asarray(vector, dtype=np.float32)
            near = np.flatnonzero(similarities >= floor)
            near = near[np.argsort(-similarities[near], kind="stable")]
            found: list[tuple[float, str]] = []
            # Rows of deleted works and of those for others are among them: only the index knows.
            for start in range(0, len(near), 4 * limit):
                rows = [int(row) for row in near[start : start + 4 * limit]]
                living = _rows(reader, rows, audiences)
                chosen = [row for row in rows if row in living][: limit - len(found)]
                addresses = [living[row] for row in chosen]
                dense = _values(reader.searcher, "density", addresses)
                found += [
                    (-nearness(float(similarities[row]), density), _id_at(reader.searcher, address))
                    for row, density, address in zip(chosen, dense, addresses, strict=True)
                ]
                if len(found) >= limit:
                    break
        return {key: -away for away, key in sorted(found)}

    def complete(
        self, request: SearchRequest, audiences: frozenset[str], limit: int = 8
    ) -> tuple[Hit, ...]:
        """Give works whose title or place holds all words, the last of them perhaps half typed.

        Raises EngineUnavailable.
        """
        if not (request.words.terms or request.words.phrases):
            return ()
        with _engine_faults():
            reader = self._reader()
            query = _builder(reader, request, audiences).build_complete()
            found = _best(reader.searcher, query, BY_NUDGED_SCORE, limit)
            return _hits(reader.searcher, found, request, half_typed=1, passages=False)

    def spelled_like(
        self, word: str, audiences: frozenset[str], limit: int = 50
    ) -> tuple[SearchDocument, ...]:
        """Give works that hold a word which differs from `word` in at most two letters.

        Raises EngineUnavailable.
        """
        with _engine_faults():
            reader = self._reader()
            query = build_spelled_like(reader.searcher, reader.index.schema, word, audiences)
            if query is None:
                return ()
            found = _best(reader.searcher, query, BY_SCORE, limit)
            return tuple(
                labelled_document_at(reader.searcher, address) for _score, address in found
            )

    def get(self, key: str, audiences: frozenset[str]) -> SearchDocument | None:
        """Give a work as it is indexed, without vector and labels, or None where there is none.

        Raises EngineUnavailable.
        """
        with _engine_faults():
            reader = self._reader()
            made = reader.index.schema
            query = Query.boolean_query(
                [
                    (Occur.Must, Query.term_query(made, "id", key)),
                    (Occur.Must, Query.term_set_query(made, "audience", sorted(audiences))),
                ]
            )
            found = reader.searcher.search(query, limit=1, count=False).hits
            return document_at(reader.searcher, found[0][1]) if found else None

    def similar(
        self,
        document: SearchDocument,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
        limit: int = 6,
        *,
        language: str = "",
    ) -> tuple[Hit, ...]:
        """Give the works most like this one, which is not among them, to a reader of `language`.

        Raises EngineUnavailable.
        """
        with _engine_faults():
            reader = self._reader()
            query = build_similar(reader.index.schema, document, audiences, neighbours)
            found = _best(reader.searcher, query, BY_SCORE, limit)
            request = SearchRequest(language=language)
            hits = _hits(reader.searcher, found, request)
            return tuple(replace(hit, score=hit.score / SIMILAR_SCALE) for hit in hits)

    def map(
        self,
        request: SearchRequest,
        audiences: frozenset[str],
        zoom: int,
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> MapResult:
        """Give the works of a search that have a place, inside `request.box` if there is one.

        Raises EngineUnavailable.
        """
        with _engine_faults():
            reader = self._reader()
            searcher = reader.searcher
            builder = _builder(reader, request, audiences, neighbours)
            query = Query.boolean_query(
                [(Occur.Must, builder.build_count()), (Occur.Must, somewhere())]
            )
            found = searcher.search(query, limit=max(1, searcher.num_docs), count=False).hits
            addresses = [address for _score, address in found]
            if len(addresses) <= MAX_POINTS:
                points = [_point(document_at(searcher, one), request) for one in addresses]
                points.sort(key=lambda point: point.id)
                return MapResult(len(points), points=tuple(points))
            latitudes = [float(one or 0) for one in _values(searcher, "latitude", addresses)]
            longitudes = [float(one or 0) for one in _values(searcher, "longitude", addresses)]
        tiles = clusters(latitudes, longitudes, zoom + _TILES_FINER)
        return MapResult(len(addresses), clusters=tiles)

    def write(self, documents: Iterable[SearchDocument], deleted: Mapping[str, int]) -> None:
        """Index documents and remove others (id -> version) in one commit.

        A document or a deletion whose version is lower than what the index holds is left out. A
        deletion leaves its version behind until the next rebuild, so that a late retry of an older
        version does not bring the work back; the same or a higher version does. Raises
        EngineUnavailable when nothing was written.
        """
        batch = [(one, schema.index_document(one)) for one in documents]
        with self._generations.lock():
            with _engine_faults():
                folder = self._generations.current()
                index = _open_index(folder)
                indexed = _indexed(index, {*deleted, *(one.id for one, _made in batch)})
            with VectorWriter(folder) as vectors, _writing(index, _HEAP, vectors) as writer:
                for one, made in batch:
                    version, row = indexed.get(one.id, (one.version, None))
                    if one.version >= version:
                        row = _add_vector(made, one, vectors, row)
                        indexed[one.id] = one.version, row
                        writer.delete_documents_by_term("id", one.id)
                        writer.add_document(made)
                for key, version in deleted.items():
                    if version >= indexed.get(key, (version, None))[0]:
                        writer.delete_documents_by_term("id", key)
                        writer.add_document(schema.tombstone(key, version))

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build a new index from these documents, then put it in the place of the old one.

        Searches are answered from the old one until then, and it is kept as the previous
        generation; writers wait, so that no change is written to an index about to be replaced.
        Gives the number of documents. An error of `documents` leaves everything as it was.
        """
        with self._generations.lock():
            with _engine_faults():
                folder = self._generations.new()
            try:
                versions: dict[str, int] = {}
                with _engine_faults():
                    index = tantivy.Index(schema.build_schema(), path=str(folder))
                    schema.register_tokenizers(index)
                with (
                    VectorWriter(folder) as vectors,
                    _writing(index, _REBUILD_HEAP, vectors) as writer,
                ):
                    for one in documents:
                        if one.version < versions.get(one.id, one.version):
                            continue
                        made = schema.index_document(one)
                        _add_vector(made, one, vectors)
                        with _engine_faults():
                            if one.id in versions:
                                writer.delete_documents_by_term("id", one.id)
                            writer.add_document(made)
                        versions[one.id] = one.version
                with _engine_faults():
                    self._generations.publish(folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        return len(versions)

    def rollback(self) -> None:
        """Let the index before the last rebuild answer again. Raises EngineUnavailable."""
        with self._generations.lock(), _engine_faults():
            self._generations.rollback()

    def digests(self) -> Mapping[str, str]:
        """Give id -> digest of every indexed document."""
        with _engine_faults():
            reader = self._reader()
            searcher = reader.searcher
            found = searcher.search(_living(reader.index), limit=max(1, searcher.num_docs)).hits
            stored = (searcher.doc(address) for _score, address in found)
            return {stored_text(one, "id"): stored_text(one, "digest") for one in stored}

    def status(self) -> EngineStatus:
        """Tell how the engine is; never raises."""
        try:
            with _engine_faults():
                reader = self._reader()
                answer = reader.searcher.aggregate(_living(reader.index), _TOTAL)
                documents = int(answer["total"]["value"])
        except EngineUnavailable as error:
            return EngineStatus(self.name, False, 0, str(error))
        return EngineStatus(self.name, True, documents, _("The search index answers."))

    def _reader(self) -> _Reader:
        """Give the current generation at its last commit, opening or reloading it if need be."""
        folder = self._generations.current()
        with self._lock:
            signature = _signature(folder)
            reader = self._open
            if reader and (reader.folder, reader.process) == (folder, os.getpid()):
                if reader.signature == signature:
                    return reader
                index = reader.index
                index.reload()
            else:
                index = _open_index(folder)
            searcher = index.searcher()
            languages = tuple(code for code in STEMMED if searcher.doc_freq("stemmed", code))
            self._open = _Reader(folder, index, searcher, signature, os.getpid(), languages)
            return self._open

    def _counts(self, reader: _Reader, builder: QueryBuilder) -> Counts:
        """Count the works and the values of every facet, or remember them."""
        key = count_key(builder.request, builder.audiences, builder.neighbours)
        return reader.counts.get(key, lambda: _count(reader.searcher, builder))


def _builder(
    reader: _Reader,
    request: SearchRequest,
    audiences: frozenset[str],
    neighbours: Mapping[str, float] = NO_NEIGHBOURS,
) -> QueryBuilder:
    circle = reader.circle(request.near)
    return QueryBuilder(
        reader.index.schema, request, audiences, reader.languages, neighbours, circle
    )


def _count(searcher: tantivy.Searcher, builder: QueryBuilder) -> Counts:
    """Count under the whole search, and each selected facet under all but its own selection."""
    selected = [name for name in FACET_NAMES if builder.request.selections.get(name)]
    shared = [name for name in FACET_NAMES if name not in selected]
    asked: dict[str, Any] = {name: _terms(name) for name in shared}
    asked |= _TOTAL
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


def _best(searcher: tantivy.Searcher, query: Query, order: Order, limit: int) -> list[Found]:
    """Give the first hits of a query in their order."""
    total = int(searcher.aggregate(query, _TOTAL)["total"]["value"])
    return read_hits(searcher, query, order, total, size=limit)


def _hits(
    searcher: tantivy.Searcher,
    found: list[Found],
    request: SearchRequest,
    *,
    scored: bool = True,
    half_typed: int = MIN_PREFIX,
    passages: bool = True,
) -> tuple[Hit, ...]:
    """Read works and mark in them what was searched for."""
    highlighter = Highlighter(request, half_typed_term(request, half_typed))
    hits: list[Hit] = []
    for value, address in found:
        document = document_at(searcher, address)
        shown = highlighter.show(document)
        passage = shown.passage if passages else ""
        score = float(value) if scored else 0.0
        hits.append(Hit(document, score, shown.language, shown.title, passage))
    return tuple(hits)


def _mark_by_meaning(
    searcher: tantivy.Searcher, builder: QueryBuilder, found: list[Found], hits: tuple[Hit, ...]
) -> tuple[Hit, ...]:
    """Mark the hits whose words alone would not have matched."""
    near = [hit.document.id for hit in hits if hit.document.id in builder.neighbours]
    if not near or not builder.is_worded:
        return hits
    answer = searcher.search(builder.build_worded(near), limit=len(near), count=False)
    worded = {_place(address) for _score, address in answer.hits}
    keys = set(near)
    return tuple(
        replace(hit, by_meaning=True)
        if hit.document.id in keys and _place(address) not in worded
        else hit
        for hit, (_value, address) in zip(hits, found, strict=True)
    )


def _place(address: DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def _point(document: SearchDocument, request: SearchRequest) -> Point:
    language = document.best_language(request.language)
    text = document.texts[language]
    latitude, longitude = document.point or (0.0, 0.0)
    return Point(
        document.id,
        document.reference,
        document.type,
        text.title,
        text.url,
        language,
        latitude,
        longitude,
    )


def _rows(reader: _Reader, rows: list[int], audiences: frozenset[str]) -> Mapping[int, DocAddress]:
    """Give row -> work of those rows that the index names, for these audiences."""
    made = reader.index.schema
    query = Query.boolean_query(
        [
            (Occur.Must, Query.term_set_query(made, "row", rows)),
            (Occur.Must, Query.term_set_query(made, "audience", sorted(audiences))),
        ]
    )
    found = reader.searcher.search(query, limit=len(rows), count=False).hits
    addresses = [address for _score, address in found]
    named = _values(reader.searcher, "row", addresses)
    return {int(row or 0): address for row, address in zip(named, addresses, strict=True)}


def _id_at(searcher: tantivy.Searcher, address: DocAddress) -> str:
    return stored_text(searcher.doc(address), "id")


def _values(searcher: tantivy.Searcher, name: str, addresses: list[DocAddress]) -> list[Any]:
    return list(searcher.fast_field_values(name, addresses)) if addresses else []


def _add_vector(
    made: tantivy.Document, document: SearchDocument, vectors: VectorWriter, row: int | None = None
) -> int | None:
    """Put a work's vector beside the index and its row into the index's document.

    row: where the vector stands that the work had. Gives where the new one stands.
    """
    if document.vector is None:
        return None
    row = vectors.place(document.vector, row)
    made.add_unsigned("row", row)
    made.add_float("density", document.density)
    return row


def _living(index: tantivy.Index) -> Query:
    """Match every work, and no tombstone."""
    deleted = Query.term_query(index.schema, "audience", DELETED)
    return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, deleted)])


def _indexed(index: tantivy.Index, keys: Iterable[str]) -> dict[str, tuple[int, int | None]]:
    """Give id -> version and row of those keys that the index holds, deleted ones included."""
    searcher = index.searcher()
    indexed: dict[str, tuple[int, int | None]] = {}
    for key in keys:
        found = searcher.search(Query.term_query(index.schema, "id", key), limit=1).hits
        if found:
            addresses = [found[0][1]]
            version = _values(searcher, "version", addresses)[0]
            row = _values(searcher, "row", addresses)[0]
            indexed[key] = int(version or 0), None if row is None else int(row)
    return indexed


def _open_index(folder: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(folder))
    schema.register_tokenizers(index)
    index.config_reader("manual")
    return index


def _signature(folder: Path) -> tuple[int, int, int]:
    """Give what changes with every commit."""
    about = (folder / "meta.json").stat()
    return about.st_mtime_ns, about.st_ino, about.st_size


@contextmanager
def _writing(
    index: tantivy.Index, heap: int, vectors: VectorWriter
) -> Iterator[tantivy.IndexWriter]:
    """Write through a fresh writer and commit, or take everything back.

    Vectors are on the disk before the commit names them; those of a failed write stay unnamed.
    A writer kept open would leave files of merged segments behind.
    """
    with _engine_faults():
        writer = index.writer(heap_size=heap, num_threads=1)
    try:
        yield writer
        with _engine_faults():
            vectors.sync()
            writer.commit()
    except BaseException:
        with suppress(EngineUnavailable), _engine_faults():
            writer.rollback()
        raise
    finally:
        with _engine_faults():
            writer.wait_merging_threads()


@contextmanager
def _engine_faults() -> Iterator[None]:
    """Turn what the library and the disk throw into EngineUnavailable, and log it."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        logger.warning("The embedded search engine failed: %s", error, exc_info=True)
        raise EngineUnavailable(
            _("The search index cannot be read or written: rebuild needed.")
        ) from error
    except BaseException as error:
        # A panic of the library (a damaged file) comes as a BaseException without importable type.
        if type(error).__name__ != "PanicException":
            raise
        logger.warning("The embedded search engine failed: %s", error, exc_info=True)
        raise EngineUnavailable(_("The search index is damaged: rebuild needed.")) from error
