"""What a column of an editor's file may become: fields, terms, and what belongs to the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from portal.taxonomy.models import Kind
from practices.template import TEMPLATE

from .folded import folded
from .mapping import PAGES, fields_of

HEADERS = Path(__file__).parent / "data" / "headers.yaml"
ALIKE = 90.0  # how alike a header must be to a known one, of 100
SHORTEST = 5  # signs; shorter headers are only known as they are


class Group:
    """The groups in which the form offers what a column may become."""

    TEXT = _("What it says")
    PARTS = _("Parts of the template")
    WHERE = _("Where and when")
    TERMS = _("Terms")
    OTHER = _("Other facts")
    SOURCE = _("Where it comes from")


@dataclass(frozen=True)
class Target:
    """Something that a column may become.

    transform: how its values are read, where it is a field of the page. kinds: of the terms that
    its values name. several: whether more than one column may become it. pages: the types of page
    that have it; none: all.
    """

    name: str
    label: Any
    group: Any
    transform: str = ""
    kinds: tuple[str, ...] = ()
    several: bool = False
    pages: tuple[str, ...] = ()

    def fits(self, page: str) -> bool:
        """Tell whether a type of page has it."""
        return not self.pages or page in self.pages


_PRACTICES = ("good-practice", "case-study")
_PLACED = ("good-practice", "case-study", "resource")


def _terms(name: str, label: Any, *kinds: str, pages: tuple[str, ...] = ()) -> Target:
    return Target(name, label, Group.TERMS, kinds=kinds, several=True, pages=pages)


TARGETS: tuple[Target, ...] = (
    Target("title", _("Title"), Group.TEXT, "text"),
    Target("summary", _("Summary"), Group.TEXT, "summary", several=True),
    Target("body", _("Text"), Group.TEXT, "prose", several=True, pages=("policy-note", "resource")),
    Target(
        "recommendations",
        _("Recommendations"),
        Group.TEXT,
        "prose",
        several=True,
        pages=("policy-note",),
    ),
    *(
        Target(part.name, part.label, Group.PARTS, "prose", several=True, pages=_PRACTICES)
        for part in TEMPLATE
    ),
    Target("place", _("Place"), Group.WHERE, "text"),
    Target("country", _("Country"), Group.WHERE, kinds=(Kind.COUNTRY,)),
    Target("point", _("Coordinates (latitude, longitude)"), Group.WHERE),
    Target("latitude", _("Latitude"), Group.WHERE),
    Target("longitude", _("Longitude"), Group.WHERE),
    Target("territory", _("Type of territory"), Group.WHERE, kinds=(Kind.TERRITORY,)),
    Target("population", _("Inhabitants"), Group.WHERE, "number"),
    Target("start", _("From (year or date)"), Group.WHERE, "when"),
    Target("end", _("To (year or date)"), Group.WHERE, "when"),
    Target("period", _("From and to, in one column"), Group.WHERE),
    Target("status", _("Status"), Group.WHERE, "lookup", pages=_PRACTICES),
    _terms("theme", _("Themes"), Kind.THEME),
    _terms("sdg", _("SDGs and targets"), Kind.SDG, Kind.TARGET),
    _terms("agenda", _("Global agendas"), Kind.AGENDA),
    _terms("award", _("Awards"), Kind.AWARD, pages=_PLACED),
    _terms("pathway", _("GOLD VI pathways"), Kind.PATHWAY, pages=("case-study",)),
    _terms("body_of", _("Policy body"), Kind.BODY, pages=("policy-note",)),
    _terms("note_type", _("Type of policy note"), Kind.NOTE_TYPE, pages=("policy-note",)),
    Target("section", _("Section"), Group.OTHER, kinds=(Kind.SECTION,), pages=_PRACTICES),
    Target("language", _("Language of the text"), Group.OTHER),
    Target("links", _("Links"), Group.OTHER, "links", several=True),
    Target("citation", _("Citation"), Group.OTHER, "text"),
    Target("edition", _("Edition"), Group.OTHER, "text", pages=("case-study",)),
    Target("network", _("Contributing network"), Group.OTHER, "text", pages=("case-study",)),
    Target("paper_number", _("Paper number"), Group.OTHER, "text", pages=("case-study",)),
    Target(
        "source_pdf_url", _("Address of the source PDF"), Group.OTHER, "url", pages=("case-study",)
    ),
    Target("provider", _("Provider"), Group.OTHER, "text", pages=("resource",)),
    Target("resource_url", _("Address of the resource"), Group.OTHER, "url", pages=("resource",)),
    Target("resource_type", _("Type of resource"), Group.OTHER, "lookup", pages=("resource",)),
    Target("source_id", _("Identifier at the source"), Group.SOURCE),
    Target("source_url", _("Address at the source"), Group.SOURCE),
)
BY_NAME = {target.name: target for target in TARGETS}
PAGE_TYPES: Sequence[tuple[str, Any]] = (
    ("good-practice", _("Good practices")),
    ("case-study", _("GOLD VI case studies")),
    ("policy-note", _("Policy notes")),
    ("resource", _("Resources")),
)


def needed(page: str, *, live: bool) -> tuple[str, ...]:
    """Give what every row must have: what the type of page cannot be without, and be published."""
    names = ["title"]
    if live:
        names.append("summary")
    if page == "resource":
        names.append("resource_url")
    if page == "policy-note" and live:
        names.append("body")
    return tuple(names)


def has_field(page: str, name: str) -> bool:
    """Tell whether a type of page has a field of this name that an import may fill."""
    return page in PAGES and name in fields_of(page)


@cache
def _known() -> dict[str, str]:
    """Give the target of every known header."""
    data = yaml.safe_load(HEADERS.read_text("utf-8"))
    found: dict[str, str] = {}
    for name, languages in data.items():
        found.setdefault(folded(name), name)
        for headers in languages:
            for header in headers:
                found.setdefault(folded(str(header)), name)
    return found


def is_known(header: str) -> bool:
    """Tell whether a cell looks like the name of a column."""
    return bool(header.strip()) and len(header) < 80 and target_of(header) is not None


def target_of(header: str) -> str | None:
    """Give what a column with this header most likely becomes."""
    known = _known()
    words = folded(header)
    if words in known:
        return known[words]
    if len(words) < SHORTEST:
        return None
    near = process.extractOne(words, known.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return known[near[0]] if near else None


def guess(columns: Sequence[str], page: str) -> dict[str, str]:
    """Guess what columns become; a target that takes one column gets the first that fits."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        name = target_of(column)
        if name is None or not BY_NAME[name].fits(page):
            continue
        if name in taken and not BY_NAME[name].several:
            continue
        taken.add(name)
        found[column] = name
    if page == "resource" and "resource_url" not in taken:
        # What a resource is for is its address.
        for column, name in found.items():
            if name == "source_url":
                found[column] = "resource_url"
                break
    return found
