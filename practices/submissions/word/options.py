"""What can be chosen in a field, and what somebody means who wrote it in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.translation import override
from rapidfuzz import fuzz, process

from portal.taxonomy.models import Kind
from portal.taxonomy.ordering import in_order
from portal.taxonomy.snapshot import Entry, snapshot

from ..fields import FieldKind, FormField
from .wording import normal

# Up to so many stand as boxes to tick; of more (the countries), one is written or chosen.
MOST_BOXES = 40
_NEAR = 82
_GOAL = re.compile(r"^\D{0,12}?(\d{1,2})(?:\D|$)")


def options(field: FormField, language: str, chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Give code and label of what can be chosen; what was chosen once stays in the list."""
    if field.kind is FieldKind.CHOICE:
        with override(language):
            return [(code, str(label)) for code, label in field.choices]
    kept = set(chosen)
    entries = [e for e in snapshot().of_kind(field.terms) if e.current or e.code in kept]
    return [(e.code, _label(e, language)) for e in in_order(entries, language)]


def _label(entry: Entry, language: str) -> str:
    label = entry.label(language)
    return f"{entry.number}. {label}" if entry.kind == Kind.SDG else label


def names(field: FormField) -> Mapping[str, str]:
    """Give what may be written for each choice, in every language: normal text -> code."""
    found: dict[str, str] = {}
    if field.kind is FieldKind.CHOICE:
        for language, _name in settings.LANGUAGES:
            with override(language):
                found |= {normal(str(label)): code for code, label in field.choices}
        return found | {normal(code): code for code, _label in field.choices}
    for entry in snapshot().of_kind(field.terms):
        target = snapshot().resolve(field.terms, entry.code)
        if target is None or not target.current:
            continue
        words = [entry.code, entry.name, entry.iso2, *entry.labels.values()]
        words += [word for words in entry.synonyms.values() for word in words]
        for word in words:
            if word:
                found.setdefault(normal(word), target.code)
    return found


def find(field: FormField, text: str, known: Mapping[str, str]) -> str:
    """Give the code of what somebody wrote, or "" where it is in no list. known: `names`."""
    code = known.get(normal(text), "")
    if not code and field.terms == Kind.SDG and (number := _GOAL.match(text)):
        code = known.get(normal(f"sdg-{int(number[1]):02d}"), "")
    return code


def nearest(field: FormField, text: str, known: Mapping[str, str], language: str) -> str:
    """Give the label of what somebody may have meant, or ""."""
    best = process.extractOne(normal(text), known.keys(), scorer=fuzz.WRatio, score_cutoff=_NEAR)
    if best is None:
        return ""
    code = known[best[0]]
    return dict(options(field, language, [code])).get(code, "")
