"""How long it takes from publishing a work until a search finds it.

`python -m tests.performance.findable [--works 50] [--engine elasticsearch]` makes an empty portal
in a temporary folder, lets an indexer follow it (`search_index --follow`), publishes works one
after the other, and asks the engine every 20 ms until it finds each. The time counts from the
commit of the publication; that of publishing itself is given beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from tests.elasticsearch.server import measured_server

ROOT = Path(__file__).resolve().parents[2]
GOAL = 2.0
_PATIENCE = 30.0
_POLL = 0.02


def manage(*arguments: str) -> list[str]:
    """Give the command line of a management command."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


@contextmanager
def portal(url: str) -> Iterator[None]:
    """Make an empty portal, with an indexer that follows it; this process is part of it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="portal.settings.dev",
            VAR_DIR=folder,
            DATABASE_URL=f"sqlite:///{folder}/portal.sqlite3",
            LOG_LEVEL="ERROR",
            ELASTICSEARCH_URL=url,
            ELASTICSEARCH_INDEX=f"findable-{uuid4().hex[:8]}",
        )
        for command in ("migrate", "sync_taxonomy", "make_tree", "search_rebuild"):
            subprocess.run(manage(command), check=True, stdout=subprocess.DEVNULL)
        worker = subprocess.Popen(manage("search_index", "--follow"))
        try:
            import django

            django.setup()
            yield
        finally:
            worker.terminate()
            worker.wait()
            if url:
                _remove(url, os.environ["ELASTICSEARCH_INDEX"])


def _remove(url: str, prefix: str) -> None:
    from elasticsearch import Elasticsearch

    from tests.elasticsearch.indices import indices

    with Elasticsearch(url) as client:
        client.indices.delete(index=indices(url, f"{prefix}-"))


def publish(count: int) -> Iterator[tuple[float, float]]:
    """Publish works; give for each the seconds of publishing, and those until it was found."""
    from search.engines import get_engine
    from search.request import SearchRequest
    from search.text import parse_words
    from tests import works

    engine, audiences = get_engine(), frozenset({"public"})
    for number in range(count + 1):
        word = f"findable{uuid4().hex[:10]}"
        page = works.practice(live=False, title=f"Works that are {word}", slug=word)
        revision = page.save_revision()
        time.sleep(random.uniform(0, 1))  # nobody publishes in step with the indexer
        started = time.perf_counter()
        revision.publish()
        committed = time.perf_counter()
        request = SearchRequest(words=parse_words(word))
        while not engine.search(request, audiences).total:
            if time.perf_counter() - committed > _PATIENCE:
                raise SystemExit(f"{word} was not found in {_PATIENCE:.0f} s")
            time.sleep(_POLL)
        if number:  # the first waits for the indexer to start
            yield committed - started, time.perf_counter() - committed


def quantile(values: Sequence[float], part: float) -> float:
    """Give the value below which a part of them lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def main() -> None:
    """Measure, print a table and write it; fail where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--works", type=int, default=50)
    parser.add_argument("--engine", default="embedded", choices=["embedded", "elasticsearch"])
    options = parser.parse_args()
    with ExitStack() as stack:
        is_server = options.engine == "elasticsearch"
        stack.enter_context(portal(stack.enter_context(measured_server()) if is_server else ""))
        rows = list(publish(options.works))
    publishing, found = ([row[column] for row in rows] for column in (0, 1))
    measured = {
        "works": len(rows),
        "publishing_p50": quantile(publishing, 0.5),
        "findable_p50": quantile(found, 0.5),
        "findable_p95": quantile(found, 0.95),
        "findable_most": max(found),
    }
    told = ", ".join(f"{key} {value:.2f}" for key, value in measured.items())
    sys.stdout.write(f"{options.engine}: {told}\n")
    target = ROOT / "build" / f"findable-{options.engine}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(measured, indent=2))
    if measured["findable_p95"] > GOAL:
        raise SystemExit(f"The goal is {GOAL} s at p95.")


if __name__ == "__main__":
    main()
