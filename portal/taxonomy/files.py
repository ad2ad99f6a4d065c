"""The project's data files: terms, labels and synonyms as they are shipped."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from .models import Kind

DATA = Path(__file__).parent / "data"
_TERM_FIELDS = ("valid_from", "valid_to", "name", "colour", "lower", "upper")


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
