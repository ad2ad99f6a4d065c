"""What is asked of a desk's list, from its query string, and the submissions that answer it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.cms.models import WorkPage, WorkTerm
from portal.taxonomy.language import current_language, name
from portal.taxonomy.models import Kind
from portal.taxonomy.ordering import fold
from portal.taxonomy.snapshot import snapshot

from .models import Submission
from .states import ACTOR_LABELS, ENDED, PUBLIC, TURN, Actor, State

OPEN = frozenset(State) - PUBLIC - ENDED - {State.UNCONFIRMED}
# Groups of states, by the name that stands in an address.
GROUPS: Mapping[str, tuple[Any, frozenset[State]]] = {
    "open": (_("Not published yet"), OPEN),
    "public": (pgettext_lazy("submissions", "Published"), PUBLIC),
    "ended": (_("Ended"), ENDED),
}
TURNS: Mapping[str, Any] = {
    Actor.AUTHOR: _("The author’s turn"),
    Actor.SECTION: _("The section’s turn"),
    Actor.SECRETARIAT: _("The Secretariat’s turn"),
}
# Days since it stands where it stands: from, to.
AGES: Mapping[str, tuple[Any, int, int | None]] = {
    "0-7": (_("0 to 7 days"), 0, 7),
    "8-30": (_("8 to 30 days"), 8, 30),
    "31": (_("more than 30 days"), 31, None),
}
_MOST_LETTERS = 200


@dataclass(frozen=True)
class Chip:
    """A filter that is set, and the query string that is left without it."""

    key: Any
    label: Any
    query: str


@dataclass(frozen=True)
class DeskFilters:
    """What is asked; "" is everything. Made by `read`, which leaves out what makes no sense."""

    state: str = ""
    turn: str = ""
    section: str = ""
    country: str = ""
    sdg: str = ""
    age: str = ""
    lacks: str = ""
    q: str = ""
    assigned: str = ""
    overdue: str = ""

    def __bool__(self) -> bool:
        return any(value for _name, value in self._items())

    def _items(self) -> Iterator[tuple[str, str]]:
        for one in self.__dataclass_fields__:
            yield one, getattr(self, one)

    def query(self, **changes: Any) -> str:
        """Give the query string, with some values changed; `page` and `format` may be given."""
        own = {
            key: str(value) for key, value in changes.items() if key in self.__dataclass_fields__
        }
        more = [(key, value) for key, value in changes.items() if key not in own and value]
        items = [*replace(self, **own)._items(), *more]
        return urlencode([(key, value) for key, value in items if value])

    def chips(self) -> list[Chip]:
        """List what is set, each with what is left without it."""
        return [
            Chip(key, label, self.query(**{one: ""}))
            for one, value in self._items()
            if value
            for key, label in [_words(one, value)]
        ]


def read(data: QueryDict, *, section: str = "") -> DeskFilters:
    """Read the filters of a query string; on a section's desk, the section is not a filter."""
    taxonomy = snapshot()
    terms = {"section": Kind.SECTION, "country": Kind.COUNTRY, "sdg": Kind.SDG}
    choices: dict[str, Iterable[str]] = {
        "state": [*GROUPS, *(one for one in State if one != State.UNCONFIRMED)],
        "turn": TURNS,
        "age": AGES,
        "lacks": [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES],
        "assigned": ["me"],
        "overdue": ["1"],
    }
    found = {}
    for one in DeskFilters.__dataclass_fields__:
        value = data.get(one, "").strip()
        if one in terms:
            entry = taxonomy.resolve(terms[one], value)
            value = entry.code if entry else ""
        elif one in choices and value not in set(choices[one]):
            value = ""
        found[one] = value.replace("\x00", "")[:_MOST_LETTERS]
    if section:
        found["section"] = ""
    return DeskFilters(**found)


def answer(
    submissions: QuerySet[Submission],
    filters: DeskFilters,
    user: Any,
    first: Actor = Actor.SECTION,
) -> QuerySet[Submission]:
    """Give the submissions that answer, with what a list shows of them.

    Those come first with which it is the turn of `first`, and of these, what is due first.
    """
    found = submissions
    if filters.state:
        states = GROUPS[filters.state][1] if filters.state in GROUPS else {filters.state}
        found = found.filter(state__in=states)
    if filters.turn:
        found = found.filter(
            state__in=[state for state, turn in TURN.items() if turn == filters.turn]
        )
    if filters.section:
        found = found.filter(section__code=filters.section)
    if filters.country:
        found = found.filter(country__code=filters.country)
    if filters.assigned:
        found = found.filter(assigned=user)
    if filters.overdue:
        found = found.filter(late())
    if filters.age:
        found = found.filter(aged(filters.age))
    if filters.lacks:
        found = lacking(found, filters.lacks)
    if filters.sdg:
        goals = goals_of(found)
        found = found.filter(pk__in=[pk for pk, codes in goals.items() if filters.sdg in codes])
    if filters.q:
        found = found.filter(pk__in=_named(found, filters.q))
    return found.select_related("section", "country", "assigned", "work").order_by(
        Case(When(state__in=turn_of(first), then=0), default=1),
        F("due").asc(nulls_last=True),
        "-state_since",
        "pk",
    )


def turn_of(actor: Actor) -> list[State]:
    """List the states in which it is somebody's turn."""
    return [state for state, turn in TURN.items() if turn is actor]


def late() -> Q:
    """Say which submissions are overdue."""
    return Q(due__lt=timezone.localdate())


def aged(age: str) -> Q:
    """Say which submissions have stood where they stand for so many days."""
    _label, least, most = AGES[age]
    now = timezone.now()
    found = Q(state_since__lte=now - datetime.timedelta(days=least)) if least else Q()
    if most is not None:
        found &= Q(state_since__gt=now - datetime.timedelta(days=most + 1))
    return found


def lacking(submissions: QuerySet[Submission], language: str) -> QuerySet[Submission]:
    """Give those that are published, but cannot be read in a language."""
    readable = WorkPage.objects.filter(
        translation_key=OuterRef("work__translation_key"),
        locale__language_code=language,
        live=True,
    )
    return submissions.filter(~Exists(readable), state__in=PUBLIC, work__isnull=False)


def goals_of(submissions: QuerySet[Submission]) -> dict[int, list[str]]:
    """Give the goals of submissions: the page's of what is public, else those that were chosen."""
    rows = submissions.order_by().values_list(
        "pk", "state", "values__sdgs", "work__translation_key", "work__source_locale"
    )
    found: dict[int, list[str]] = {}
    by_work: dict[Any, int] = {}
    for pk, state, chosen, key, locale in rows:
        found[pk] = list(chosen) if isinstance(chosen, list) else []
        if key is not None and state in PUBLIC | {State.ARCHIVED}:
            by_work[(key, locale)] = pk
            found[pk] = []
    terms = WorkTerm.objects.filter(
        term__kind=Kind.SDG, page__translation_key__in={key for key, _locale in by_work}
    )
    for key, locale, code in terms.values_list(
        "page__translation_key", "page__locale", "term__code"
    ):
        if (key, locale) in by_work:
            found[by_work[(key, locale)]].append(code)
    return found


def _named(submissions: QuerySet[Submission], words: str) -> list[int]:
    """Give the submissions that name all words, whatever their case and accents.

    Compared here, since not every database knows how to leave accents out.
    """
    wanted = fold(words).split()
    rows: Iterable[Sequence[Any]] = submissions.order_by().values_list(
        "pk", "title", "author_name", "author_organisation", "work__reference"
    )
    return [
        pk
        for pk, *texts in rows
        if all(word in text for text in [fold(" ".join(filter(None, texts)))] for word in wanted)
    ]


def _words(one: str, value: str) -> tuple[Any, Any]:
    """Give a filter and its value in words."""
    language = current_language()
    match one:
        case "state":
            return _("State"), GROUPS[value][0] if value in GROUPS else State(value).label
        case "turn":
            return _("Whose turn"), ACTOR_LABELS[Actor(value)]
        case "section" | "country":
            kind = Kind.SECTION if one == "section" else Kind.COUNTRY
            entry = snapshot().resolve(kind, value)
            label = (entry.name or entry.label(language)) if entry else value
            if one == "country":
                return _("Country"), entry.label(language) if entry else value
            return _("Section"), label
        case "sdg":
            entry = snapshot().resolve(Kind.SDG, value)
            return _("SDG"), f"{entry.number} {entry.label(language)}" if entry else value
        case "age":
            return _("Waiting for"), AGES[value][0]
        case "lacks":
            return _("Not readable in"), name(value, language)
        case "assigned":
            return _("Assigned"), _("to me")
        case "overdue":
            return _("Until"), _("Overdue")
        case _:
            return _("Words"), value
