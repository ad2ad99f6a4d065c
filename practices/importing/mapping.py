"""The mapping: a small YAML file that says what a source's columns mean here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Field
from django.utils.translation import gettext as _
from wagtail.fields import StreamField

from portal.cms.fields import PartialDateField
from portal.cms.models import WorkPage
from practices.models import CaseStudyPage, GoodPracticePage, PolicyNotePage, ResourcePage
from practices.template import BY_NAME

from .errors import ImportProblem
from .facets import Facet
from .values import Gives

_PLACE = re.compile(r"\{([^{}]+)\}")
FOLDER = Path(__file__).parent / "mappings"
PAGES: dict[str, type[WorkPage]] = {
    "good-practice": GoodPracticePage,
    "case-study": CaseStudyPage,
    "policy-note": PolicyNotePage,
    "resource": ResourcePage,
}
# Fields of pages that an import may fill; `country` and `territory` take codes.
_COMMON = (
    "title",
    "summary",
    "place",
    "country",
    "territory",
    "population",
    "latitude",
    "longitude",
    "start",
    "end",
    "status",
    "citation",
    "text_language",
    "links",
)
_OWN: dict[str, tuple[str, ...]] = {
    "policy-note": ("body", "recommendations"),
    "resource": ("body", "provider", "resource_url", "resource_type"),
    "case-study": ("edition", "network", "paper_number", "source_pdf_url"),
}
CODES = {"country": "country", "territory": "territory"}
# Kinds with one value on a page; the others are lists of terms.
SINGLE = frozenset(CODES)


@dataclass(frozen=True)
class FieldRule:
    """Where a field's value comes from: columns, then sentences whose {columns} are filled in."""

    name: str
    transform: str
    columns: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    table: Mapping[str, str] | None = None

    @property
    def reads(self) -> set[str]:
        """Give the columns that the rule reads."""
        return set(self.columns) | {name for text in self.sentences for name in places(text)}


@dataclass(frozen=True)
class Refusal:
    """Rows that say nothing: those whose column holds one of these values."""

    column: str
    values: frozenset[str]
    reason: str


@dataclass(frozen=True)
class SourceMapping:
    """A checked mapping."""

    name: str
    source_name: str
    licence: str
    url: str
    language: str
    language_column: str
    languages: Mapping[str, str]
    reader: str
    reader_options: Mapping[str, Any]
    key: tuple[str, ...]
    page: str
    place: str
    fields: tuple[FieldRule, ...]
    facets: tuple[Facet, ...]
    facts_by: str
    facts: Mapping[str, Mapping[str, Any]]
    constants: Mapping[str, Any]
    terms: tuple[tuple[str, str], ...]
    required: tuple[str, ...]
    optional: frozenset[str]
    ignored: frozenset[str]
    nulls: frozenset[str]
    splits: Mapping[str, Facet]
    refusals: tuple[Refusal, ...]
    also: tuple[str, ...] = ()  # fields that are written besides those of rules

    @property
    def model(self) -> type[WorkPage]:
        """Give the type of page that rows become."""
        return PAGES[self.page]

    @property
    def reads(self) -> frozenset[str]:
        """Give the columns that the mapping reads and the file must have."""
        names = set(self.key) | {column for rule in self.fields for column in rule.reads}
        names |= {facet.column for facet in self.facets} | set(places(self.url))
        names |= {refusal.column for refusal in self.refusals}
        names |= {name for name in (self.facts_by, self.language_column) if name}
        return frozenset(names - self.optional)


def places(text: str) -> list[str]:
    """Give the names in braces of a text; raise ValueError where braces do not match."""
    if set(_PLACE.sub("", text)) & {"{", "}"}:
        raise ValueError(text)
    return _PLACE.findall(text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill the places of a text; nothing but the places is read, whatever columns are called."""
    return _PLACE.sub(lambda match: values[match[1]], text)


def mapping_path(name: str) -> Path:
    """Find a mapping by its name or path; raise ImportProblem where there is none."""
    for path in (FOLDER / f"{name}.yaml", Path(name)):
        if path.is_file():
            return path
    known = ", ".join(sorted(path.stem for path in FOLDER.glob("*.yaml")))
    raise ImportProblem(
        _("There is no mapping “%(name)s”; the project has: %(known)s.")
        % {"name": name, "known": known}
    )


def fields_of(page: str) -> dict[str, Field[Any, Any]]:
    """Give the fields that an import may fill on a type of page."""
    own = (*BY_NAME, *_OWN.get(page, ())) if page in ("good-practice", "case-study") else _OWN[page]
    return {name: PAGES[page]._meta.get_field(name) for name in (*_COMMON, *own)}


def holds(field: Field[Any, Any]) -> Gives:
    """Say what a field holds, in the words of the transforms."""
    if isinstance(field, StreamField):
        return Gives.LINKS if field.name == "links" else Gives.BLOCKS
    if isinstance(field, PartialDateField):
        return Gives.DATE
    if field.get_internal_type() in ("PositiveIntegerField", "FloatField"):
        return Gives.NUMBER
    if field.name in CODES or field.name in ("status", "resource_type"):
        return Gives.CODE
    return Gives.TEXT
