"""`make relevance`: how well the portal's search finds what is meant, in whatever language.

Everything is asked through `search.run`, as a reader's page does, of every engine that is at hand.
Prints tables, writes build/relevance.json, and ends with 1 where a goal is missed. What takes long
to make (the demonstration with its imported works) is kept below build/relevance for the next run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .collections import Collection, Query

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "relevance"
GOAL_SUGGESTIONS = 0.80
PARTS = ("targets", "gemet", "judged", "goals")
ENGINES = ("embedded", "elasticsearch")
_POOR = 0.3  # judged queries below it are listed


@dataclass(frozen=True)
class Score:
    """One number of a table: what was measured, for which language, and whether it will do."""

    part: str
    engine: str
    language: str
    queries: int
    measure: str
    value: float
    goal: float | None = None

    @property
    def missed(self) -> bool:
        """Tell whether the goal is missed."""
        return self.goal is not None and round(self.value, 3) < self.goal


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for; give the exit code."""
    parser = argparse.ArgumentParser(prog="relevance", description="Measure what is found.")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--engines", nargs="*", default=[], choices=ENGINES, help="all at hand")
    parser.add_argument("--most", type=int, default=0, help="queries a language (a quick look)")
    asked = parser.parse_args(arguments)
    if not asked.data.is_dir():
        _say(f"There is no folder {asked.data}; DATA= names that of the real records.\n")
        return 2
    _configure(asked.data.resolve())

    from .engines import at_hand

    scores: list[Score] = []
    failures: list[dict[str, Any]] = []
    with at_hand(BUILD, asked.engines) as (engines, remarks):
        for remark in remarks:
            _say(f"{remark}\n")
        for name, configuration in engines.items():
            for collection in _collections(asked.parts, asked.data):
                scores += _collection(collection, name, configuration, asked.most)
            if "judged" in asked.parts:
                found, poor = _judged(name, configuration, asked.most)
                scores += found
                failures += poor
    if "goals" in asked.parts:
        scores += _goals(asked.data)
    _report(scores, failures, remarks)
    return 1 if any(score.missed for score in scores) else 0


def _configure(data: Path) -> None:
    """Set Django up on a database of its own, with the demonstration and the imported works."""
    BUILD.mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.dev"
    os.environ["VAR_DIR"] = str(BUILD)
    os.environ["DATABASE_URL"] = f"sqlite:///{BUILD / 'portal.sqlite3'}"
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ.setdefault("BASE_URL", "http://127.0.0.1:8000")
    import django
    from django.core.management import call_command

    django.setup()
    with (BUILD / "demo.log").open("w", encoding="utf-8") as log:
        _say("The demonstration with its imported works (minutes the first time) ...\n")
        call_command("demo", data=data, no_serve=True, stdout=log)


def _collections(parts: Iterable[str], data: Path) -> Iterable[Collection]:
    from .collections import gemet, targets

    if "targets" in parts:
        yield targets()
    if "gemet" in parts:
        yield gemet(data)


def _collection(
    collection: Collection, engine: str, configuration: Mapping[str, Any], most: int
) -> list[Score]:
    """Index a collection alone, and ask for each of its texts in other languages."""
    from django.test import override_settings

    from search.engines import get_engine
    from search.meaning.vectors import VectorStore

    from .engines import named
    from .measures import reciprocal_rank

    _say(f"{collection.title} ({engine}) ...\n")
    scores = []
    with override_settings(SEARCH_ENGINE=named(configuration, collection.name)):
        get_engine().rebuild(VectorStore().attach_all(collection.documents))
        for language, goal in collection.goals.items():
            queries = [one for one in collection.queries if one.language == language]
            queries = queries[: most or None]
            value = mean(reciprocal_rank(_ask(query), query.right) for query in queries)
            scores.append(
                Score(collection.name, engine, language, len(queries), "MRR@10", value, goal)
            )
            _say(f"  {language}: {value:.3f} ({goal})\n")
    return scores


def _judged(
    engine: str, configuration: Mapping[str, Any], most: int
) -> tuple[list[Score], list[dict[str, Any]]]:
    """Ask the judged queries of the demonstration and the imported works."""
    from django.test import override_settings

    from search.indexer import rebuild

    from .collections import judged
    from .engines import named
    from .measures import ndcg

    _say(f"Judged queries ({engine}) ...\n")
    values: dict[str, list[float]] = {}
    poor: list[dict[str, Any]] = []
    # Halves by topic, every second one: what is tuned on one can be held against the other.
    topics: dict[str, int] = {}
    halves: dict[int, list[float]] = {}
    with override_settings(SEARCH_ENGINE=named(configuration, "works")):
        rebuild()
        for query in judged():
            ranked = _ask(query)
            value = ndcg(ranked, query.grades)
            if len(values.setdefault(query.language, [])) >= (most or 1000):
                continue
            values[query.language].append(value)
            topics.setdefault(query.topic, len(topics))
            halves.setdefault(topics[query.topic], []).append(value)
            if value < _POOR:
                poor.append(
                    {
                        "engine": engine,
                        "query": query.text,
                        "language": query.language,
                        "topic": query.topic,
                        "ndcg": round(value, 3),
                    }
                )
    scores = [
        Score("judged", engine, language, len(found), "nDCG@10", mean(found))
        for language, found in values.items()
    ]
    everything = [value for found in values.values() for value in found]
    scores.append(Score("judged", engine, "all", len(everything), "nDCG@10", mean(everything)))
    for number, half in enumerate(("odd topics", "even topics")):
        found = [value for place, part in halves.items() if place % 2 == number for value in part]
        if found:  # a quick look may hold a single topic
            scores.append(Score("judged", engine, half, len(found), "nDCG@10", mean(found)))
    return scores, poor


def _ask(query: Query) -> list[str]:
    """Search as the page does; give the ids of the first hits."""
    from django.http import QueryDict

    from search.run import search_by

    from .measures import DEPTH

    data = QueryDict(mutable=True)
    data["q"] = query.text
    answer = search_by(data, query.language, size=DEPTH)
    if answer.result.engine == "database":
        raise RuntimeError("the engine does not answer")
    return [hit.document.id for hit in answer.hits]


def _goals(data: Path) -> list[Score]:
    """Suggest goals for paragraphs that experts have put to one."""
    import csv

    from search.meaning.goals import suggest_goals

    _say("Suggested goals ...\n")
    path = data / "sdg-benchmark-osdg" / "benchmark.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] == "True"]
    right = [f"sdg-{int(row['sdg']):02}" for row in rows]
    found = [[one.goal for one in suggest_goals(row["text"])] for row in rows]
    return [
        Score(
            "goals",
            "-",
            "en",
            len(rows),
            f"right among first {depth}",
            mean(one in goals[:depth] for one, goals in zip(right, found, strict=True)),
            GOAL_SUGGESTIONS if depth == 3 else None,
        )
        for depth in (1, 3)
    ]


def _report(scores: list[Score], failures: list[dict[str, Any]], remarks: Sequence[str]) -> None:
    """Print the tables and write the numbers."""
    _say("\n| what | engine | language | queries | measure | value | goal | |\n")
    _say("|---|---|---|---:|---|---:|---:|---|\n")
    for one in scores:
        goal = f"{one.goal:.2f}" if one.goal is not None else ""
        verdict = "" if one.goal is None else "**missed**" if one.missed else "met"
        _say(
            f"| {one.part} | {one.engine} | {one.language} | {one.queries:,} | {one.measure} "
            f"| {one.value:.3f} | {goal} | {verdict} |\n"
        )
    if failures:
        _say(f"\nJudged queries below {_POOR}:\n")
        for poor in failures:
            _say(f"  {poor['ndcg']:.2f}  {poor['language']}  {poor['query']} ({poor['engine']})\n")
    target = BUILD.parent / "relevance.json"
    numbers = [replace(one, value=round(one.value, 4)).__dict__ for one in scores]
    everything = {
        "made": time.strftime("%Y-%m-%d"),
        "remarks": list(remarks),
        "scores": numbers,
        "poor": failures,
    }
    target.write_text(json.dumps(everything, indent=1, ensure_ascii=False), encoding="utf-8")
    _say(f"\nAll numbers: {target.relative_to(ROOT)}\n")


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
