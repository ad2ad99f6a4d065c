"""Which pages everybody may read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from wagtail.models import PageViewRestriction


class HasPath(Protocol):
    """A page, or a row of its values."""

    path: Any


AnyPage = TypeVar("AnyPage", bound=HasPath)


def only_public(pages: Iterable[AnyPage]) -> list[AnyPage]:
    """Leave out the pages that are not for everybody, by their own or a higher restriction."""
    private = tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    return [page for page in pages if not page.path.startswith(private)]
