"""Desks: what stands where, for authors, sections and the Secretariat."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.taxonomy.language import current_language, own_name
from portal.taxonomy.models import Kind
from portal.taxonomy.ordering import in_order
from portal.taxonomy.snapshot import Entry, snapshot
from search.audience import audiences_of

from . import desk_filters, permissions
from .coverage import coverage
from .desk_filters import AGES, GROUPS, TURNS, DeskFilters, turn_of
from .desk_list import Listing, as_csv
from .models import Event, Submission
from .states import BY_NAME, Actor, State

logger = logging.getLogger(__name__)
_CONFIRMED = [state for state in State if state != State.UNCONFIRMED]


@dataclass(frozen=True)
class Figure:
    """A number and the list behind it."""

    label: Any
    value: int
    query: str
    current: bool = False
    urgent: bool = False


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show the submissions of which somebody is an author, what is asked of them first."""
    own = Submission.objects.filter(authors=request.user.pk)
    filters = desk_filters.read(request.GET)
    found = desk_filters.answer(own, filters, request.user, Actor.AUTHOR)
    if request.GET.get("format") == "csv":
        return as_csv("submissions", found)
    counts = _counts(own)
    figures = [
        _whose(filters, counts, _("Your turn"), Actor.AUTHOR),
        _whose(filters, counts, _("With the section"), Actor.SECTION),
        _whose(filters, counts, _("With the Secretariat"), Actor.SECRETARIAT),
        _group(filters, counts, "public"),
        _group(filters, counts, "ended"),
    ]
    listing = Listing(found, filters, request.GET)
    context = {
        "heading": _("My submissions"),
        "figures": figures,
        "listing": listing,
        "filters": filters,
        "asked": _asked(listing.rows),
        "list_heading": _("All my submissions"),
        "is_mine": True,
    }
    return render(request, "submissions/mine.html", context)


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest, section: str) -> HttpResponse:
    """Show what is on a section's desk.

    Raises Http404 for who is neither of its staff nor of the Secretariat.
    """
    entry = snapshot().resolve(Kind.SECTION, section)
    if entry is None or not permissions.may_see_desk(request.user, entry.code):
        logger.warning("Refused: user %s may not see the desk %s", request.user.pk, section)
        raise Http404
    ours = permissions.visible_to(request.user).filter(section__code=entry.code)
    filters = desk_filters.read(request.GET, section=entry.code)
    asked = filters or DeskFilters(turn=Actor.SECTION)
    found = desk_filters.answer(ours, asked, request.user)
    if request.GET.get("format") == "csv":
        return as_csv(f"desk-{entry.code}", found)
    counts = _counts(ours)
    figures = [
        *_inbox(asked, counts, ours, request.user, Actor.SECTION),
        _whose(asked, counts, _("Waiting for the author"), Actor.AUTHOR),
        _whose(asked, counts, _("With the Secretariat"), Actor.SECRETARIAT),
        _group(asked, counts, "public"),
        _group(asked, counts, "ended"),
    ]
    context = {
        "heading": _("Desk: %(section)s") % {"section": entry.name or entry.code},
        "section": entry,
        "figures": figures,
        "listing": Listing(found, asked, request.GET),
        "filters": filters,
        "list_heading": _list_heading(filters, _("Inbox")),
        "coverage": None if filters else coverage(entry.code, ours, audiences_of(request)),
        "is_secretariat": permissions.may_see_all_desks(request.user),
        **_choices(ours, with_sections=False),
    }
    return render(request, "submissions/desk.html", context)


@never_cache
@login_required
@require_safe
def secretariat(request: HttpRequest) -> HttpResponse:
    """Show what stands where in all sections. Raises Http404 for who is not of the Secretariat."""
    if not permissions.may_see_all_desks(request.user):
        logger.warning("Refused: user %s may not see the Secretariat's desk", request.user.pk)
        raise Http404
    everything = permissions.visible_to(request.user)
    filters = desk_filters.read(request.GET)
    asked = filters or DeskFilters(turn=Actor.SECRETARIAT)
    found = desk_filters.answer(everything, asked, request.user, Actor.SECRETARIAT)
    if request.GET.get("format") == "csv":
        return as_csv("desk-secretariat", found)
    by_section = _counts_by_section(everything)
    counts = _total(by_section)
    figures = [
        *_inbox(asked, counts, everything, request.user, Actor.SECRETARIAT),
        _whose(asked, counts, _("With the sections"), Actor.SECTION),
        _whose(asked, counts, _("Waiting for authors"), Actor.AUTHOR),
        _group(asked, counts, "public"),
        _group(asked, counts, "ended"),
    ]
    context: dict[str, Any] = {
        "heading": _("Desk of the Secretariat"),
        "figures": figures,
        "listing": Listing(found, asked, request.GET),
        "filters": filters,
        "list_heading": _list_heading(filters, _("Inbox")),
        "is_secretariat": True,
        **_choices(everything, with_sections=True),
    }
    if not filters:
        context["table"] = _table(by_section)
        context["ageing"] = _ageing(everything)
        context["translate"] = _to_translate(everything)
    return render(request, "submissions/secretariat.html", context)


# Counting. Each takes one query, however many submissions there are.


def _counts(submissions: QuerySet[Submission]) -> dict[str, int]:
    rows = submissions.order_by().values_list("state").annotate(count=Count("pk"))
    return dict(rows)


def _counts_by_section(submissions: QuerySet[Submission]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    rows = submissions.order_by().values_list("section__code", "state")
    for section, state, count in rows.annotate(count=Count("pk")):
        found.setdefault(section, {})[state] = count
    return found


def _total(by_section: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for states in by_section.values():
        for state, count in states.items():
            found[state] = found.get(state, 0) + count
    return found


def _sum(counts: Mapping[str, int], states: Iterable[str]) -> int:
    return sum(counts.get(state, 0) for state in states)


def _figure(
    asked: DeskFilters, label: Any, value: int, *, urgent: bool = False, **filters: Any
) -> Figure:
    query = DeskFilters().query(**filters)
    return Figure(label, value, query, asked.query() == query, urgent and value > 0)


def _whose(asked: DeskFilters, counts: Mapping[str, int], label: Any, actor: Actor) -> Figure:
    return _figure(asked, label, _sum(counts, turn_of(actor)), turn=actor)


def _group(asked: DeskFilters, counts: Mapping[str, int], group: str) -> Figure:
    label, states = GROUPS[group]
    return _figure(asked, label, _sum(counts, states), state=group)


def _inbox(
    asked: DeskFilters,
    counts: Mapping[str, int],
    submissions: QuerySet[Submission],
    user: Any,
    side: Actor,
) -> list[Figure]:
    """Give what waits for a side: all of it, what is this person's, what is late. One query."""
    found = submissions.order_by().aggregate(
        late=Count("pk", filter=desk_filters.late() & Q(state__in=turn_of(side))),
        assigned=Count("pk", filter=Q(assigned=user)),
    )
    return [
        _whose(asked, counts, _("Inbox"), side),
        _figure(asked, _("Assigned to me"), found["assigned"], assigned="me"),
        _figure(asked, _("Overdue"), found["late"], turn=side, overdue="1", urgent=True),
    ]


def _list_heading(filters: DeskFilters, otherwise: str) -> str:
    return _("Submissions found") if filters else otherwise


def _choices(submissions: QuerySet[Submission], *, with_sections: bool) -> dict[str, Any]:
    """Give what can be chosen in the form of filters: of countries, those that occur."""
    present = set(submissions.order_by().values_list("country__code", flat=True).distinct())
    taxonomy, language = snapshot(), current_language()
    countries = [one for one in taxonomy.of_kind(Kind.COUNTRY) if one.code in present]
    states = [(name, label) for name, (label, _states) in GROUPS.items()]
    return {
        "states": [*states, *((state.value, state.label) for state in _CONFIRMED)],
        "turns": TURNS.items(),
        "countries": in_order(countries, language),
        "goals": [one for one in taxonomy.of_kind(Kind.SDG) if one.current],
        "sections": _sections() if with_sections else [],
    }


def _sections() -> list[Entry]:
    return [one for one in snapshot().of_kind(Kind.SECTION) if one.current]


def _table(by_section: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Give states by sections, with the sums; a number is a link to its list."""
    sections = _sections()
    rows = []
    for state in _CONFIRMED:
        cells = [
            _cell(by_section.get(one.code, {}).get(state, 0), state=state, section=one.code)
            for one in sections
        ]
        total = sum(states.get(state, 0) for states in by_section.values())
        rows.append({"label": state.label, "cells": cells, "sum": _cell(total, state=state)})
    return {"sections": sections, "rows": rows}


def _cell(value: int, **filters: Any) -> Figure:
    return Figure("", value, DeskFilters().query(**filters))


def _ageing(submissions: QuerySet[Submission]) -> list[dict[str, Any]]:
    """Give how long submissions have waited for whom."""
    wanted = {}
    for actor in TURNS:
        waiting = Q(state__in=turn_of(Actor(actor)))
        wanted[f"{actor}_late"] = Count("pk", filter=waiting & desk_filters.late())
        for number, age in enumerate(AGES):
            wanted[f"{actor}_{number}"] = Count("pk", filter=waiting & desk_filters.aged(age))
    counts = submissions.order_by().aggregate(**wanted)
    return [
        {
            "label": label,
            "cells": [
                _cell(counts[f"{actor}_{number}"], turn=actor, age=age)
                for number, age in enumerate(AGES)
            ],
            "late": _cell(counts[f"{actor}_late"], turn=actor, overdue="1"),
        }
        for actor, label in TURNS.items()
    ]


def _to_translate(submissions: QuerySet[Submission]) -> list[Figure]:
    """Give for each language of content how many published submissions cannot be read in it."""
    return [
        Figure(
            own_name(code),
            desk_filters.lacking(submissions, code).count(),
            DeskFilters().query(lacks=code),
        )
        for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES
    ]


def _asked(rows: list[Submission]) -> dict[int, Event]:
    """Give the question that is open for each submission, if any."""
    waiting = [one.pk for one in rows if one.turn is Actor.AUTHOR]
    events = Event.objects.filter(submission__in=waiting, name__in=BY_NAME).order_by("at", "pk")
    last = {event.submission_id: event for event in events}
    return {pk: event for pk, event in last.items() if event.says and event.actor != Actor.AUTHOR}
