"""From single measurements to a table that people read and JSON that programs do."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

LIMIT_FACTOR, LIMIT_EXTRA = 1.5, 0.010


@dataclass(frozen=True)
class Measured:
    """One page: seconds of the engine and of the whole page, by the clock and of the processor."""

    kind: str
    repeated: bool
    total: int
    engine: float
    page: float
    engine_processor: float
    page_processor: float


@dataclass(frozen=True)
class Row:
    """A kind of search: medians, unless named p95; times in milliseconds.

    beyond: page less engine. ratio: page by engine. share: page by what is aimed at, 1.5 times
    the engine plus 10 ms; at most 1 is good. `*_cpu`: the same of processor time, which other
    programs on the machine hardly change.
    """

    kind: str
    repeated: bool
    works: int
    engine: float
    engine_p95: float
    page: float
    page_p95: float
    beyond: float
    ratio: float
    share: float
    engine_cpu: float
    page_cpu: float
    share_cpu: float


def rows(found: Sequence[Measured]) -> list[Row]:
    """Sum up, the first searches of every kind before those repeated."""
    groups = dict.fromkeys((one.repeated, one.kind) for one in found)
    return [
        _row(kind, repeated, [o for o in found if (o.repeated, o.kind) == (repeated, kind)])
        for repeated, kind in sorted(groups, key=lambda group: group[0])
    ]


def _row(kind: str, repeated: bool, found: Sequence[Measured]) -> Row:
    def milliseconds(values: Iterable[float]) -> float:
        return round(1000 * median(values), 2)

    return Row(
        kind=kind,
        repeated=repeated,
        works=round(median(one.total for one in found)),
        engine=milliseconds(one.engine for one in found),
        engine_p95=round(1000 * _p95([one.engine for one in found]), 2),
        page=milliseconds(one.page for one in found),
        page_p95=round(1000 * _p95([one.page for one in found]), 2),
        beyond=milliseconds(one.page - one.engine for one in found),
        ratio=round(median(one.page / one.engine for one in found), 2),
        share=round(median(one.page / _limit(one.engine) for one in found), 2),
        engine_cpu=milliseconds(one.engine_processor for one in found),
        page_cpu=milliseconds(one.page_processor for one in found),
        share_cpu=round(
            median(one.page_processor / _limit(one.engine_processor) for one in found), 2
        ),
    )


def _limit(engine: float) -> float:
    return LIMIT_FACTOR * engine + LIMIT_EXTRA


def _p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


def machine() -> dict[str, Any]:
    """Say what the measurements were made on, and how busy it was."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "django": version("django"),
        "tantivy": version("tantivy"),
        "elasticsearch": version("elasticsearch"),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def as_json(summed: Sequence[Row]) -> list[dict[str, Any]]:
    """Give rows as plain values."""
    return [asdict(row) for row in summed]


def table(summed: Sequence[Row]) -> str:
    """Write rows as a table in Markdown."""
    head = (
        "| search | works found | engine p50 | p95 | page p50 | p95 | page − engine | ratio"
        " | share of the goal | engine CPU | page CPU | share, CPU |"
    )
    lines = [head, "|---|" + "---:|" * 11]
    lines += [
        f"| {row.kind}{', again' if row.repeated else ''} | {row.works:,} | {row.engine:.1f} |"
        f" {row.engine_p95:.1f} | {row.page:.1f} | {row.page_p95:.1f} | {row.beyond:.1f} |"
        f" {row.ratio:.2f} | {row.share:.2f} | {row.engine_cpu:.1f} | {row.page_cpu:.1f} |"
        f" {row.share_cpu:.2f} |"
        for row in summed
    ]
    return "\n".join(lines)


def plain_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows of like keys as a table in Markdown."""
    keys = list(rows[0])
    lines = ["| " + " | ".join(keys) + " |", "|---|" + "---:|" * (len(keys) - 1)]
    lines += ["| " + " | ".join(str(row[key]) for key in keys) + " |" for row in rows]
    return "\n".join(lines)
