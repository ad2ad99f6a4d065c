"""Reading a mapping and checking it: every mistake is named, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from portal.cms.models.licence import Licence

from .errors import MappingError
from .facets import SPLITS, Facet
from .mapping import CODES, PAGES, FieldRule, Refusal, SourceMapping, fields_of, holds, places
from .readers import READER_OPTIONS
from .terms import Terms
from .values import NULLS, TRANSFORMS, Gives

# Keys of a mapping: name -> whether it must be given.
_TOP = {
    "source": True,
    "reader": True,
    "key": True,
    "page": True,
    "place": True,
    "fields": True,
    "facets": False,
    "facts": False,
    "constants": False,
    "terms": False,
    "required": False,
    "optional": False,
    "ignored": False,
    "nulls": False,
    "refuse": False,
    "split": False,
    "languages": False,
}


def load_mapping(path: Path) -> SourceMapping:
    """Read and check a mapping; raise MappingError with everything that is wrong in it."""
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(path.stem, [_("not YAML: %(error)s") % {"error": error}]) from error
    return _Check(path.stem).mapping(data)


class _Check:
    """Builds a mapping from data and gathers what is wrong."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []
        self._terms = Terms()

    def say(self, text: str, /, **values: Any) -> None:
        self.problems.append(text % values)

    def stop(self) -> None:
        if self.problems:
            raise MappingError(self.name, self.problems)

    def keys(self, data: Any, allowed: Mapping[str, bool], where: str) -> dict[str, Any]:
        """Check that a table has the keys that it must and no other."""
        if not isinstance(data, dict):
            self.say(_("%(where)s: must be a table"), where=where)
            return {}
        for key in data:
            if key not in allowed:
                self.say(
                    _("%(where)s: “%(key)s” is unknown; there are %(known)s"),
                    where=where,
                    key=key,
                    known=", ".join(sorted(allowed)),
                )
        for key, needed in allowed.items():
            if needed and not data.get(key):
                self.say(_("%(where)s: “%(key)s” is missing"), where=where, key=key)
        return {str(key): value for key, value in data.items() if value is not None}

    def names(self, value: Any, where: str) -> tuple[str, ...]:
        """Check a name or a list of names."""
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(name, str) for name in values):
            self.say(_("%(where)s: must be a name or a list of names"), where=where)
            return ()
        return tuple(values)

    def mapping(self, data: Any) -> SourceMapping:
        """Build the mapping; raise MappingError."""
        top = self.keys(data, _TOP, _("the mapping"))
        self.stop()
        source = self.keys(
            top["source"],
            {
                "name": True,
                "licence": True,
                "url": False,
                "language": False,
                "language_column": False,
            },
            "source",
        )
        reader = self.keys(
            top["reader"], {"type": True, **_reader_options(top["reader"])}, "reader"
        )
        page = str(top["page"])
        for value, known, where in (
            (source.get("licence"), Licence.values, "source.licence"),
            (reader.get("type"), READER_OPTIONS, "reader.type"),
            (page, PAGES, "page"),
        ):
            if value not in known:
                self.say(
                    _("%(where)s: “%(value)s” is unknown; there are %(known)s"),
                    where=where,
                    value=value,
                    known=", ".join(sorted(known)),
                )
        languages = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
        self.braces(str(source.get("url", "")), "source.url")
        language = str(source.get("language", "en"))
        if language not in languages:
            self.say(_("source.language: there is no tree in “%(code)s”"), code=language)
        self.stop()
        facts = self.keys(
            top.get("facts") or {"by": "-", "rows": {"-": {}}}, {"by": True, "rows": True}, "facts"
        )
        joins = reader.get("joins") or {}
        for column, join in joins.items():
            self.keys(join, {"file": True, "on": True, "column": True}, f"reader.joins.{column}")
        mapping = SourceMapping(
            name=self.name,
            source_name=str(source["name"]),
            licence=str(source["licence"]),
            url=str(source.get("url", "")),
            language=language,
            language_column=str(source.get("language_column", "")),
            languages={str(k): str(v) for k, v in (top.get("languages") or {}).items()},
            reader=str(reader["type"]),
            reader_options={key: value for key, value in reader.items() if key != "type"},
            key=self.names(top["key"], "key"),
            page=page,
            place=self.place(top["place"], page),
            fields=self.fields(top["fields"], page),
            facets=self.facets(top.get("facets") or {}, top.get("nulls")),
            facts_by="" if "facts" not in top else str(facts.get("by", "")),
            facts={} if "facts" not in top else self.facts(facts.get("rows"), page),
            constants=self.constants(top.get("constants") or {}, page),
            terms=self.terms(top.get("terms") or {}, "terms"),
            required=self.names(top.get("required") or [], "required"),
            optional=frozenset(self.names(top.get("optional") or [], "optional")),
            ignored=frozenset(self.names(top.get("ignored") or [], "ignored")),
            nulls=self.nulls(top.get("nulls")),
            splits=self.splits(top.get("split") or {}),
            refusals=self.refusals(top.get("refuse") or []),
        )
        if "title" not in {rule.name for rule in mapping.fields}:
            self.say(_("fields: “title” is missing"))
        for name in mapping.required:
            if name not in fields_of(page):
                self.say(_("required: there is no field “%(name)s”"), name=name)
        self.stop()
        return mapping

    def place(self, value: Any, page: str) -> str:
        """Check where pages go: "section:CODE", or "list" for the list of their type."""
        place = str(value)
        in_section = page in ("good-practice", "case-study")
        if in_section != place.startswith("section:") or (not in_section and place != "list"):
            self.say(
                _(
                    "place: “%(place)s” does not fit; practices and case studies go to "
                    "“section:CODE”, other works to “list”"
                ),
                place=place,
            )
        return place

    def fields(self, data: Any, page: str) -> tuple[FieldRule, ...]:
        """Check the rules of fields."""
        known = fields_of(page)
        rules = []
        for name, given in self.keys(data, dict.fromkeys(known, False), "fields").items():
            where = f"fields.{name}"
            rule = self.keys(
                given, {"from": False, "sentences": False, "as": True, "values": False}, where
            )
            transform = str(rule.get("as", ""))
            if name not in known or "as" not in rule:
                continue
            if transform not in TRANSFORMS:
                self.say(
                    _("%(where)s: there is no transform “%(name)s”; there are %(known)s"),
                    where=where,
                    name=transform,
                    known=", ".join(sorted(TRANSFORMS)),
                )
                continue
            gives = TRANSFORMS[transform].gives
            if gives != holds(known[name]):
                self.say(
                    _("%(where)s: “%(name)s” gives %(gives)s, the field holds %(holds)s"),
                    where=where,
                    name=transform,
                    gives=gives,
                    holds=holds(known[name]),
                )
            if not rule.get("from") and not rule.get("sentences"):
                self.say(_("%(where)s: give “from”, “sentences” or both"), where=where)
                continue
            sentences = self.names(rule.get("sentences") or [], where)
            checked = [self.braces(text, where) for text in sentences]
            if not all(checked):
                continue
            table = rule.get("values")
            if (gives is Gives.CODE) != isinstance(table, dict):
                self.say(
                    _("%(where)s: “lookup” needs “values”, and nothing else has them"), where=where
                )
                continue
            rules.append(
                FieldRule(
                    name,
                    transform,
                    self.names(rule.get("from") or [], where),
                    sentences,
                    {str(key): str(code) for key, code in table.items()} if table else None,
                )
            )
        return tuple(rules)

    def braces(self, text: str, where: str) -> bool:
        """Check that a text's braces match."""
        try:
            places(text)
        except ValueError:
            self.say(_("%(where)s: braces do not match in “%(text)s”"), where=where, text=text)
            return False
        return True

    def facets(self, data: Any, nulls: Any) -> tuple[Facet, ...]:
        """Check the tables of source values."""
        if not isinstance(data, dict):
            self.say(_("%(where)s: must be a table"), where="facets")
            return ()
        facets = []
        for column, given in data.items():
            where = f"facets.{column}"
            rule = self.keys(given, {"split": False, "values": True, "spelling": False}, where)
            split = str(rule.get("split", "none"))
            if split not in SPLITS:
                self.say(
                    _("%(where)s: there is no split “%(name)s”; there are %(known)s"),
                    where=where,
                    name=split,
                    known=", ".join(sorted(SPLITS)),
                )
            values = rule.get("values")
            if not isinstance(values, dict):
                continue
            table: dict[str, dict[str, tuple[str, ...]]] = {}
            for value, meaning in values.items():
                found: dict[str, tuple[str, ...]] = {}
                for kind, code in self.terms(meaning or {}, f"{where}.{value}"):
                    found[kind] = (*found.get(kind, ()), code)
                table[str(value)] = found
            spelling = {str(k): str(v) for k, v in (rule.get("spelling") or {}).items()}
            for right in spelling.values():
                if right not in table:
                    self.say(
                        _("%(where)s: spelling names “%(value)s”, which is no value"),
                        where=where,
                        value=right,
                    )
            facets.append(Facet(str(column), split, table, spelling, self.nulls(nulls)))
        return tuple(facets)

    def terms(self, data: Any, where: str) -> tuple[tuple[str, str], ...]:
        """Check a table of kind -> codes, against the taxonomy of the database."""
        if isinstance(data, list) and not data:
            return ()
        if not isinstance(data, dict):
            self.say(_("%(where)s: must be a table"), where=where)
            return ()
        pairs = []
        for kind, codes in data.items():
            listed = codes if isinstance(codes, list) else [codes]
            pairs += [(str(kind), str(code)) for code in listed]
        for kind, code in self._terms.unknown(pairs):
            self.say(
                _("%(where)s: there is no term “%(code)s” of kind “%(kind)s”"),
                where=where,
                code=code,
                kind=kind,
            )
        return tuple(pairs)

    def facts(self, rows: Any, page: str) -> dict[str, dict[str, Any]]:
        """Check what is known of single records."""
        if not isinstance(rows, dict):
            self.say(_("%(where)s: must be a table"), where="facts.rows")
            return {}
        return {
            str(key): self.constants(row or {}, page, f"facts.{key}") for key, row in rows.items()
        }

    def constants(self, data: Any, page: str, where: str = "constants") -> dict[str, Any]:
        """Check values that do not come from columns."""
        values = self.keys(data, dict.fromkeys(fields_of(page), False), where)
        for name, value in values.items():
            if name in CODES:
                self.terms({CODES[name]: value}, f"{where}.{name}")
            field = fields_of(page).get(name)
            if field is not None and holds(field) in (Gives.BLOCKS, Gives.LINKS):
                self.say(_("%(where)s: “%(name)s” cannot be a constant"), where=where, name=name)
        return values

    def nulls(self, data: Any) -> frozenset[str]:
        """Give the words that mean “nothing”, the mapping's own added to the usual ones."""
        return NULLS | {name.casefold() for name in self.names(data or [], "nulls")}

    def splits(self, data: Any) -> dict[str, Facet]:
        """Check the lists of values by which columns are split before all else."""
        if not isinstance(data, dict):
            self.say(_("%(where)s: must be a table"), where="split")
            return {}
        return {
            str(column): Facet(
                str(column), "comma", {name: {} for name in self.names(values, f"split.{column}")}
            )
            for column, values in data.items()
        }

    def refusals(self, data: Any) -> tuple[Refusal, ...]:
        """Check the rules of rows that say nothing."""
        rules = []
        for number, given in enumerate(data if isinstance(data, list) else [data], start=1):
            where = f"refuse.{number}"
            rule = self.keys(given, {"column": True, "values": True, "reason": True}, where)
            if rule.keys() >= {"column", "values", "reason"}:
                values = self.names(rule["values"], where)
                rules.append(
                    Refusal(
                        str(rule["column"]),
                        frozenset(v.casefold() for v in values),
                        str(rule["reason"]),
                    )
                )
        return tuple(rules)


def _reader_options(reader: Any) -> dict[str, bool]:
    kind = reader.get("type") if isinstance(reader, dict) else None
    return READER_OPTIONS.get(str(kind), {})
