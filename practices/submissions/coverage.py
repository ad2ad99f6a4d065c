"""Which countries and goals a section's works and submissions cover, and which they do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind
from portal.taxonomy.ordering import fold
from portal.taxonomy.snapshot import Entry, snapshot
from search import run

from .desk_filters import OPEN, goals_of
from .models import Submission


@dataclass(frozen=True)
class Covered:
    """A country or goal: how many published works it has, how many submissions are on their way."""

    entry: Entry
    published: int
    coming: int


@dataclass(frozen=True)
class Coverage:
    """What a section covers.

    missing: goals that no work and no submission serves. notices: why counts may lack.
    """

    countries: list[Covered]
    goals: list[Covered]
    missing: list[Entry]
    notices: list[str]


def coverage(
    section: str, submissions: QuerySet[Submission], audiences: frozenset[str]
) -> Coverage:
    """Tell what a section covers.

    Published works are counted by the search, for a reader of these audiences, so that each number
    is that of the list to which it leads; what is on its way, by the desk.
    """
    wanted = QueryDict(f"section={section}")
    answer = run.search_by(wanted, current_language(), size=1, audiences=audiences)
    coming = submissions.filter(state__in=OPEN)
    countries = Counter(
        code for code in coming.order_by().values_list("country__code", flat=True) if code
    )
    goals = Counter(code for codes in goals_of(coming).values() for code in codes)
    places = _rows(Kind.COUNTRY, answer.facet("region").counts, countries)
    served = _rows(Kind.SDG, answer.facet("sdg").counts, goals)
    known = {row.entry.code for row in served}
    language = current_language()
    return Coverage(
        sorted(
            places, key=lambda row: (-row.published - row.coming, fold(row.entry.label(language)))
        ),
        served,
        [one for one in snapshot().of_kind(Kind.SDG) if one.current and one.code not in known],
        answer.notices,
    )


def _rows(kind: str, published: Any, coming: Counter[str]) -> list[Covered]:
    return [
        Covered(entry, published.get(entry.code, 0), coming[entry.code])
        for entry in snapshot().of_kind(kind)
        if published.get(entry.code, 0) or coming[entry.code]
    ]
