"""From the project's data files to rows, keeping what editors changed.

Every row remembers the value that the files gave it last (`shipped`). A value that still equals
it follows the files; one that differs is an editor's and stays.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from django.conf import settings
from django.db import transaction

from .models import Kind, TaxonomyVersion, Term, TermLabel

DATA = Path(__file__).parent / "data"
_TERM_FIELDS = ("valid_from", "valid_to", "name", "colour", "lower", "upper")
_LABEL_FIELDS = ("text", "description", "synonyms", "confirmed")


@dataclass
class TermData:
    """A term as the files describe it."""

    kind: str
    code: str
    labels: dict[str, dict[str, Any]]
    parent: tuple[str, str] | None = None
    axis: str = ""
    groups: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class SyncReport:
    """What a run did: terms and labels made and changed, and the editors' values it kept."""

    made: int = 0
    changed: int = 0
    same: int = 0
    kept: list[str] = field(default_factory=list)


def read_data(languages: list[str]) -> list[TermData]:
    """Read all terms from the data files, parents before children.

    `languages` are the codes in which countries and regions are named, from CLDR.
    """
    terms: list[TermData] = []
    for name in ("terms.yaml", "sdgs.yaml", "sdg_targets.yaml"):
        terms += _read_yaml(DATA / name)
    terms += _read_countries(languages)
    order = {kind: number for number, kind in enumerate(Kind.values)}
    # Sorting is stable: regions come broad before narrow, as the file lists them.
    return sorted(terms, key=lambda t: (order[t.kind], t.kind == Kind.THEME and bool(t.parent)))


def _read_yaml(path: Path) -> Iterator[TermData]:
    for kind, rows in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader).items():
        for position, row in enumerate(rows, start=1):
            unconfirmed = row.get("unconfirmed", [])
            parent_kind = Kind.SDG if kind == Kind.TARGET else kind
            yield TermData(
                kind=kind,
                code=str(row["code"]),
                parent=(parent_kind, row["parent"]) if row.get("parent") else None,
                axis=row.get("axis", ""),
                labels={
                    language: {
                        "text": text,
                        "description": row.get("descriptions", {}).get(language, ""),
                        "synonyms": "\n".join(row.get("synonyms", {}).get(language, [])),
                        "confirmed": language not in unconfirmed,
                    }
                    for language, text in row["labels"].items()
                },
                values={
                    "position": position,
                    **{name: row[name] for name in _TERM_FIELDS if name in row},
                },
            )


def _read_countries(languages: list[str]) -> Iterator[TermData]:
    """Give the M49 regions, then the countries, named by CLDR."""
    synonyms = yaml.safe_load((DATA / "countries_synonyms.yaml").read_text("utf-8"))
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    territories = {code: Locale.parse(code).territories for code in languages}

    def labels(key: str, names: Mapping[str, list[str]]) -> dict[str, dict[str, Any]]:
        return {
            language: {
                "text": territories[language][key],
                "description": "",
                "synonyms": "\n".join(names.get(language, [])),
                "confirmed": True,
            }
            for language in languages
            if key in territories[language]
        }

    seen: set[str] = set()
    for row in rows:
        parent = ""
        for column in ("continent", "subregion", "intermediate"):
            code = row[column]
            if code and code not in seen:
                seen.add(code)
                yield TermData(
                    kind=Kind.REGION,
                    code=code,
                    parent=(Kind.REGION, parent) if parent else None,
                    labels=labels(code, {}),
                    values={"position": int(code), "m49": code},
                )
            parent = code or parent
    for row in rows:
        region = row["intermediate"] or row["subregion"] or row["continent"]
        yield TermData(
            kind=Kind.COUNTRY,
            code=row["iso3"],
            parent=(Kind.REGION, region) if region else None,
            groups=tuple(group for group in ("ldc", "lldc", "sids") if row[group] == "1"),
            labels=labels(row["iso2"], synonyms.get(row["iso3"], {})),
            values={"position": 0, "iso2": row["iso2"], "m49": row["m49"]},
        )


@transaction.atomic
def sync(languages: list[str] | None = None) -> SyncReport:
    """Write the files' terms and labels to the database; running it again changes nothing."""
    codes = languages or [code for code, _name in settings.LANGUAGES]
    report = SyncReport()
    known = {(t.kind, t.code): t for t in Term.objects.prefetch_related("groups")}
    rows: dict[int, dict[str, TermLabel]] = {}
    for label in TermLabel.objects.all():
        rows.setdefault(label.term_id, {})[label.language] = label
    for data in read_data(codes):
        term = _sync_term(data, known, report)
        known[data.kind, data.code] = term
        _sync_labels(term, data.labels, rows.get(term.pk, {}), report)
    if report.made or report.changed:
        TaxonomyVersion.touch()
    return report


def _sync_term(data: TermData, known: Mapping[tuple[str, str], Term], report: SyncReport) -> Term:
    """Make or update one term; parent and groups are compared by code."""
    parent = known[data.parent] if data.parent else None
    axis = known[Kind.AXIS, data.axis] if data.axis else None
    wanted = {
        **data.values,
        "parent": data.parent[1] if data.parent else "",
        "axis": data.axis,
        "groups": list(data.groups),
    }
    objects = {
        "parent": parent,
        "axis": axis,
        "groups": [known[Kind.GROUP, code] for code in data.groups],
    }
    term = known.get((data.kind, data.code))
    if term is not None and term.shipped == wanted:
        report.same += 1
        return term
    if term is None:
        term = Term(kind=data.kind, code=data.code, parent=parent, axis=axis, **data.values)
        term.shipped = wanted
        term.save()
        if data.groups:
            term.groups.set(objects["groups"])
        report.made += 1
        return term
    now = {
        **{name: getattr(term, name) for name in data.values},
        "parent": term.parent.code if term.parent else "",
        "axis": term.axis.code if term.axis else "",
        "groups": [group.code for group in term.groups.all()],
    }
    for name, value in wanted.items():
        if now[name] == value:
            continue
        if name in term.shipped and _comparable(now[name]) != _comparable(term.shipped[name]):
            report.kept.append(f"{term.kind} {term.code}: {name}")
        elif name == "groups":
            term.groups.set(objects["groups"])
        else:
            setattr(term, name, objects.get(name, value))
    term.shipped = wanted
    term.save()
    report.changed += 1
    return term


def _comparable(value: Any) -> Any:
    """Give lists in one order, so that groups compare as sets."""
    return sorted(value) if isinstance(value, list) else value


def _sync_labels(
    term: Term,
    labels: Mapping[str, Mapping[str, Any]],
    rows: Mapping[str, TermLabel],
    report: SyncReport,
) -> None:
    for language, wanted in labels.items():
        row = rows.get(language)
        if row is None:
            TermLabel.objects.create(term=term, language=language, shipped=dict(wanted), **wanted)
            report.made += 1
            continue
        if row.shipped == wanted:
            report.same += 1
            continue
        for name in _LABEL_FIELDS:
            current = getattr(row, name)
            if name in row.shipped and current != row.shipped[name] and current != wanted[name]:
                report.kept.append(f"{term.kind} {term.code} [{language}]: {name}")
            else:
                setattr(row, name, wanted[name])
        row.shipped = dict(wanted)
        row.save()
        report.changed += 1
