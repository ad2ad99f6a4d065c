"""Which pages a reader may read: the one answer of lists, pictures, search and crawlers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import PageViewRestriction

from .audience import GROUP_PREFIX, MEMBERS, PUBLIC_ONLY, SECRETARIAT, SECTION_PREFIX

Pages = TypeVar("Pages", bound=QuerySet[Any])
Rule = Callable[[frozenset[str]], Exists]

_closing: list[Rule] = []


def register_closing(rule: Rule) -> None:
    """Let an app say what else closes a page: a condition on the outer query's page.

    The rule takes the reader's audiences. Beside them and the settings it depends on the day alone;
    all else it looks up in the query, which may be kept and asked again. Registering twice changes
    nothing.
    """
    if rule not in _closing:
        _closing.append(rule)


def refused(audiences: frozenset[str]) -> Q:
    """Give the condition that a view restriction keeps readers of these audiences out.

    A password does so always: who has it has the page's address, and nothing tells of the page.
    """
    kinds = PageViewRestriction
    if SECRETARIAT in audiences:
        return Q(restriction_type=kinds.PASSWORD)
    found = ~Q(restriction_type=kinds.NONE)
    if MEMBERS not in audiences:
        return found
    names = [one for one in audiences if one.startswith(SECTION_PREFIX)]
    keys = [int(one[len(GROUP_PREFIX) :]) for one in audiences if one.startswith(GROUP_PREFIX)]
    own = PageViewRestriction.groups.through.objects.filter(
        Q(group__name__in=names) | Q(group__in=keys), pageviewrestriction=OuterRef("pk")
    )
    is_own = Q(restriction_type=kinds.GROUPS) & Q(Exists(own))
    return found & ~Q(restriction_type=kinds.LOGIN) & ~is_own


def restricted(audiences: frozenset[str] = PUBLIC_ONLY) -> Exists:
    """Give the condition that a page, or one above it, is restricted for these audiences."""
    return Exists(
        PageViewRestriction.objects.filter(
            refused(audiences), page__path=Substr(OuterRef("path"), 1, Length(F("page__path")))
        )
    )


def readable_by(pages: Pages, audiences: frozenset[str]) -> Pages:
    """Leave only live pages that readers of these audiences may read.

    No restriction keeps them out, and no registered rule closes the page to them. Everything is
    looked at in the query itself: a page shows several such lists.
    """
    rules = (~rule(audiences) for rule in _closing)
    return pages.filter(~restricted(audiences), *rules, live=True)


def only_public(pages: Pages) -> Pages:
    """Leave only pages that everybody may read."""
    return readable_by(pages, PUBLIC_ONLY)
