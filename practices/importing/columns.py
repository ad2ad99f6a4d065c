"""From an editor's choices on the screen to a mapping, and from rows to drafts by it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from babel.core import Locale as BabelLocale
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.taxonomy.language import own_name, short
from portal.taxonomy.models import Kind
from practices.models import PracticeStatus, ResourceType

from .coordinates import read_angle, read_pair, settle
from .draft import Drafter
from .folded import folded
from .labels import Labels
from .mapping import FieldRule, SourceMapping
from .targets import BY_NAME, needed
from .values import NULLS, TRANSFORMS, Place, strings

_RANGE = re.compile(r"\s+(?:-|–|—|to|à|a|al|até|إلى)\s+|\s*[–—]\s*|(?<=\d{4})\s*[-/]\s*(?=\d{4})")
_POINT = ("latitude", "longitude")


@dataclass(frozen=True)
class Choices:
    """What an editor chose: columns and what they become, where the works go, as what.

    columns: column -> target. values: target -> value -> "kind:code", or "" to leave it out.
    header: the place of the header row, or None: found by itself.
    """

    page: str = "good-practice"
    section: str = ""
    language: str = "en"
    source_name: str = ""
    licence: str = "source"
    live: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    header: int | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Choices:
        """Read what was kept; what this version does not know is left out."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        return cls(**known)

    def as_dict(self) -> dict[str, Any]:
        """Give what is kept."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def of(self, target: str) -> list[str]:
        """Give the columns that become a target."""
        return [column for column, name in self.columns.items() if name == target]


def signature(columns: Sequence[str]) -> str:
    """Give what files with the same columns share, in whatever order these stand."""
    text = json.dumps(sorted(folded(column) or column for column in columns))
    return hashlib.sha256(text.encode()).hexdigest()


def mapping_of(choices: Choices) -> SourceMapping:
    """Make the mapping that the importing core works by."""
    rules: dict[str, list[str]] = {}
    for column, name in choices.columns.items():
        target = BY_NAME.get(name)
        if target is not None and target.transform and target.fits(choices.page):
            rules.setdefault(name, []).append(column)
    also = [name for name in _POINT if choices.of("point") or choices.of("latitude")]
    also += [name for name in ("start", "end") if choices.of("period")]
    also += ["text_language"] if choices.of("language") else []
    required = [name for name in needed(choices.page, live=choices.live) if name != "body"]
    return SourceMapping(
        name=choices.source_name,
        source_name=choices.source_name,
        licence=choices.licence,
        url="",
        language=choices.language,
        language_column="",
        languages={},
        reader=choices.page,
        reader_options={},
        key=tuple(choices.of("source_id")),
        page=choices.page,
        place=f"section:{choices.section}" if choices.section else "list",
        fields=tuple(
            FieldRule(name, BY_NAME[name].transform, tuple(columns), table=_table(name))
            for name, columns in rules.items()
        ),
        facets=(),
        facts_by="",
        facts={},
        constants={},
        terms=(),
        required=tuple(name for name in required if name != "title"),
        optional=frozenset(),
        ignored=frozenset(),
        nulls=NULLS,
        splits={},
        refusals=(),
        also=tuple(name for name in also if name not in rules),
    )


@cache
def _table(name: str) -> Mapping[str, str] | None:
    """Give the words of every language for the values of a field that has a few."""
    choices = {"status": PracticeStatus, "resource_type": ResourceType}.get(name)
    if choices is None:
        return None
    table = {value: value for value in choices.values}
    for code, _name in settings.LANGUAGES:
        with override(code):
            table.update({str(label): value for value, label in choices.choices})
    return table


@cache
def _languages() -> dict[str, str]:
    """Give the code of each language, by its code and its names in the portal's languages."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        for other, name in BabelLocale.parse(code).languages.items():
            if len(other) <= 3:
                found.setdefault(folded(str(name)), other)
    codes = [code for code, _name in settings.LANGUAGES] + list(settings.LABEL_LANGUAGES)
    for code in codes:
        found[folded(own_name(code))] = code
    for code in list(found.values()):
        found[folded(code)] = code
    return found


class ColumnDrafter(Drafter):
    """Makes drafts by an editor's choices: terms by label, points, periods, languages."""

    def __init__(self, choices: Choices) -> None:
        super().__init__(mapping_of(choices))
        self.choices = choices
        self.labels = {
            name: Labels(target.kinds, choices.values.get(name, {}), single=not target.several)
            for name, target in BY_NAME.items()
            if target.kinds and choices.of(name) and target.fits(choices.page)
        }
        # Notes on values that are no terms, for who lists these values anyway.
        self.unread_notes: set[str] = set()
        self.facets = {name: labels.seen for name, labels in self.labels.items()}

    def _label(self, name: str) -> str:
        return str(BY_NAME[name].label) if name in BY_NAME else name

    def _from_facets(self, values: Mapping[str, Any], notes: list[str]) -> list[tuple[str, str]]:
        return [
            pair
            for name in self.labels
            if name != "section"
            for pair in self._read(name, values, notes)
        ]

    def _place(self, values: Mapping[str, Any], notes: list[str]) -> str:
        pairs = self._read("section", values, notes) if "section" in self.labels else []
        return f"{Kind.SECTION}:{pairs[0][1]}" if pairs else ""

    def _read(
        self, name: str, values: Mapping[str, Any], notes: list[str]
    ) -> list[tuple[str, str]]:
        """Give the terms of a row's cells; what is no term is noted on the row."""
        unread: list[str] = []
        cells = [values.get(column) for column in self.choices.of(name)]
        pairs = self.labels[name].read(cells, unread)
        said = [
            _("%(field)s: “%(value)s” is no term of the portal, left out")
            % {"field": self._label(name), "value": value[:60]}
            for value in unread
        ]
        notes += said
        self.unread_notes.update(said)
        return pairs

    def _language(self, values: Mapping[str, Any]) -> str:
        """Give the language of the tree where the page goes: the text's own, if there is one."""
        code = short(self._text_language(values) or self.choices.language)
        return code if code in dict(settings.WAGTAIL_CONTENT_LANGUAGES) else self.choices.language

    def _text_language(self, values: Mapping[str, Any]) -> str:
        said = self._cell(values, "language")
        return _languages().get(folded(said)) or _languages().get(short(said)) or ""

    def _complete(
        self, values: Mapping[str, Any], fields: dict[str, Any], notes: list[str]
    ) -> None:
        """Add the point, the period and the language of a text that has no tree of its own."""
        said = self._cell(values, "language")
        code = self._text_language(values)
        if said and not code:
            notes.append(
                _("%(field)s: “%(value)s” is unknown, left empty")
                % {"field": self._label("language"), "value": said[:60]}
            )
        if code and short(code) not in dict(settings.WAGTAIL_CONTENT_LANGUAGES):
            fields["text_language"] = code[:12]
        self._point(values, fields, notes)
        if text := self._cell(values, "period"):
            self._period(text, fields, notes)

    def _cell(self, values: Mapping[str, Any], target: str) -> str:
        return " ".join(
            text for column in self.choices.of(target) for text in strings(values.get(column))
        )

    def _point(self, values: Mapping[str, Any], fields: dict[str, Any], notes: list[str]) -> None:
        both = self._cell(values, "point")
        single = [self._cell(values, name) for name in _POINT]
        pair: tuple[float | None, float | None] = (None, None)
        if any(single):
            pair = (read_angle(single[0]), read_angle(single[1]))
        elif both:
            pair = read_pair(both) or pair
        else:
            return
        latitude, longitude = pair
        if latitude is None or longitude is None:
            said = both or ", ".join(single)
            notes.append(
                _("“%(value)s” cannot be read as a point, left empty") % {"value": said[:60]}
            )
            return
        point = settle(latitude, longitude, str(fields.get("country") or ""), notes)
        if point is not None:
            fields["latitude"], fields["longitude"] = point

    def _period(self, text: str, fields: dict[str, Any], notes: list[str]) -> None:
        parts = _RANGE.split(text, maxsplit=1)
        for name, part in zip(("start", "end"), parts, strict=False):
            place = Place("", "", name, {}, False, notes, self._label("period"))
            found = TRANSFORMS["when"].run([part], place)
            if found and not fields.get(name):
                fields[name] = found

    def _url(self, values: Mapping[str, Any]) -> str:
        text = self._cell(values, "source_url") or self._cell(values, "resource_url")
        is_address = re.fullmatch(r"https?://[^\s<>\"]+", text) and len(text) <= 500
        return text if is_address else ""
