"""Noting what changed, in the same transaction as the change."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Page

from .models import OutboxRow, Priority

# Keys in one query: databases limit its parameters.
_BATCH = 500
_gathering = threading.local()


@contextmanager
def gathered() -> Iterator[None]:
    """Note what changes inside together, at its end; for use inside the changes' transaction."""
    outer: list[UUID] | None = getattr(_gathering, "keys", None)
    keys: list[UUID] = []
    _gathering.keys = keys
    try:
        yield
    finally:
        _gathering.keys = outer
    note(keys)


def note(keys: Iterable[UUID], priority: Priority = Priority.PAGE) -> None:
    """Note that these works (by translation key) changed.

    A work that waits already gets no second row: a term's edit saves many labels, and each may
    touch thousands of works.
    """
    gathering: list[UUID] | None = getattr(_gathering, "keys", None)
    if gathering is not None and priority is Priority.PAGE:
        gathering.extend(keys)
        return
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), _BATCH):
        _note(wanted[start : start + _BATCH], priority)


@transaction.atomic
def _note(keys: list[UUID], priority: Priority) -> None:
    """Note some works.

    A row that waits stands for this change only if the indexer cannot read the work before the
    change is committed. So the row is locked until then, and the indexer passes over what is
    locked. A row locked by somebody else, or taken up already, may be processed this very moment:
    it does not count. (SQLite has no such locks; its writing transactions come one by one.)
    """
    waiting = list(
        OutboxRow.objects.select_for_update(skip_locked=True).filter(
            translation_key__in=keys, attempts=0, dead=False, claimed_at=None
        )
    )
    late = [row.pk for row in waiting if row.priority > priority]
    if late:
        OutboxRow.objects.filter(pk__in=late).update(priority=priority)
    known = {row.translation_key for row in waiting}
    OutboxRow.objects.bulk_create(
        OutboxRow(translation_key=key, priority=priority) for key in keys if key not in known
    )


def note_pages(pages: QuerySet[Page]) -> None:
    """Note every page of a queryset."""
    note(pages.values_list("translation_key", flat=True))


def note_subtree(page: Page) -> None:
    """Note a page and all that stands below it."""
    note_pages(Page.objects.filter(path__startswith=page.path))
