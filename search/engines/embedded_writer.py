"""How works come into the embedded index: one process at a time writes, and commits once."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

import tantivy
from tantivy import Query

from ..document import SearchDocument
from . import embedded_schema as schema
from .base import EngineUnavailable
from .embedded_faults import engine_faults
from .embedded_reader import open_index, values
from .embedded_vectors import VectorWriter
from .generations import Generations

_HEAP = 32_000_000
_REBUILD_HEAP = 128_000_000


def write(
    generations: Generations, documents: Iterable[SearchDocument], deleted: Mapping[str, int]
) -> None:
    """Index documents and remove others (id -> version) in one commit.

    A document or a deletion whose version is lower than what the index holds is left out. A
    deletion leaves its version behind until the next rebuild, so that a late retry of an older
    version does not bring the work back; the same or a higher version does. Raises
    EngineUnavailable when nothing was written.
    """
    batch = [(one, schema.index_document(one)) for one in documents]
    with generations.lock():
        with engine_faults():
            folder = generations.current()
            index = open_index(folder)
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


def rebuild(generations: Generations, documents: Iterable[SearchDocument]) -> int:
    """Build a new index from these documents, then put it in the place of the old one.

    Searches are answered from the old one until then, and it is kept as the previous
    generation; writers wait, so that no change is written to an index about to be replaced.
    Gives the number of documents. An error of `documents` leaves everything as it was.
    """
    with generations.lock():
        with engine_faults():
            folder = generations.new()
        try:
            versions: dict[str, int] = {}
            with engine_faults():
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
                    with engine_faults():
                        if one.id in versions:
                            writer.delete_documents_by_term("id", one.id)
                        writer.add_document(made)
                    versions[one.id] = one.version
            with engine_faults():
                generations.publish(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return len(versions)


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


def _indexed(index: tantivy.Index, keys: Iterable[str]) -> dict[str, tuple[int, int | None]]:
    """Give id -> version and row of those keys that the index holds, deleted ones included."""
    searcher = index.searcher()
    indexed: dict[str, tuple[int, int | None]] = {}
    for key in keys:
        found = searcher.search(Query.term_query(index.schema, "id", key), limit=1).hits
        if found:
            addresses = [found[0][1]]
            version = values(searcher, "version", addresses)[0]
            row = values(searcher, "row", addresses)[0]
            indexed[key] = int(version or 0), None if row is None else int(row)
    return indexed


@contextmanager
def _writing(
    index: tantivy.Index, heap: int, vectors: VectorWriter
) -> Iterator[tantivy.IndexWriter]:
    """Write through a fresh writer and commit, or take everything back.

    Vectors are on the disk before the commit names them; those of a failed write stay unnamed.
    A writer kept open would leave files of merged segments behind.
    """
    with engine_faults():
        writer = index.writer(heap_size=heap, num_threads=1)
    try:
        yield writer
        with engine_faults():
            vectors.sync()
            writer.commit()
    except BaseException:
        with suppress(EngineUnavailable), engine_faults():
            writer.rollback()
        raise
    finally:
        with engine_faults():
            writer.wait_merging_threads()
