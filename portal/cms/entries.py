"""The entry points: searches with an introduction, as routes over terms.

Goals, themes, places, hubs, practices and GOLD VI cases: none of them is a page that somebody
must keep; each is a fixed selection of facets, with what the taxonomy says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import Entry, snapshot
from search.facets import WorkType
from search.run import FacetValue

from .lists import list_context

LDC = "ldc"


@dataclass(frozen=True)
class TermIndex:
    """An entry point over the terms of a facet."""

    facet: str
    kinds: tuple[str, ...]
    title: Any
    lead: Any


@dataclass(frozen=True)
class TypeIndex:
    """An entry point over one type of work, and the facet by which it is divided first."""

    work_type: WorkType
    title: Any
    lead: Any
    divided_by: str


TERM_INDEXES: Mapping[str, TermIndex] = {
    "sdgs": TermIndex(
        "sdg",
        (Kind.SDG, Kind.TARGET),
        _("The Sustainable Development Goals"),
        _("What cities and regions do for each of the 17 goals of the 2030 Agenda."),
    ),
    "themes": TermIndex(
        "theme",
        (Kind.THEME,),
        _("Themes"),
        _("The subjects on which local governments work, by axis of the Pact for the Future."),
    ),
    "places": TermIndex(
        "region",
        (Kind.REGION, Kind.COUNTRY),
        _("Regions and countries"),
        _("Where the works of the portal come from."),
    ),
}
TYPE_INDEXES: Mapping[str, TypeIndex] = {
    "hubs": TypeIndex(
        WorkType.HUB,
        _("Local4Action HUBs"),
        _(
            "A hub is a process led by local or regional governments for one to three years: "
            "it connects, shows and enables local action for the global agendas."
        ),
        "section",
    ),
    "practices": TypeIndex(
        WorkType.GOOD_PRACTICE,
        _("Good practices"),
        _("What local and regional governments did, what came of it, and what was hard."),
        "theme",
    ),
    "gold-vi": TypeIndex(
        WorkType.CASE_STUDY,
        _("GOLD VI case studies"),
        _(
            "Cases of the GOLD VI report, Pathways to urban and territorial equality, along its "
            "six pathways."
        ),
        "pathway",
    ),
}


@require_safe
def index(request: HttpRequest, name: str) -> HttpResponse:
    """Show an entry point's first page. Raises Http404 for a name that is none."""
    if name in TYPE_INDEXES:
        entry = TYPE_INDEXES[name]
        context = list_context(request, {"type": (entry.work_type,)})
        context |= {"entry": entry, "group": context["answer"].facet(entry.divided_by)}
        return render(request, "cms/type_index.html", context)
    if name in TERM_INDEXES:
        terms = TERM_INDEXES[name]
        context = list_context(request, {})
        tree = _tree(context["answer"].facet(terms.facet).values, terms.kinds)
        context |= {"entry": terms, "name": name, "tree": tree} | _SHAPES[name](context, tree)
        return render(request, f"cms/{name}.html", context)
    raise Http404


@dataclass
class Node:
    """A value of a facet with its term and the values below it."""

    value: FacetValue
    entry: Entry | None
    children: list[Node] = field(default_factory=list)

    @property
    def is_ldc(self) -> bool:
        """Tell whether it is one of the least developed countries."""
        return bool(self.entry and LDC in self.entry.groups)


def _tree(values: Iterable[FacetValue], kinds: Iterable[str]) -> list[Node]:
    """Nest a facet's values, leaving out lower ones without works."""
    taxonomy = snapshot()
    roots: list[Node] = []
    known: dict[str, Node] = {}
    for value in values:
        entry = next((e for kind in kinds if (e := taxonomy.resolve(kind, value.code))), None)
        node = known[value.code] = Node(value, entry)
        if value.parent not in known:
            roots.append(node)
        elif value.count:
            known[value.parent].children.append(node)
    return roots


def _by_axis(_context: Mapping[str, Any], tree: list[Node]) -> dict[str, Any]:
    """Group themes by the axis of the Pact for the Future to which they belong."""
    groups = [
        {"axis": axis, "nodes": [n for n in tree if n.entry and n.entry.axis == axis.code]}
        for axis in snapshot().of_kind(Kind.AXIS)
    ]
    loose = [node for node in tree if not node.entry or not node.entry.axis]
    if loose:
        groups.append({"axis": None, "nodes": loose})
    return {"axes": [group for group in groups if group["nodes"]]}


def _by_continent(context: Mapping[str, Any], tree: list[Node]) -> dict[str, Any]:
    """Divide continents into the regions that hold countries, and those that hold regions."""
    continents = []
    for root in tree:
        if not root.value.count:
            continue
        below = list(_descendants(root))
        continents.append(
            {
                "node": root,
                "wider": [n for n in below if any(child.children for child in n.children)],
                "regions": [n for n in below if n.children and not n.children[0].children],
            }
        )
    groups = [value for value in context["answer"].facet("group").values if value.count]
    return {"continents": continents, "country_groups": groups}


def _descendants(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _descendants(child)


def _as_it_is(_context: Mapping[str, Any], _tree: list[Node]) -> dict[str, Any]:
    return {}


_SHAPES: Mapping[str, Callable[[Mapping[str, Any], list[Node]], dict[str, Any]]] = {
    "themes": _by_axis,
    "places": _by_continent,
    "sdgs": _as_it_is,
}


@require_safe
def term(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Show what there is of one term. Raises Http404 for a term that is none."""
    if name not in TERM_INDEXES:
        raise Http404
    terms = TERM_INDEXES[name]
    taxonomy = snapshot()
    found = next((e for kind in terms.kinds if (e := taxonomy.resolve(kind, code))), None)
    if found is None:
        raise Http404
    if found.code != code:
        return redirect("entry", name=name, code=found.code, permanent=True)
    context = list_context(request, {terms.facet: (found.code,)})
    answer = context["answer"]
    counts = {value.code: value.count for value in answer.facet(terms.facet).values}
    language = current_language()
    context |= {
        "entry": terms,
        "name": name,
        "term": found,
        "heading": _heading(found, language),
        "above": list(reversed(list(taxonomy.ancestors(found)))),
        "goal": _goal(found),
        "below": [
            {"entry": child, "count": counts.get(child.code, 0)}
            for child in taxonomy.children(found)
            if found.kind == Kind.SDG or counts.get(child.code)
        ],
        "groups": [entry for code in found.groups if (entry := taxonomy.resolve(Kind.GROUP, code))],
        "search_query": f"{terms.facet}={found.code}",
    }
    return render(request, "cms/term.html", context)


def _goal(entry: Entry) -> Entry | None:
    """Give the goal whose number and colour stand for a goal or target."""
    if entry.kind == Kind.TARGET:
        return snapshot().resolve(Kind.SDG, entry.parent)
    return entry if entry.kind == Kind.SDG else None


def _heading(entry: Entry, language: str) -> str:
    """Give the name of a term as a heading; goals and targets with their number."""
    if entry.kind == Kind.SDG:
        return gettext("Goal %(number)s: %(name)s") % {
            "number": entry.number,
            "name": entry.label(language),
        }
    if entry.kind == Kind.TARGET:
        return gettext("Target %(number)s") % {"number": entry.number}
    return entry.label(language)
