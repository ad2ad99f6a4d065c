"""The form of an expression of interest: what it shows, reads and finds wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind
from portal.taxonomy.ordering import in_order
from portal.taxonomy.snapshot import Entry, snapshot
from search.facets import WorkType

from .checking import kept, problems_of
from .fields import INTEREST, FieldKind, FormField
from .permissions import OF_THE_SECRETARIAT
from .plain_text import link_in
from .section_of import section_of

logger = logging.getLogger(__name__)

# Where links have no business: whoever sends them wants them read, and not to submit anything.
_PLAIN = frozenset({"title", "summary", "place", "name", "organisation"})
_KINDS: Mapping[str, Any] = {
    WorkType.HUB: gettext_lazy(
        "Work of one to three years with others, under the label of the Local4Action HUBs."
    ),
    WorkType.GOOD_PRACTICE: gettext_lazy(
        "Something that your government does, and what came of it."
    ),
    WorkType.CASE_STUDY: gettext_lazy("A contribution of your network to the report GOLD VI."),
}
_INPUTS: Mapping[str, Mapping[str, str]] = {
    "name": {"autocomplete": "name"},
    "organisation": {"autocomplete": "organization"},
    "email": {"autocomplete": "email", "type": "email", "dir": "ltr"},
}


@dataclass(frozen=True)
class Option:
    """A value that may be chosen. section: code of the section to which a country belongs."""

    value: str
    label: Any
    hint: Any = ""
    section: str = ""


@dataclass(frozen=True)
class Asked:
    """A field as the form shows it, with what was typed and what is wrong with it."""

    field: FormField
    value: str
    error: str = ""
    options: tuple[Option, ...] = ()

    @property
    def id(self) -> str:
        """Give the id of the control, to which the summary of errors leads."""
        return f"id_{self.field.name}" + ("_1" if self.field.kind is FieldKind.CHOICE else "")

    @property
    def attributes(self) -> Mapping[str, str]:
        """Give further attributes of its input."""
        return _INPUTS.get(self.field.name, {})


def read(data: Mapping[str, Any]) -> dict[str, str]:
    """Give what was typed, by field, as it is kept.

    Where no section was chosen it is the one that the country tells, if it does.
    """
    values = {field.name: kept(field, data.get(field.name)) for field in INTEREST}
    values["email"] = values["email"].lower()
    if not values["section"]:
        country = snapshot().resolve(Kind.COUNTRY, values["country"])
        section = section_of(country) if country else None
        values["section"] = section.code if section else ""
    return values


def wrong(values: Mapping[str, str]) -> dict[str, str]:
    """Say what is wrong or missing: field -> a sentence for the person."""
    found: dict[str, str] = {}
    for field in INTEREST:
        value = values[field.name]
        if field.name == "section" and not value and "country" in found:
            continue  # once the country is right, it may tell the section
        problem = _missing(field) if not value else problems_of(field, value)
        if not problem and field.terms and not _is_current(field, value):
            problem = _("Choose from the list.")
        if not problem and field.name in _PLAIN and (link := link_in(value)):
            problem = _("Text only, without links: please take out “%(link)s”.") % {"link": link}
        if problem:
            found[field.name] = problem
    return found


def note_refusal(values: Mapping[str, str], problems: Mapping[str, str], notice: str) -> None:
    """Leave a line for who watches over the server, where no person seems to have sent a form.

    The form offers choices and lists alone, so another value in one of them was forged.
    """
    if notice:
        logger.warning("Refused: an expression of interest, as a program would send it")
    for field in INTEREST:
        chosen = field.kind in (FieldKind.CHOICE, FieldKind.TERM) and values[field.name]
        if chosen and field.name in problems:
            logger.warning("Refused: an expression of interest with %s=%.60r", field.name, chosen)


def _missing(field: FormField) -> str:
    if field.name == "section":
        return _("Choose the section: the country alone does not tell which one it is.")
    if field.name == "consent":
        return _("Please agree; otherwise nobody can write to you about it.")
    return _("“%(field)s” is needed.") % {"field": field.label}


def _is_current(field: FormField, code: str) -> bool:
    entry = snapshot().resolve(field.terms, code)
    return entry is not None and entry.current


def asked(values: Mapping[str, str], problems: Mapping[str, str]) -> Iterator[Asked]:
    """Give the fields in order, with what was typed and what is wrong."""
    for field in INTEREST:
        yield Asked(
            field,
            values.get(field.name, ""),
            problems.get(field.name, ""),
            tuple(_options(field)),
        )


def _options(field: FormField) -> Iterator[Option]:
    if field.kind is FieldKind.CHOICE:
        for value, label in field.choices:
            yield Option(value, label, _KINDS[value])
    elif field.name == "section":
        language = current_language()
        for entry in _current(Kind.SECTION):
            label = entry.label(language)
            named = label if entry.code == OF_THE_SECRETARIAT else f"{label} – {entry.name}"
            yield Option(entry.code, named)
    elif field.name == "country":
        language = current_language()
        for entry in in_order(_current(Kind.COUNTRY), language):
            section = section_of(entry)
            yield Option(entry.code, entry.label(language), section=section.code if section else "")


def _current(kind: str) -> list[Entry]:
    return [entry for entry in snapshot().of_kind(kind) if entry.current]
