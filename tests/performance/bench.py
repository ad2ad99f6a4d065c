"""`make bench`: what a search costs the engine and what its page costs, in one run.

Makes works as many as asked for, indexes them, and asks for pages of searches of every kind. The
page's time is that of Django's whole way from the request to the compressed answer; the engine's
is the `took` of the same request. What is built is kept below build/bench for the next run.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .measured import MeasuredEngine
    from .report import Measured
    from .works import Generator

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
EACH, ROUNDS = 6, 5
HUBS = 24
# What decides the works that are made; the engine itself knows whether it can read an index.
_WORKS = (
    "tests/performance/prose.py",
    "tests/performance/works.py",
    "search/document.py",
    "portal/taxonomy/data/*",
)
_DATABASE = (
    "tests/performance/bench.py",
    "portal/taxonomy/data/*",
    "*/migrations/*.py",
    "portal/*/migrations/*.py",
)


def main(arguments: Sequence[str]) -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure searches and their pages.")
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of works (10000 100000)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times that each is searched")
    asked = parser.parse_args(arguments)
    _configure(_folder("database", _DATABASE))
    folder = _folder("works", _WORKS)

    from . import report
    from .transfer import first_page

    generator = _generator()
    result: dict[str, Any] = {"machine": report.machine(), "sizes": {}}
    _say(f"{json.dumps(result['machine'])}\n")
    for size in asked.sizes or (10_000, 100_000):
        engine, built = _engine(folder / f"index-{size}", generator, size)
        summed = report.rows(_measure(engine, generator, asked.rounds))
        sent = first_page("/en/search/")
        result["sizes"][size] = {
            "built": built,
            "searches": report.as_json(summed),
            "first page": sent,
        }
        _say(f"\n{size:,} works; times in milliseconds\n\n{report.table(summed)}\n")
        _say(f"\nFirst search page, bytes sent: {sum(sent.values()):,}\n")
        for name, count in sent.items():
            _say(f"  {count:>7,}  {name}\n")
    result["machine"]["load at the end"] = report.machine()["load"]
    target = BUILD.parent / "bench.json"
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    _say(f"\nAll numbers: {target.relative_to(ROOT)}\n")


def _folder(name: str, sources: Iterable[str]) -> Path:
    """Give the folder of what is built from these sources; remove those of earlier ones."""
    digest = hashlib.sha256()
    for pattern in sources:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    folder = BUILD / f"{name}-{digest.hexdigest()[:16]}"
    for other in BUILD.glob(f"{name}-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _configure(folder: Path) -> None:
    """Set Django up on a database of its own, with terms, a tree of pages and some hubs."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    os.environ["VAR_DIR"] = str(folder)
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'portal.sqlite3'}"
    os.environ["LOG_LEVEL"] = "ERROR"
    import django
    from django.core.management import call_command

    django.setup()
    if not (folder / "ready").exists():
        _say("Database: migrations, terms, pages ...\n")
        call_command("migrate", verbosity=0)
        call_command("sync_taxonomy", verbosity=0)
        call_command("make_tree", verbosity=0)
        _make_hubs()
        (folder / "ready").touch()


def _make_hubs() -> None:
    from hubs.models import HubPage
    from portal.cms.models import HomePage

    home = HomePage.objects.get(locale__language_code="en")
    for number in range(HUBS):
        page = HubPage(title=f"Hub {number}", slug=f"hub-{number}", locale=home.locale)
        home.add_child(instance=page)


def _generator() -> Generator:
    from hubs.models import HubPage
    from portal.cms.models import Work
    from portal.taxonomy.snapshot import snapshot

    from .works import Generator

    keys = HubPage.objects.values_list("translation_key", flat=True)
    works = Work.objects.filter(translation_key__in=keys).order_by("reference")
    return Generator(snapshot(), list(works.values_list("reference", flat=True)))


def _engine(
    path: Path, generator: Generator, size: int
) -> tuple[MeasuredEngine, dict[str, float] | None]:
    """Give the engine with so many works in it, and what building took if it was built now."""
    from django.conf import settings

    from search.engines import get_engine

    settings.SEARCH_ENGINE = {
        "BACKEND": "tests.performance.measured.MeasuredEngine",
        "OPTIONS": {"path": path},
    }
    engine: Any = get_engine()
    if engine.status().documents == size:
        return engine, None
    _say(f"{size:,} works: making and indexing ...\n")
    shutil.rmtree(path, ignore_errors=True)
    started, making = time.perf_counter(), 0.0

    def documents() -> Iterable[Any]:
        nonlocal making
        source = generator.documents(size)
        while True:
            before = time.perf_counter()
            one = next(source, None)
            making += time.perf_counter() - before
            if one is None:
                return
            yield one

    gc.disable()  # nothing here makes cycles; looking for them takes a fifth of the time
    try:
        engine.rebuild(documents())
    finally:
        gc.enable()
    seconds = time.perf_counter() - started
    built = {
        "seconds": round(seconds, 1),
        "generator, seconds": round(making, 1),
        "index, ms a work": round(1000 * (seconds - making) / size, 2),
        "megabytes": round(sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) / 1e6),
    }
    _say(f"  {json.dumps(built)}\n")
    return engine, built


def _measure(engine: MeasuredEngine, generator: Generator, rounds: int) -> list[Measured]:
    """Ask for every page: in each round once with all counts forgotten, and once more at once."""
    from django.test import Client

    from .queries import searches
    from .report import Measured

    client = Client(headers={"accept-encoding": "gzip"})
    kinds = searches(generator, EACH)
    found: list[Measured] = []
    # The generator's words are no part of a web process: its collector need not look at them.
    gc.collect()
    gc.freeze()
    for number in range(rounds + 1):
        for kind, addresses in kinds.items():
            for address in addresses:
                engine.forget()
                for repeated in (False, True):
                    started, processor = time.perf_counter(), time.thread_time()
                    response = client.get(address)
                    page, busy = time.perf_counter() - started, time.thread_time() - processor
                    if response.status_code != 200:
                        raise RuntimeError(f"{address}: {response.status_code}")
                    if number:  # the round before the first warms up
                        found.append(
                            Measured(
                                kind,
                                repeated,
                                engine.total,
                                engine.wall,
                                page,
                                engine.processor,
                                busy,
                            )
                        )
    gc.unfreeze()
    return found


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
