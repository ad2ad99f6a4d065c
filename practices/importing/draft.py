"""From a row of a file to a draft: what a page would hold, before anything is written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from practices.template import BY_NAME

from .errors import Refused
from .facets import normal
from .mapping import CODES, SINGLE, FieldRule, SourceMapping, fields_of, fill, holds, places
from .prose import plain
from .readers import Row
from .report import FacetReport
from .terms import Terms
from .values import TRANSFORMS, Gives, Place, is_formula, strings

_COMMA = re.compile(r"(?<=[^\W\d]),(?=[^\W\d])")  # without its space
TITLE_LENGTH = 255
SOURCE_ID_LENGTH = 255
# Raised when the same row begins to give other pages, so that a next run brings all up to date.
FORMAT = 1


@dataclass
class Draft:
    """A page that a row asks for: fields as plain values, terms as kinds and codes."""

    row: int
    source_id: str
    language: str
    url: str
    fields: dict[str, Any]
    terms: tuple[tuple[str, str], ...]
    lacking: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    place: str = ""  # where its page goes, where that is not the mapping's place

    def content(self) -> dict[str, Any]:
        """Give what makes two drafts the same or different."""
        return {
            "fields": self.fields,
            "terms": sorted(self.terms),
            "url": self.url,
            "language": self.language,
        }


def digest(drafts: list[Draft]) -> str:
    """Give the digest of a work: of all its language versions together."""
    content = sorted((draft.content() for draft in drafts), key=lambda one: str(one["language"]))
    text = json.dumps([FORMAT, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def source_id(row: Row, mapping: SourceMapping) -> str:
    """Give a row's identifier at the source, or nothing where a part of it is empty.

    Where the source has none, a row is known by all that it says.
    """
    if not mapping.key:
        said = sorted((name, strings(value, mapping.nulls)) for name, value in row.values.items())
        text = json.dumps([pair for pair in said if pair[1]], ensure_ascii=False)
        return f"row:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
    parts = [" ".join(strings(row.values.get(column), mapping.nulls)) for column in mapping.key]
    return "/".join(" ".join(part.split()) for part in parts) if all(parts) else ""


class Drafter:
    """Makes drafts by one mapping, and counts what the facets' values became."""

    def __init__(self, mapping: SourceMapping) -> None:
        self.mapping = mapping
        self.facets = {facet.column: FacetReport() for facet in mapping.facets}
        self._fields = fields_of(mapping.page)
        self._known = Terms()

    def draft(self, row: Row) -> Draft:
        """Make the draft of a row; raise Refused where it cannot become a page."""
        if row.trouble:
            raise Refused(row.trouble)
        mapping = self.mapping
        identifier = source_id(row, mapping)
        if not identifier:
            raise Refused(
                _("The row has no identifier (%(key)s).") % {"key": ", ".join(mapping.key)}
            )
        if len(identifier) > SOURCE_ID_LENGTH:
            raise Refused(_("The identifier is too long."))
        values = {name: self._said(name, value) for name, value in row.values.items()}
        for refusal in mapping.refusals:
            said = strings(row.values.get(refusal.column), frozenset()) or [""]
            if any(text.casefold() in refusal.values for text in said):
                raise Refused(refusal.reason)
        notes: list[str] = []
        fields = {
            **dict(mapping.constants),
            **self._from_rules(values, identifier, notes),
            **mapping.facts.get(" ".join(strings(values.get(mapping.facts_by))), {}),
        }
        terms = self._terms(values, fields, notes)
        language = self._language(values)
        self._complete(values, fields, notes)
        self._check(fields)
        fields["licence"] = mapping.licence
        fields = {name: value for name, value in fields.items() if value not in ("", None, [])}
        return Draft(
            row=row.number,
            source_id=identifier,
            language=language,
            url=self._url(values),
            fields=fields,
            terms=terms,
            lacking=self._lacking(fields),
            place=self._place(values, notes),
            notes=notes,
        )

    def _complete(
        self, values: Mapping[str, Any], fields: dict[str, Any], notes: list[str]
    ) -> None:
        """Add what no rule gives. Nothing here."""

    def _place(self, values: Mapping[str, Any], notes: list[str]) -> str:
        """Give where the page goes; nothing here: to the mapping's place."""
        return ""

    def _label(self, name: str) -> str:
        """Give what a field is called in notes."""
        return name

    def _said(self, name: str, value: Any) -> Any:
        """Give what a cell says: split where the mapping wants it, without words for nothing."""
        nulls = self.mapping.nulls
        if name in self.mapping.splits:
            value = self.mapping.splits[name].read(value)
        if isinstance(value, list):
            value = [part for part in value if strings(part, nulls)]
        return value if strings(value, nulls) else None

    def _from_rules(
        self, values: Mapping[str, Any], identifier: str, notes: list[str]
    ) -> dict[str, Any]:
        fields = {}
        for rule in self.mapping.fields:
            place = Place(
                source=self.mapping.source_name,
                source_id=identifier,
                field=rule.name,
                table=rule.table or {},
                headings=self._has_headings(rule.name),
                notes=notes,
                name=self._label(rule.name),
            )
            found = TRANSFORMS[rule.transform].run(_columns(rule, values), place)
            fields[rule.name] = self._fitting(rule.name, found, notes)
        return fields

    def _has_headings(self, name: str) -> bool:
        field_ = self._fields[name]
        return holds(field_) is Gives.BLOCKS and "heading" in field_.stream_block.child_blocks  # type: ignore[attr-defined]

    def _fitting(self, name: str, value: Any, notes: list[str]) -> Any:
        """Leave out a text that does not fit its field; titles and summaries are refused later."""
        limit = getattr(self._fields[name], "max_length", None)
        if name != "title" and isinstance(value, str) and limit and len(value) > limit:
            notes.append(_("%(field)s: too long, left empty") % {"field": self._label(name)})
            return ""
        return value

    def _terms(
        self, values: Mapping[str, Any], fields: dict[str, Any], notes: list[str]
    ) -> tuple[tuple[str, str], ...]:
        """Give the terms of a row; single ones (country, territory) go to the fields."""
        found = [*self.mapping.terms, *self._from_facets(values, notes)]
        pairs = self._sorted_out(found, fields, notes)
        for name, kind in CODES.items():
            entry = self._known.current(kind, str(fields[name])) if fields.get(name) else None
            if fields.get(name) and entry is None:
                notes.append(
                    _("%(field)s: “%(code)s” is no term of today, left empty")
                    % {"field": self._label(name), "code": fields[name]}
                )
            fields[name] = entry.code if entry else ""
        return pairs

    def _from_facets(self, values: Mapping[str, Any], notes: list[str]) -> list[tuple[str, str]]:
        """Give the terms that the values of a row mean, and count them."""
        found: list[tuple[str, str]] = []
        for facet in self.mapping.facets:
            report = self.facets[facet.column]
            for value in facet.read(values.get(facet.column)):
                known = facet.find(value)
                means = self._meaning(facet.values[known], notes) if known is not None else []
                if not means:
                    report.unmapped[value] += 1
                    continue
                report.mapped += 1
                if known is not None and _looks_other(value, known):
                    report.misspelt[f"{value} → {known}"] += 1
                found += means
        return found

    def _sorted_out(
        self, found: list[tuple[str, str]], fields: dict[str, Any], notes: list[str]
    ) -> tuple[tuple[str, str], ...]:
        """Follow merged terms; give the lists' terms, and put single ones into empty fields."""
        pairs: dict[tuple[str, str], None] = {}
        singles: dict[str, set[str]] = {}
        for kind, code in found:
            entry = self._known.current(kind, code)
            if entry is None:
                notes.append(_("the term “%(code)s” is retired, left out") % {"code": code})
            elif kind in SINGLE:
                singles.setdefault(kind, set()).add(entry.code)
            else:
                pairs[entry.kind, entry.code] = None
        for kind, codes in singles.items():
            if len(codes) > 1:
                notes.append(_("%(field)s: several, left empty") % {"field": self._label(kind)})
            elif not fields.get(kind):
                fields[kind] = codes.pop()
        allowed = set(self.mapping.model.term_kinds)
        return tuple(pair for pair in pairs if pair[0] in allowed)

    def _meaning(
        self, table: Mapping[str, tuple[str, ...]], notes: list[str]
    ) -> list[tuple[str, str]]:
        """Give a value's terms, if at least one of them is a term of today."""
        pairs = [(kind, code) for kind, codes in table.items() for code in codes]
        if pairs and not any(self._known.current(*pair) for pair in pairs):
            notes.append(_("the term “%(code)s” is retired, left out") % {"code": pairs[0][1]})
            return []
        return pairs

    def _language(self, values: Mapping[str, Any]) -> str:
        """Give the language of a row's text; it must have a tree of its own."""
        column = self.mapping.language_column
        said = " ".join(strings(values.get(column))) if column else ""
        language = self.mapping.languages.get(said, said) or self.mapping.language
        if language not in dict(settings.WAGTAIL_CONTENT_LANGUAGES):
            raise Refused(
                _("The portal has no pages in the language “%(code)s”.") % {"code": language}
            )
        return language

    def _check(self, fields: Mapping[str, Any]) -> None:
        """Refuse what cannot be a page."""
        title = str(fields.get("title") or "")
        if not title:
            raise Refused(_("The row has no title."))
        if is_formula(title):
            raise Refused(_("The title is a formula of a spreadsheet."))
        if len(title) > TITLE_LENGTH:
            raise Refused(
                _("The title has %(count)d signs; at most %(limit)d are possible.")
                % {"count": len(title), "limit": TITLE_LENGTH}
            )
        for name in self.mapping.required:
            if fields.get(name) in ("", None, []):
                raise Refused(
                    _("“%(field)s” is empty.") % {"field": self._fields[name].verbose_name}
                )

    def _url(self, values: Mapping[str, Any]) -> str:
        """Give a record's address at the source."""
        pattern = self.mapping.url
        filled = {name: " ".join(strings(values.get(name))) for name in places(pattern)}
        url = fill(pattern, filled) if all(filled.values()) else ""
        return url if len(url) <= 500 and url.startswith(("http://", "https://")) else ""

    def _lacking(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        """List the parts of the template, and the country, that stay empty."""
        names = [name for name in BY_NAME if name in self._fields]
        if not names:
            names = [name for name in ("body",) if name in self._fields]
        return tuple(name for name in ["country", *names] if not fields.get(name))


def _columns(rule: FieldRule, values: Mapping[str, Any]) -> list[Any]:
    """Give what a rule reads: the values of its columns, then its sentences filled in."""
    sentences = []
    for text in rule.sentences:
        filled = {
            name: _COMMA.sub(", ", ", ".join(plain(part) for part in strings(values.get(name))))
            for name in places(text)
        }
        if all(filled.values()):
            sentences.append(fill(text, filled))
    return [*(values.get(column) for column in rule.columns), *sentences]


def _looks_other(value: str, known: str) -> bool:
    return normal(value) != normal(known)
