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
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tantivy
from django.utils.translation import gettext as _
from tantivy import DocAddress, Occur, Query

from ..document import SearchDocument
from ..facets import FACET_NAMES
from ..request import SearchRequest, Sort
from . import embedded_schema as schema
from .analysis import STEMMED
from .base import EngineStatus, EngineUnavailable, Hit, SearchResult
from .embedded_query import QueryBuilder, count_key, half_typed_term
from .generations import Generations
from .highlight import Highlighter

log = logging.getLogger(__name__)

_BUCKETS = 50_000  # more than any facet has values, below the library's limit on all buckets
_CACHED_COUNTS = 256
_MARGIN = 32  # hits read on both sides of a page, to see whether equals stand across its edges
_HEAP = 32_000_000
_REBUILD_HEAP = 128_000_000

Counts = tuple[int, Mapping[str, Mapping[str, int]]]
Found = tuple[Any, DocAddress]


@dataclass
class _Reader:
    """An open generation at one commit. Totals and counts are remembered as long as it lives."""

    folder: Path
    index: tantivy.Index
    searcher: tantivy.Searcher
    signature: tuple[int, int, int]
    process: int
    languages: tuple[str, ...]
    counts: OrderedDict[object, Counts] = field(default_factory=OrderedDict)


class EmbeddedEngine:
    """A search engine in a folder of the local disk.

    path: the folder, which nothing else uses. lock_wait: seconds to wait for another writer.
    """

    name = "embedded"

    def __init__(self, path: Path, *, lock_wait: float = 30.0) -> None:
        self._generations = Generations(Path(path), schema.fingerprint(), lock_wait)
        self._open: _Reader | None = None
        self._lock = threading.Lock()

    def search(self, request: SearchRequest, audiences: frozenset[str]) -> SearchResult:
        """Answer a search for a reader who may see works of `audiences`.

        Raises EngineUnavailable when there is no index, or none that can be read.
        """
        started = time.perf_counter()
        with _engine_faults():
            reader = self._reader()
            builder = QueryBuilder(reader.index.schema, request, audiences, reader.languages)
            total, facets = self._counts(reader, builder)
            found = _page(reader.searcher, builder.build(), request, total)
            highlighter = Highlighter(request, half_typed_term(request))
            hits = tuple(_hit(reader.searcher, one, request, highlighter) for one in found)
        return SearchResult(hits, total, facets, time.perf_counter() - started, self.name)

    def write(self, documents: Iterable[SearchDocument], deleted: Mapping[str, int]) -> None:
        """Index documents and remove others (id -> version) in one commit.

        A document or a deletion whose version is lower than what the index holds is left out. A
        deletion leaves its version behind until the next rebuild, so that a late retry of an older
        version does not bring the work back; the same or a higher version does. Raises
        EngineUnavailable when nothing was written.
        """
        batch = [(one.id, one.version, schema.index_document(one)) for one in documents]
        with self._generations.lock(), _engine_faults():
            index = _open_index(self._generations.current())
            versions = _versions(index, {*deleted, *(key for key, _version, _made in batch)})
            with _writing(index, _HEAP) as writer:
                for key, version, made in batch:
                    if version >= versions.get(key, version):
                        versions[key] = version
                        writer.delete_documents_by_term("id", key)
                        writer.add_document(made)
                for key, version in deleted.items():
                    if version >= versions.get(key, version):
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
                with _writing(index, _REBUILD_HEAP) as writer:
                    for one in documents:
                        if one.version < versions.get(one.id, one.version):
                            continue
                        made = schema.index_document(one)
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

    def digests(self) -> Mapping[str, str]:
        """Give id -> digest of every indexed document."""
        with _engine_faults():
            reader = self._reader()
            searcher = reader.searcher
            found = searcher.search(_living(reader.index), limit=max(1, searcher.num_docs)).hits
            stored = (searcher.doc(address) for _score, address in found)
            return {_text(one, "id"): _text(one, "digest") for one in stored}

    def status(self) -> EngineStatus:
        """Tell how the engine is; never raises."""
        try:
            with _engine_faults():
                reader = self._reader()
                total = {"total": {"value_count": {"field": "version"}}}
                answer = reader.searcher.aggregate(_living(reader.index), total)
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
        key = count_key(builder.request, builder.audiences)
        with self._lock:
            if key in reader.counts:
                reader.counts.move_to_end(key)
                return reader.counts[key]
        counts = _count(reader.searcher, builder)
        with self._lock:
            reader.counts[key] = counts
            while len(reader.counts) > _CACHED_COUNTS:
                reader.counts.popitem(last=False)
        return counts


def _count(searcher: tantivy.Searcher, builder: QueryBuilder) -> Counts:
    """Count under the whole search, and each selected facet under all but its own selection."""
    selected = [name for name in FACET_NAMES if builder.request.selections.get(name)]
    shared = [name for name in FACET_NAMES if name not in selected]
    asked: dict[str, Any] = {name: _terms(name) for name in shared}
    asked["total"] = {"value_count": {"field": "version"}}
    answer = searcher.aggregate(builder.build(), asked)
    facets = {name: _buckets(answer[name]) for name in shared}
    for name in selected:
        alone = searcher.aggregate(builder.build(without=name), {name: _terms(name)})
        facets[name] = _buckets(alone[name])
    return int(answer["total"]["value"]), {name: facets[name] for name in FACET_NAMES}


def _terms(name: str) -> dict[str, Any]:
    return {"terms": {"field": schema.facet_field(name), "size": _BUCKETS}}


def _buckets(answer: Mapping[str, Any]) -> dict[str, int]:
    if answer["sum_other_doc_count"]:
        raise ValueError("a facet has more values than were asked for")
    return {bucket["key"]: int(bucket["doc_count"]) for bucket in answer["buckets"]}


def _page(
    searcher: tantivy.Searcher, query: Query, request: SearchRequest, total: int
) -> list[Found]:
    """Give the hits of one page in their order.

    The index orders by one value; works equal in it fall by date, then id. So the page is read
    with a margin that grows until it holds all the equals of the page's first and last hit.
    """
    offset, size = request.offset, request.size
    if offset >= total or size < 1:
        return []
    low, high = max(0, offset - _MARGIN), min(total, offset + size + _MARGIN)
    last = min(total, offset + size) - 1
    order = _order(request)
    while True:
        found = searcher.search(query, limit=high - low, offset=low, count=False, **order).hits
        if low and found[0][0] == found[offset - low][0]:
            low = max(0, low - 4 * (high - low))
        elif high < total and found[-1][0] == found[last - low][0]:
            high = min(total, high + 4 * (high - low))
        else:
            break
    return _by_date(searcher, found)[offset - low : last - low + 1]


def _order(request: SearchRequest) -> dict[str, Any]:
    """Give how the index is to order the hits."""
    if request.sort is Sort.TITLE:
        field_name = schema.title_order(request.language)
        return {"order_by_field": field_name, "order": tantivy.Order.Asc}
    if request.sort is Sort.YEAR:
        return {"order_by_field": "by_year"}
    if request.sort is Sort.RELEVANCE and (request.words.terms or request.words.phrases):
        return {"weight_by_field": "nudge"}
    return {"order_by_field": "newest"}


def _by_date(searcher: tantivy.Searcher, found: list[Found]) -> list[Found]:
    """Order those that are equal by date, then id."""
    ordered: list[Found] = []
    for equals in _groups(found, [value for value, _address in found]):
        if len(equals) == 1:
            ordered += equals
            continue
        dates = searcher.fast_field_values("newest", [address for _value, address in equals])
        pairs = sorted(zip(dates, equals, strict=True), key=lambda pair: -int(pair[0] or 0))
        for same in _groups([one for _date, one in pairs], [date for date, _one in pairs]):
            ordered += sorted(same, key=lambda one: _exact(searcher, one)) if same[1:] else same
    return ordered


def _groups(found: list[Found], values: list[Any]) -> Iterator[list[Found]]:
    """Cut a list where the value changes."""
    start = 0
    for end in range(1, len(found) + 1):
        if end == len(found) or values[end] != values[start]:
            yield found[start:end]
            start = end


def _exact(searcher: tantivy.Searcher, one: Found) -> tuple[int, str]:
    document = _document(searcher, one[1])
    return -schema.published_at(document.published), document.id


def _document(searcher: tantivy.Searcher, address: DocAddress) -> SearchDocument:
    return SearchDocument.from_json(_text(searcher.doc(address), "source"))


def _text(stored: tantivy.Document, name: str) -> str:
    value: bytes | str = stored.get_first(name) or b""
    return value if isinstance(value, str) else bytes(value).decode()


def _hit(
    searcher: tantivy.Searcher,
    one: Found,
    request: SearchRequest,
    highlighter: Highlighter,
) -> Hit:
    value, address = one
    document = _document(searcher, address)
    shown = highlighter.show(document)
    score = float(value) if "weight_by_field" in _order(request) else 0.0
    return Hit(document, score, shown.language, shown.title, shown.passage)


def _living(index: tantivy.Index) -> Query:
    """Match every work, and no tombstone."""
    deleted = Query.term_query(index.schema, "audience", schema.DELETED)
    return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, deleted)])


def _versions(index: tantivy.Index, keys: Iterable[str]) -> dict[str, int]:
    """Give id -> version of those keys that the index holds, deleted ones included."""
    searcher = index.searcher()
    versions: dict[str, int] = {}
    for key in keys:
        found = searcher.search(Query.term_query(index.schema, "id", key), limit=1).hits
        if found:
            version = searcher.fast_field_values("version", [found[0][1]])[0]
            versions[key] = int(version or 0)
    return versions


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
def _writing(index: tantivy.Index, heap: int) -> Iterator[tantivy.IndexWriter]:
    """Write through a fresh writer and commit, or take everything back.

    A writer kept open would leave files of merged segments behind.
    """
    with _engine_faults():
        writer = index.writer(heap_size=heap, num_threads=1)
    try:
        yield writer
        with _engine_faults():
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
        log.warning("The embedded search engine failed: %s", error, exc_info=True)
        raise EngineUnavailable(
            _("The search index cannot be read or written: rebuild needed.")
        ) from error
    except BaseException as error:
        # A panic of the library (a damaged file) comes as a BaseException without importable type.
        if type(error).__name__ != "PanicException":
            raise
        log.warning("The embedded search engine failed: %s", error, exc_info=True)
        raise EngineUnavailable(_("The search index is damaged: rebuild needed.")) from error
