"""Draining the outbox into the index, and building the index anew."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from wagtail.models import Page

from portal.taxonomy.snapshot import pinned

from .document import SearchDocument, build
from .engines import get_engine
from .engines.base import EngineUnavailable
from .models import OutboxRow

logger = logging.getLogger(__name__)
BATCH = 200
MAX_ATTEMPTS = 8


@dataclass
class Drained:
    """What one batch did: works written, works removed, works that failed."""

    written: int = 0
    removed: int = 0
    failed: int = 0


def drain_batch() -> Drained | None:
    """Index the oldest due changes; give None when there are none.

    Every change of a work is answered by re-reading the work, so the last row of a work counts
    for all of them. A work that cannot be built is tried again later, alone; an engine that does
    not answer leaves every row where it is.
    """
    now = timezone.now()
    rows = list(OutboxRow.objects.filter(dead=False, available_at__lte=now).order_by("id")[:BATCH])
    if not rows:
        return None
    versions: dict[UUID, int] = {}
    for row in rows:
        versions[row.translation_key] = row.pk
    documents: list[SearchDocument] = []
    deleted: dict[str, int] = {}
    errors: dict[UUID, str] = {}
    for key, version in versions.items():
        try:
            with pinned():
                document = build(key, version)
        except Exception as error:  # one broken work must not stop the others; it is kept and shown
            logger.exception("The work %s could not be prepared for the index", key)
            errors[key] = f"{type(error).__name__}: {error}"
            continue
        if document is None:
            deleted[str(key)] = version
        else:
            documents.append(document)
    try:
        get_engine().write(documents, deleted)
    except EngineUnavailable as error:
        logger.warning("The search engine takes no changes: %s", error)
        _postpone(rows, {row.translation_key: str(error) for row in rows}, may_die=False)
        raise
    _postpone([row for row in rows if row.translation_key in errors], errors, may_die=True)
    OutboxRow.objects.filter(
        pk__in=[row.pk for row in rows if row.translation_key not in errors]
    ).delete()
    return Drained(len(documents), len(deleted), len(errors))


def _postpone(rows: list[OutboxRow], errors: dict[UUID, str], *, may_die: bool) -> None:
    """Put rows back with a growing delay; after enough attempts they wait for a person."""
    for row in rows:
        row.attempts = min(row.attempts + 1, 1000)
        row.error = errors[row.translation_key][:2000]
        row.dead = may_die and row.attempts >= MAX_ATTEMPTS
        delay = min(2 ** min(row.attempts, 8), 60)
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


def all_documents(progress: Callable[[int], None] | None = None) -> Iterator[SearchDocument]:
    """Build the document of every work that may be found."""
    version = OutboxRow.objects.aggregate(last=Max("id"))["last"] or 0
    keys = (
        Page.objects.filter(live=True, depth__gt=2)
        .order_by()
        .values_list("translation_key", flat=True)
        .distinct()
    )
    for count, key in enumerate(list(keys), start=1):
        try:
            with pinned():
                document = build(key, version)
        except Exception:  # one broken work must not stop a rebuild; search_check finds it again
            logger.exception("The work %s could not be prepared for the index", key)
            continue
        if document is not None:
            yield document
        if progress is not None and count % 100 == 0:
            progress(count)


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Build the index anew and replay what changed meanwhile; gives the number of documents."""
    with transaction.atomic():
        mark = OutboxRow.objects.aggregate(last=Max("id"))["last"] or 0
    count = get_engine().rebuild(all_documents(progress))
    OutboxRow.objects.filter(pk__lte=mark).delete()
    drain()
    return count


@dataclass
class Comparison:
    """How index and database differ, as translation keys."""

    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.orphaned)


def compare() -> Comparison:
    """Compare the index with what the database says it should hold."""
    indexed = dict(get_engine().digests())
    found = Comparison()
    for document in all_documents():
        digest = indexed.pop(document.id, None)
        if digest is None:
            found.missing.append(document.id)
        elif digest != document.digest():
            found.stale.append(document.id)
    found.orphaned = sorted(indexed)
    return found
