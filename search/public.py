"""Which pages everybody may read: the one answer of lists, pictures, search and crawlers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import PageViewRestriction

Pages = TypeVar("Pages", bound=QuerySet[Any])
Rule = Callable[[], Exists]

_closing: list[Rule] = []


def register_closing(rule: Rule) -> None:
    """Let an app say what else closes a page: a condition on the outer query's page.

    Registering twice changes nothing.
    """
    if rule not in _closing:
        _closing.append(rule)


def restricted() -> Exists:
    """Give the condition that a page, or one above it, has a view restriction."""
    return Exists(
        PageViewRestriction.objects.filter(
            page__path=Substr(OuterRef("path"), 1, Length(F("page__path")))
        )
    )


def only_public(pages: Pages) -> Pages:
    """Leave only pages that are live, under no restriction, and closed by no registered rule.

    Everything is looked at in the query itself: a page shows several such lists.
    """
    return pages.filter(~restricted(), *(~rule() for rule in _closing), live=True)
