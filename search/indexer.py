"""Draining the outbox into the index, and building the index anew."""

from __future__ import annotations

import datetime
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from portal.taxonomy.snapshot import pinned

from .alone import alone
from .document import SearchDocument, build
from .engines import get_engine
from .engines.base import EngineUnavailable, WorksRefused
from .meaning.vectors import VectorStore
from .models import OutboxRow

logger = logging.getLogger(__name__)
BATCH = 200
MAX_ATTEMPTS = 8
ENGINE_SECONDS = 3
"""Seconds after which what the engine did not take is offered to it again."""
# Is told how many works have been read, and of how many.
Progress = Callable[[int, int], None]


@dataclass
class Drained:
    """What one batch did: works written, works removed, works that failed."""

    written: int = 0
    removed: int = 0
    failed: int = 0


class _Clock:
    """Gives versions: microseconds, each higher than the one before.

    The numbers of outbox rows would not do. A database that lets several transactions write at
    once numbers a row when it is written, not when it is committed, so a lower number may tell of
    a later change. A version is therefore the moment just before the work is read: of two
    documents, the one with the higher version has seen all that the other had to see. Workers on
    several machines need clocks that agree.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def now(self) -> int:
        """Give the next version."""
        with self._lock:
            self._last = max(time.time_ns() // 1000, self._last + 1)
            return self._last


_clock = _Clock()


def _read(key: UUID) -> tuple[int, SearchDocument | None]:
    """Read a work: the version of what is found, then the document itself."""
    version = _clock.now()
    with pinned():
        return version, build(key, version)


def _failure(key: UUID, error: Exception) -> str:
    logger.error("The work %s could not be prepared for the index", key, exc_info=error)
    return f"{type(error).__name__}: {error}"[:2000]


def _claim() -> list[OutboxRow]:
    """Take up the oldest due changes, those of pages first.

    What is claimed no longer stands for changes to come. Rows that a change under way has locked
    are left for the next time. A row whose worker ended before it was done is simply claimed again.
    """
    now = timezone.now()
    due = OutboxRow.objects.filter(dead=False, available_at__lte=now).order_by("priority", "id")
    if not due.exists():  # the usual case takes no lock
        return []
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True)[:BATCH])
        OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_at=now)
    return rows


def drain_batch() -> Drained | None:
    """Index the oldest due changes; give None when there are none.

    Every change of a work is answered by re-reading the work, so it is read once for all its
    rows. A work that cannot be built, or that the engine refuses, is tried again later and given
    up in the end; the others of its batch are indexed. An engine that does not answer leaves every
    row where it is.
    """
    rows = _claim()
    if not rows:
        return None
    documents: list[SearchDocument] = []
    deleted: dict[str, int] = {}
    errors: dict[UUID, str] = {}
    for key in dict.fromkeys(row.translation_key for row in rows):
        try:
            version, document = _read(key)
        except Exception as error:  # one broken work must not stop the others; it is kept and shown
            errors[key] = _failure(key, error)
            continue
        if document is None:
            deleted[str(key)] = version
        else:
            documents.append(document)
    try:
        get_engine().write(VectorStore().attach(documents), deleted)
    except WorksRefused as error:
        errors |= {UUID(key): reason for key, reason in error.reasons.items()}
    except EngineUnavailable as error:
        logger.warning("The search engine takes no changes: %s", error)
        _put_back(rows, str(error))
        raise
    except Exception:  # one of the works is broken in a way that shows only here: which one?
        logger.exception("A batch could not be indexed; its works are tried one by one")
        errors |= _one_by_one(documents, deleted)
    _postpone([row for row in rows if row.translation_key in errors], errors)
    done = [row for row in rows if row.translation_key not in errors]
    OutboxRow.objects.filter(pk__in=[row.pk for row in done]).delete()
    # What was given up before is mended with the work.
    OutboxRow.objects.filter(
        dead=True, translation_key__in={row.translation_key for row in done}
    ).delete()
    written = sum(UUID(document.id) not in errors for document in documents)
    return Drained(written, len(deleted), len(errors))


def _one_by_one(documents: list[SearchDocument], deleted: dict[str, int]) -> dict[UUID, str]:
    """Write works alone; give those that cannot be, with the reason. Raises EngineUnavailable."""
    engine = get_engine()
    errors: dict[UUID, str] = {}
    for document in documents:
        try:
            engine.write(VectorStore().attach([document]), {})
        except WorksRefused as error:
            errors |= {UUID(key): reason for key, reason in error.reasons.items()}
        except EngineUnavailable:
            raise
        except Exception as error:  # the broken one; it is kept and shown
            errors[UUID(document.id)] = _failure(UUID(document.id), error)
    engine.write([], deleted)
    return errors


def _put_back(rows: list[OutboxRow], error: str) -> None:
    """Put rows back that the engine did not take; that is not their fault and no attempt of theirs.

    They soon are due again, so that the index catches up as soon as the engine answers. The short
    delay lets others pass that it may take.
    """
    due = timezone.now() + datetime.timedelta(seconds=ENGINE_SECONDS)
    OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(
        error=error[:2000], available_at=due
    )


def _postpone(rows: list[OutboxRow], errors: dict[UUID, str]) -> None:
    """Put rows back with a growing delay; after enough attempts they wait for a person."""
    for row in rows:
        row.attempts += 1
        row.error = errors[row.translation_key][:2000]
        row.dead = row.attempts >= MAX_ATTEMPTS
        delay = min(2**row.attempts, 60)
        row.available_at = timezone.now() + datetime.timedelta(seconds=delay)
    OutboxRow.objects.bulk_update(rows, ["attempts", "error", "dead", "available_at"])


def drain() -> Drained:
    """Drain everything that is due. Raises EngineUnavailable when the engine takes nothing."""
    total = Drained()
    while (done := drain_batch()) is not None:
        total.written += done.written
        total.removed += done.removed
        total.failed += done.failed
    return total


def all_documents(
    failed: dict[UUID, str], progress: Progress | None = None
) -> Iterator[SearchDocument]:
    """Build the document of every work that may be found.

    failed: gets the works that cannot be built, with the reason. progress: is told now and then.
    """
    keys = list(
        Page.objects.filter(live=True, depth__gt=2)
        .order_by()
        .values_list("translation_key", flat=True)
        .distinct()
    )
    # Works are listed with the first that is asked for, when a new index already hears of changes.
    yield from _documents(keys, failed, progress)


def _documents(
    keys: list[UUID], failed: dict[UUID, str], progress: Progress | None = None
) -> Iterator[SearchDocument]:
    for count, key in enumerate(keys, start=1):
        if progress is not None and (count % 100 == 0 or count == len(keys)):
            progress(count, len(keys))
        try:
            _version, document = _read(key)
        except Exception as error:  # one broken work must not stop the others; it is reported
            failed[key] = _failure(key, error)
            continue
        if document is not None:
            yield document


def _parts(keys: list[int]) -> Iterator[list[int]]:
    """Cut a list into parts that fit a query."""
    for start in range(0, len(keys), 1000):
        yield keys[start : start + 1000]


class RebuildRefused(Exception):
    """Another rebuild is under way."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did: the number of documents, and the works that failed, with the reason."""

    count: int
    failed: dict[UUID, str]


def rebuild(progress: Progress | None = None) -> Rebuilt:
    """Build the index anew and replay what changed meanwhile.

    The works that cannot be built stand in the outbox afterwards, given up, with the reason.
    Raises RebuildRefused while another one is under way, on whatever machine.
    """
    with alone() as first:
        if not first:
            raise RebuildRefused("The search index is being rebuilt already.")
        return _rebuild(progress)


def rollback() -> None:
    """Let the index before the last rebuild answer again; what it missed is not in it.

    Raises RebuildRefused during a rebuild, EngineUnavailable where there is no way back.
    """
    with alone() as first:
        if not first:
            raise RebuildRefused("The search index is being rebuilt already.")
        get_engine().rollback()


def _rebuild(progress: Progress | None) -> Rebuilt:
    failed: dict[UUID, str] = {}
    # Exactly these rows are done afterwards: one with a lower number may still be committed
    # meanwhile. They are claimed, so that what changes meanwhile gets rows of its own.
    with transaction.atomic():
        rows = OutboxRow.objects.select_for_update(skip_locked=True)
        waiting = list(rows.values_list("pk", flat=True))
        for part in _parts(waiting):
            OutboxRow.objects.filter(pk__in=part).update(claimed_at=timezone.now())
    vectors = VectorStore()
    try:
        count = get_engine().rebuild(vectors.attach_all(all_documents(failed, progress)))
    except WorksRefused as error:  # the index is in place but for these
        failed |= {UUID(key): reason for key, reason in error.reasons.items()}
        count = get_engine().status().documents
    vectors.purge()
    with transaction.atomic():
        for part in _parts(waiting):
            OutboxRow.objects.filter(pk__in=part).delete()
        now = timezone.now()
        OutboxRow.objects.bulk_create(
            OutboxRow(
                translation_key=key, claimed_at=now, attempts=MAX_ATTEMPTS, dead=True, error=error
            )
            for key, error in failed.items()
        )
    drain()
    return Rebuilt(count, failed)


@dataclass
class Comparison:
    """How index and database differ, as translation keys; `failed` could not be compared.

    What differs because its change waits in the outbox is `waiting` and nothing else: the indexer
    comes to it, and the comparison is true without it.
    """

    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.orphaned or self.failed)


def compare() -> Comparison:
    """Compare the index with what the database says it should hold.

    A work whose vector is absent from the index, or another encoder's, is stale, too. What differs
    is looked at a second time: its change may have been noted and indexed meanwhile.
    """
    waiting = _waiting()
    failed: dict[UUID, str] = {}
    found = _compared(dict(get_engine().digests()), all_documents(failed), failed)
    differing = {*found.missing, *found.stale, *found.orphaned}
    if differing:
        indexed = {key: one for key, one in get_engine().digests().items() if key in differing}
        documents = _documents([UUID(key) for key in sorted(differing)], failed)
        found = _compared(indexed, documents, failed)
    waiting |= _waiting()  # what was noted while the works were read
    for keys in (found.missing, found.stale, found.orphaned):
        found.waiting += [key for key in keys if key in waiting]
        keys[:] = [key for key in keys if key not in waiting]
    return found


def _compared(
    indexed: dict[str, str], documents: Iterator[SearchDocument], failed: dict[UUID, str]
) -> Comparison:
    """Compare digests of the index with the works that it should hold.

    failed: the works that could not be read, with the reason; complete once `documents` are read.
    """
    found = Comparison()
    for document in VectorStore().attach_all(documents):
        digest = indexed.pop(document.id, None)
        if digest is None:
            found.missing.append(document.id)
        elif not document.is_indexed_as(digest):
            found.stale.append(document.id)
    found.failed = sorted(str(key) for key in failed)
    found.orphaned = sorted(indexed.keys() - set(found.failed))
    return found


def _waiting() -> set[str]:
    """Give the works whose change waits; what was given up waits no more."""
    keys = OutboxRow.objects.filter(dead=False).values_list("translation_key", flat=True)
    return {str(key) for key in keys}
