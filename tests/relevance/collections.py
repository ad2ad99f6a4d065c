"""What is searched: English texts, each asked for by its translations; and judged queries."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from portal.cms.models import Work
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from search.document import LanguageText, SearchDocument

JUDGED = Path(__file__).with_name("judged.yaml")


@dataclass(frozen=True)
class Query:
    """Something typed by a reader of a language, and the works that answer it with their grades."""

    text: str
    language: str
    grades: Mapping[str, int]
    topic: str = ""

    @property
    def right(self) -> str:
        """Give the one work that is right, where there is but one."""
        (only,) = self.grades
        return only


@dataclass(frozen=True)
class Collection:
    """English texts and what is asked of them. goals: language -> the least score that will do."""

    name: str
    title: str
    documents: tuple[SearchDocument, ...]
    queries: tuple[Query, ...]
    goals: Mapping[str, float]


def targets() -> Collection:
    """Give the 169 targets of the Goals."""
    entries = [entry for entry in snapshot().of_kind(Kind.TARGET) if entry.current]
    goals = dict.fromkeys(("fr", "es", "ar", "ru", "zh"), 0.95)
    return Collection(
        "targets",
        f"{len(entries)} SDG targets, asked for by their whole text",
        tuple(_english(entry.code, entry.labels["en"]) for entry in entries),
        tuple(
            Query(entry.labels[language], language, {entry.code: 1})
            for language in goals
            for entry in entries
        ),
        goals,
    )


def gemet(data: Path) -> Collection:
    """Give the terms of the GEMET thesaurus."""
    with (data / "gemet-labels" / "gemet_labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    goals = {"fr": 0.80, "es": 0.80, "pt": 0.79, "ar": 0.66}
    return Collection(
        "gemet",
        f"{len(rows):,} GEMET terms, asked for by their translation",
        tuple(_english(row["concept_id"], row["en"]) for row in rows),
        tuple(
            Query(row[language], language, {row["concept_id"]: 1})
            for language in goals
            for row in rows
            if row[language].strip()
        ),
        goals,
    )


def _english(key: str, title: str) -> SearchDocument:
    """Make a work that is nothing but an English title: no label of a term, no other language."""
    text = LanguageText(title, f"/en/{key}/", "en")
    return SearchDocument(
        id=key,
        reference="",
        type="resource",
        version=1,
        texts={"en": text},
        facets={},
        published="2024-01-01T00:00:00+00:00",
    )


def judged() -> Iterator[Query]:
    """Give the judged queries, their works named as documents are.

    Raises KeyError for a work that is not there.
    """
    data = yaml.safe_load(JUDGED.read_text(encoding="utf-8"))
    keys = dict(_works(data["sources"]))
    for topic, entry in data["topics"].items():
        grades = {keys[str(name)]: grade for name, grade in entry["works"].items()}
        for language, text in entry["queries"].items():
            yield Query(text, language, grades, topic)


def _works(sources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give the name of each work in the judgments, and the id of its document."""
    short = {source: name for name, source in sources.items()}
    rows = Work.objects.values_list("reference", "source_name", "source_id", "translation_key")
    for reference, source, identifier, key in rows:
        yield reference, str(key)
        if source in short:
            yield f"{short[source]}/{identifier}", str(key)
