"""The search engine that needs no server: an index of tantivy on the local disk.

Web processes read; one process at a time writes. Readers see a commit, or a rebuilt index, with
their next search. tantivy cuts the hits, scores them and counts the facets; what it lacks (words of
many languages, ties, highlights) is made beside it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import tantivy
from django.utils.translation import gettext as _
from tantivy import DocAddress, Occur, Query

from ..document import SearchDocument, Vector
from ..geography import Point
from ..request import SearchRequest
from . import embedded_schema as schema
from . import embedded_writer
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
from .contents import half_typed_term, nearness
from .embedded_faults import engine_faults
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
from .embedded_places import clusters, somewhere
from .embedded_query import (
    SIMILAR_SCALE,
    QueryBuilder,
    build_similar,
)
from .embedded_reader import TOTAL, Reader, commit_signature, living, open_index, values
from .embedded_spelling import build_spelled_like
from .generations import Generations
from .highlight import Highlighter
from .weights import MIN_PREFIX

_TILES_FINER = 2


class EmbeddedEngine:
    """A search engine in a folder of the local disk.

    path: the folder, which nothing else uses. lock_wait: seconds to wait for another writer.
    """

    name = "embedded"

    def __init__(self, path: Path, *, lock_wait: float = 30.0) -> None:
        self._generations = Generations(Path(path), schema.fingerprint(), lock_wait)
        self._open: Reader | None = None
        self._lock = threading.Lock()

    def search(
        self,
        request: SearchRequest,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> SearchResult:
        """Answer a search for a reader who may see works of `audiences`.

        neighbours: id -> nearness of works near in meaning; they match as if they held the words.
        Raises EngineUnavailable when there is no index, or none that can be read.
        """
        started = time.perf_counter()
        with engine_faults():
            reader = self._reader()
            builder = _builder(reader, request, audiences, neighbours)
            total, facets = reader.counts(builder)
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
        with engine_faults():
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
                places = _rows(reader, rows, audiences)
                chosen = [row for row in rows if row in places][: limit - len(found)]
                addresses = [places[row] for row in chosen]
                dense = values(reader.searcher, "density", addresses)
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
        with engine_faults():
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
        with engine_faults():
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
        with engine_faults():
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
        with engine_faults():
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
        with engine_faults():
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
            latitudes = [float(one or 0) for one in values(searcher, "latitude", addresses)]
            longitudes = [float(one or 0) for one in values(searcher, "longitude", addresses)]
        tiles = clusters(latitudes, longitudes, zoom + _TILES_FINER)
        return MapResult(len(addresses), clusters=tiles)

    def write(self, documents: Iterable[SearchDocument], deleted: Mapping[str, int]) -> None:
        """Index documents and remove others (id -> version) in one commit.

        A document or a deletion whose version is lower than what the index holds is left out. A
        deletion leaves its version behind until the next rebuild, so that a late retry of an older
        version does not bring the work back; the same or a higher version does. Raises
        EngineUnavailable when nothing was written.
        """
        embedded_writer.write(self._generations, documents, deleted)

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build a new index from these documents, then put it in the place of the old one.

        Searches are answered from the old one until then, and it is kept as the previous
        generation; writers wait, so that no change is written to an index about to be replaced.
        Gives the number of documents. An error of `documents` leaves everything as it was.
        """
        return embedded_writer.rebuild(self._generations, documents)

    def rollback(self) -> None:
        """Let the index before the last rebuild answer again. Raises EngineUnavailable."""
        with self._generations.lock(), engine_faults():
            self._generations.rollback()

    def digests(self) -> Mapping[str, str]:
        """Give id -> digest of every indexed document."""
        with engine_faults():
            reader = self._reader()
            searcher = reader.searcher
            found = searcher.search(living(reader.index), limit=max(1, searcher.num_docs)).hits
            stored = (searcher.doc(address) for _score, address in found)
            return {stored_text(one, "id"): stored_text(one, "digest") for one in stored}

    def status(self) -> EngineStatus:
        """Tell how the engine is; never raises."""
        try:
            with engine_faults():
                reader = self._reader()
                answer = reader.searcher.aggregate(living(reader.index), TOTAL)
                documents = int(answer["total"]["value"])
        except EngineUnavailable as error:
            return EngineStatus(self.name, False, 0, str(error))
        return EngineStatus(self.name, True, documents, _("The search index answers."))

    def _reader(self) -> Reader:
        """Give the current generation at its last commit, opening or reloading it if need be."""
        folder = self._generations.current()
        with self._lock:
            signature = commit_signature(folder)
            reader = self._open
            if reader and (reader.folder, reader.process) == (folder, os.getpid()):
                if reader.signature == signature:
                    return reader
                index = reader.index
                index.reload()
            else:
                index = open_index(folder)
            searcher = index.searcher()
            languages = tuple(code for code in STEMMED if searcher.doc_freq("stemmed", code))
            self._open = Reader(folder, index, searcher, signature, os.getpid(), languages)
            return self._open


def _builder(
    reader: Reader,
    request: SearchRequest,
    audiences: frozenset[str],
    neighbours: Mapping[str, float] = NO_NEIGHBOURS,
) -> QueryBuilder:
    circle = reader.circle(request.near)
    return QueryBuilder(
        reader.index.schema, request, audiences, reader.languages, neighbours, circle
    )


def _best(searcher: tantivy.Searcher, query: Query, order: Order, limit: int) -> list[Found]:
    """Give the first hits of a query in their order."""
    total = int(searcher.aggregate(query, TOTAL)["total"]["value"])
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


def _rows(reader: Reader, rows: list[int], audiences: frozenset[str]) -> Mapping[int, DocAddress]:
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
    named = values(reader.searcher, "row", addresses)
    return {int(row or 0): address for row, address in zip(named, addresses, strict=True)}


def _id_at(searcher: tantivy.Searcher, address: DocAddress) -> str:
    return stored_text(searcher.doc(address), "id")
