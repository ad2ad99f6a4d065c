"""What the Word template says besides labels: written by `writer`, passed over by `reader`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from portal.taxonomy.ordering import fold

from ..fields import FieldKind, FormField, fields_of, steps_of

# These are added on the portal: a Word file is no place for pictures that need a credit.
NOT_IN_FILE = frozenset({FieldKind.PICTURES, FieldKind.DOCUMENTS})
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}(?:[.)]\d{0,2})*[.)]?|[a-h][.)])\s+")
_SIGNS = re.compile(r"[^\w]+")


def in_file(field: FormField) -> bool:
    """Tell whether a field stands in the Word file."""
    return field.kind not in NOT_IN_FILE


def placeholder() -> str:
    """Give what stands where nothing is written yet."""
    return _("Write here")


def how_to_heading() -> str:
    """Give the heading above the instructions."""
    return _("How to fill in this file")


def how_to() -> list[str]:
    """Give the instructions, one a paragraph."""
    return [
        _("Write where it says “Write here”. Leave the headings as they are: by them, the portal "
          "finds each answer again."),
        _("Lists, bold words and links are kept. Nothing else of the formatting is."),
        _("Where there are boxes, tick them, or write an x before the words."),
        _("Pictures and documents are not taken over: add them on the portal."),
        _("When it is filled in, upload the file on the page of your submission. You see what was "
          "understood before anything changes, and what you leave empty stays as it is there."),
    ]  # fmt: skip


def helps(field: FormField) -> list[str]:
    """Give what stands below the label of a field: what is meant, how much, from what list."""
    rules = []
    if field.words:
        rules.append(
            ngettext("At most %(count)d word.", "At most %(count)d words.", field.words)
            % {"count": field.words}
        )
    elif field.characters:
        rules.append(
            ngettext(
                "At most %(count)d character.", "At most %(count)d characters.", field.characters
            )
            % {"count": field.characters}
        )
    elif field.at_most and field.kind is FieldKind.ROWS:
        rules.append(
            ngettext("At most %(count)d row.", "At most %(count)d rows.", field.at_most)
            % {"count": field.at_most}
        )
    if field.kind is FieldKind.CHOICE:
        rules.append(_("Tick one."))
    rules.append(_("Needed.") if field.needed else _("Not needed."))
    found = [str(field.help)] if field.help else []
    found.append(" ".join(rules))
    for column in field.columns:
        if column.kind is FieldKind.CHOICE:
            words = ", ".join(str(label) for _code, label in column.choices)
            found.append(f"{column.label}: {words}")
    return found


def normal(text: str) -> str:
    """Give a text as it is compared: without case, accents, numbering, marks and punctuation."""
    text = _NUMBERING.sub("", text.replace("**", ""))
    return _SIGNS.sub(" ", fold(text)).strip()


@dataclass(frozen=True)
class Wording:
    """What may be said in a template of a kind, in every language of the interface.

    labels: normal text -> name of the field. steps: normal headings of steps. placeholders: what
    stands where nothing is written. ignored: what explains, and is no answer. columns: field ->
    normal text -> name of the column.
    """

    labels: Mapping[str, str]
    steps: frozenset[str]
    placeholders: frozenset[str]
    ignored: frozenset[str]
    columns: Mapping[str, Mapping[str, str]]


@lru_cache(maxsize=16)
def wording(kind: str) -> Wording:
    """Give the wording of the template of a kind of work."""
    labels: dict[str, str] = {}
    steps: set[str] = set()
    placeholders: set[str] = set()
    ignored: set[str] = set()
    columns: dict[str, dict[str, str]] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            placeholders.add(normal(placeholder()))
            steps |= {normal(str(step.label)) for step in steps_of(kind)}
            said = [how_to_heading(), *how_to()]
            for field in fields_of(kind):
                said += helps(field)
                if in_file(field):
                    labels.setdefault(normal(str(field.label)), field.name)
                for column in field.columns:
                    columns.setdefault(field.name, {})[normal(str(column.label))] = column.name
            ignored |= {normal(text) for text in said}
    ignored |= placeholders
    return Wording(
        labels,
        frozenset(steps - set(labels)),
        frozenset(placeholders),
        frozenset(ignored - set(labels) - steps - {""}),
        columns,
    )
