"""Noting what changed, in the same transaction as the change."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from wagtail.models import Page

from .models import OutboxRow


def note(keys: Iterable[UUID]) -> None:
    """Note that these works (by translation key) changed."""
    OutboxRow.objects.bulk_create(
        [OutboxRow(translation_key=key) for key in dict.fromkeys(keys)], batch_size=1000
    )


def note_pages(pages: QuerySet[Page]) -> None:
    """Note every page of a queryset."""
    note(pages.values_list("translation_key", flat=True))


def note_subtree(page: Page) -> None:
    """Note a page and all that stands below it."""
    note_pages(Page.objects.filter(path__startswith=page.path))
