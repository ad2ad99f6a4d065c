"""`make bench`: what a search costs the engines and what its page costs, in one run.

Makes works as many as asked for, indexes them on both engines, and asks for pages of searches of
every kind, for suggestions and for similar works. A page's time is that of Django's whole way from
the request to the compressed answer; the engine's is that of its calls in the same request. What is
built is kept below build/bench for the next run, but for Elasticsearch's indices.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import itertools
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .report import Measured
    from .works import Generator

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
EACH, ROUNDS = 6, 5
HUBS = 24
PREFIX = "bench"
# What decides the works that are made; the engine itself knows whether it can read an index.
_WORKS = (
    "tests/performance/prose.py",
    "tests/performance/works.py",
    "search/document.py",
    "search/meaning/encoders.py",
    "portal/taxonomy/data/*",
)
_DATABASE = (
    "tests/performance/bench.py",
    "tests/performance/pages/**/*.py",
    "portal/taxonomy/data/*",
    "*/migrations/*.py",
    "portal/*/migrations/*.py",
)


def main(arguments: Sequence[str]) -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure searches and their pages.")
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of works (10000 100000)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times that each is searched")
    parser.add_argument("--engine", action="append", choices=["embedded", "elasticsearch"])
    parser.add_argument("--no-wagtail", action="store_true", help="leave Wagtail's search out")
    asked = parser.parse_args(arguments)
    from tests.elasticsearch.server import measured_server

    with ExitStack() as stack:
        engines = asked.engine or ["embedded", "elasticsearch"]
        url = stack.enter_context(measured_server()) if "elasticsearch" in engines else ""
        _configure(_folder("database", _DATABASE), url)
        _run(asked, engines, url)


def _run(asked: Any, engines: Sequence[str], url: str) -> None:
    from . import report
    from .transfer import first_page

    folder = _folder("works", _WORKS)
    generator = _generator()
    result: dict[str, Any] = {"machine": report.machine(), "sizes": {}}
    _say(f"{json.dumps(result['machine'])}\n")
    for size in asked.sizes or (10_000, 100_000):
        found = result["sizes"].setdefault(size, {})
        for name in engines:
            engine, built = _engine(name, folder / f"index-{size}", url, generator, size)
            summed = report.rows(_measure(engine, generator, asked.rounds))
            found[name] = {"built": built, "searches": report.as_json(summed)}
            _say(f"\n{name}, {size:,} works; milliseconds\n\n{report.table(summed)}\n")
            if name == "elasticsearch" and size <= 10_000 and not asked.no_wagtail:
                found["against wagtail"] = _against_wagtail(engine, generator, asked.rounds, url)
        sent = first_page("/en/search/")
        found["first page"] = sent
        _say(f"\nFirst search page, bytes sent: {sum(sent.values()):,}\n")
        for name, count in sent.items():
            _say(f"  {count:>7,}  {name}\n")
    result["machine"]["load at the end"] = report.machine()["load"]
    target = BUILD.parent / "bench.json"
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    _say(f"\nAll numbers: {target.relative_to(ROOT)}\n")


def prepare(url: str = "") -> tuple[Generator, Path]:
    """Set the portal up; give what makes its works, and the folder for their indexes."""
    _configure(_folder("database", _DATABASE), url)
    return _generator(), _folder("works", _WORKS)


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


def _configure(folder: Path, url: str) -> None:
    """Set Django up on a database of its own, with terms, a tree of pages and some hubs."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    os.environ["VAR_DIR"] = str(folder)
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'portal.sqlite3'}"
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ.pop("SEARCH_ENCODER", None)
    import django
    from django.conf import settings
    from django.core.management import call_command

    from .against_wagtail import APP, settings_for

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, APP]
    settings.WAGTAILSEARCH_BACKENDS = settings_for(url)
    settings.SEARCH_ENCODER = "search.meaning.encoders.UniversalSentenceEncoder"
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
    name: str, path: Path, url: str, generator: Generator, size: int
) -> tuple[Any, dict[str, float] | None]:
    """Give the engine with so many works in it, and what building took if it was built now."""
    from django.conf import settings

    from search.engines import get_engine

    options: dict[str, Any] = {"path": path}
    kind = "MeasuredEmbedded"
    if name == "elasticsearch":
        options, kind = {"url": url, "prefix": f"{PREFIX}{size}"}, "MeasuredElasticsearch"
    settings.SEARCH_ENGINE = {"BACKEND": f"tests.performance.measured.{kind}", "OPTIONS": options}
    engine: Any = get_engine()
    if engine.status().documents == size:
        return engine, None
    _say(f"{name}, {size:,} works: making and indexing ...\n")
    gc.disable()  # nothing here makes cycles; looking for them takes a fifth of the time
    try:
        built = _build(engine, generator, size, url)
    finally:
        gc.enable()
    _say(f"  {json.dumps(built)}\n")
    if name == "elasticsearch":
        from .bulk import settle

        settle(url, PREFIX)
    return engine, built


def _build(engine: Any, generator: Generator, size: int, url: str) -> dict[str, float]:
    """Index works; on Elasticsearch also the raw way, for as many as fit the memory."""
    from search.meaning import get_encoder

    from .works import with_vectors

    encoder = get_encoder()
    if encoder is None:
        raise RuntimeError("the bench needs an encoder")
    making = 0.0

    def documents() -> Iterator[Any]:
        nonlocal making
        source = with_vectors(generator.documents(size), generator.taxonomy, encoder)
        while True:
            before = time.perf_counter()
            one = next(source, None)
            making += time.perf_counter() - before
            if one is None:
                return
            yield one

    built: dict[str, float] = {}
    if engine.name == "elasticsearch":
        from .bulk import rates

        some = list(itertools.islice(documents(), 10_000))
        built |= rates(engine, url, f"{PREFIX}{size}", some)
        if len(some) == size:
            return built
        making = 0.0
    started = time.perf_counter()
    engine.rebuild(documents())
    seconds = time.perf_counter() - started
    return built | {
        "seconds": round(seconds, 1),
        "works and vectors, seconds": round(making, 1),
        "index, ms a work": round(1000 * (seconds - making) / size, 2),
    }


def _measure(engine: Any, generator: Generator, rounds: int) -> list[Measured]:
    """Ask for everything: each search with all counts forgotten, and once more at once."""
    from django.test import Client
    from django.urls import reverse

    from .queries import completions, searches

    client = Client(headers={"accept-encoding": "gzip"})
    asked: dict[str, list[Callable[[], object]]] = {
        kind: [_page(client, address) for address in addresses]
        for kind, addresses in searches(generator, EACH).items()
    }
    address = reverse("search_complete")
    asked["suggestions"] = [
        _page(client, f"{address}?q={text}") for text in completions(generator, EACH)
    ]
    asked["similar works"] = [
        _beside(one.id) for one in itertools.islice(generator.documents(EACH), EACH)
    ]
    found: list[Measured] = []
    # The generator's words are no part of a web process: its collector need not look at them.
    gc.collect()
    gc.freeze()
    for number in range(rounds + 1):
        for kind, calls in asked.items():
            for call in calls:
                engine.forget()
                for repeated in (False, True):
                    one = _timed(kind, repeated, engine, call)
                    if number:  # the round before the first warms up
                        found.append(one)
    gc.unfreeze()
    return found


def _page(client: Any, address: str) -> Callable[[], object]:
    def ask() -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")

    return ask


def _beside(key: str) -> Callable[[], object]:
    from uuid import UUID

    from search.related import around

    return lambda: around(UUID(key), "en")


def _timed(kind: str, repeated: bool, engine: Any, call: Callable[[], object]) -> Measured:
    from .report import Measured

    engine.begin()
    started, processor = time.perf_counter(), time.thread_time()
    call()
    page, busy = time.perf_counter() - started, time.thread_time() - processor
    return Measured(kind, repeated, engine.total, engine.wall, page, engine.processor, busy)


def _against_wagtail(
    engine: Any, generator: Generator, rounds: int, url: str
) -> list[dict[str, Any]]:
    from django.http import QueryDict
    from elasticsearch import Elasticsearch

    from search.request import parse_request
    from search.vocabulary import Vocabulary

    from .against_wagtail import compare, index_pages, make_pages
    from .queries import searches
    from .report import plain_table

    _say("\nPages for Wagtail's own search ...\n")
    make_pages(generator)
    _say(f"  indexed at {index_pages():.0f} pages a second\n")
    requests = {
        kind: [
            parse_request(QueryDict(address.partition("?")[2]), "en", Vocabulary())
            for address in addresses
        ]
        for kind, addresses in searches(generator, EACH).items()
        if kind not in ("by title", "French", "Arabic")
    }
    server = Elasticsearch(url)
    rows = compare(engine, requests, rounds, lambda: server.indices.clear_cache(request=True))
    _say(f"\nOne call of the portal's engine against Wagtail's way\n\n{plain_table(rows)}\n")
    return rows


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
