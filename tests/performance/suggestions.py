"""What suggestions while one types and other spellings cost, on the works of `make bench`.

`python -m tests.performance.suggestions [--size 10000] [--engine elasticsearch]` asks for the lists
under the box and for other spellings of words that no work holds. Its table gives the time of the
whole way (for a list from the request to the answer), that of the engine within it, and how often
the engine was asked. On Elasticsearch it measures in an index that it deletes.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import urlencode

from tests.elasticsearch.server import measured_server

from . import bench

if TYPE_CHECKING:
    from pathlib import Path

    from search.engines.base import Engine

    from .works import Generator

EACH, ROUNDS = 12, 5
PREFIX = "portal-bench-suggestions"


@dataclass(frozen=True)
class Taken:
    """One answer: seconds on the whole way and in the engine, and how often that was asked."""

    whole: float
    engine: float
    questions: int


class Watched:
    """An engine, with a note of how long its methods took."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.seconds, self.questions = 0.0, 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._engine, name)
        if not callable(found):
            return found

        @functools.wraps(found)
        def timed(*args: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return found(*args, **named)
            finally:
                self.seconds += time.perf_counter() - started
                self.questions += 1

        return timed


def main(arguments: Sequence[str]) -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="suggestions")
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--engine", default="embedded", choices=["embedded", "elasticsearch"])
    asked = parser.parse_args(arguments)
    generator, folder = bench.prepare()

    from django.conf import settings

    settings.SEARCH_ENCODER = "off"  # neither depends on what words mean
    with ExitStack() as stack:
        if asked.engine == "elasticsearch":
            url = stack.enter_context(measured_server())
            stack.callback(_forget, url)
            made = _elasticsearch(url, generator, asked.size)
        else:
            made = _embedded(folder / f"index-without-vectors-{asked.size}", generator, asked.size)
        engine = Watched(made)
        stack.enter_context(_everywhere(engine))
        _print(_measure(engine, generator, asked.rounds))


@contextmanager
def _everywhere(engine: Watched) -> Iterator[None]:
    """Put the watched engine where the search takes its own from."""
    with (
        mock.patch("search.completion.get_engine", return_value=engine),
        mock.patch("search.run.get_engine", return_value=engine),
    ):
        yield


def _embedded(path: Path, generator: Generator, size: int) -> Engine:
    from search.engines.embedded import EmbeddedEngine

    engine = EmbeddedEngine(path)
    if engine.status().documents != size:
        engine.rebuild(generator.documents(size))
    return engine


def _elasticsearch(url: str, generator: Generator, size: int) -> Engine:
    from search.engines.elasticsearch import ElasticsearchEngine

    engine = ElasticsearchEngine(url, prefix=PREFIX, timeout=30)
    engine.rebuild(generator.documents(size))
    return engine


def _forget(url: str) -> None:
    from elasticsearch import Elasticsearch

    with Elasticsearch(url) as client:
        for index in client.indices.get(index=f"{PREFIX}-*"):
            client.indices.delete(index=index)


def _measure(engine: Watched, generator: Generator, rounds: int) -> dict[str, list[Taken]]:
    from django.core.cache import cache
    from django.test import Client

    client = Client(headers={"accept-encoding": "gzip"})
    found: dict[str, list[Taken]] = {}

    def take(kind: str, ask: Callable[[], object], *, counted: bool) -> None:
        engine.seconds, engine.questions = 0.0, 0
        started = time.perf_counter()
        ask()
        whole = time.perf_counter() - started
        if counted:
            found.setdefault(kind, []).append(Taken(whole, engine.seconds, engine.questions))

    def get(address: str) -> None:
        status = client.get(address).status_code
        if status not in (200, 204):
            raise RuntimeError(f"{address}: {status}")

    for number in range(rounds + 1):  # the first warms up
        for kind, addresses in _typed(generator).items():
            for address in addresses:
                if "no counts" in kind:
                    cache.clear()
                take(kind, functools.partial(get, address), counted=number > 0)
        for kind, texts in _misspelt(generator).items():
            for text in texts:
                take(kind, functools.partial(_suggest, engine, text), counted=number > 0)
        for kind, addresses in _relaxed(generator).items():
            for address in addresses:
                take(kind, functools.partial(get, address), counted=number > 0)
    return found


def _suggest(engine: Any, text: str) -> None:
    from search.audience import PUBLIC_ONLY
    from search.budget import Budget
    from search.relax import QUESTIONS, SECONDS
    from search.request import SearchRequest
    from search.spelling import suggest
    from search.text import parse_words

    budget = Budget(QUESTIONS, SECONDS)
    suggest(engine, SearchRequest(words=parse_words(text)), PUBLIC_ONLY, budget)


def _words(generator: Generator, language: str, rank: int, step: int) -> list[str]:
    """Give words of six letters and more, from one rank on."""
    long = [word for word in generator.languages[language].words[rank:] if len(word) > 5]
    return long[: EACH * step : step]


def _typed(generator: Generator) -> dict[str, list[str]]:
    """Give kind -> addresses of the lists under the box."""
    words = _words(generator, "en", 60, 9)
    arabic = _words(generator, "ar", 60, 9)
    chinese = [word for word in generator.languages["zh"].words[60:] if word][: EACH * 9 : 9]

    def addresses(language: str, texts: Sequence[str], **more: str) -> list[str]:
        return [f"/{language}/search/complete/?{urlencode({'q': text, **more})}" for text in texts]

    return {
        "one letter": addresses("en", [word[:1] for word in words]),
        "three letters": addresses("en", [word[:3] for word in words]),
        "three letters, no counts kept": addresses("en", [word[:3] for word in words]),
        "a word and two letters": addresses(
            "en", [f"{one} {other[:2]}" for one, other in itertools.pairwise(words)]
        ),
        "three letters, under a filter": addresses(
            "en", [word[:3] for word in words], type="good-practice"
        ),
        "three letters, Arabic": addresses("ar", [word[:3] for word in arabic]),
        "one sign, Chinese": addresses("en", [word[:1] for word in chinese]),
        "nothing begins so": addresses("en", [f"{word[:3]}qxz" for word in words]),
    }


def _misspelt(generator: Generator) -> dict[str, list[str]]:
    """Give kind -> words typed wrong: two letters changed round."""
    known = set(generator.languages["en"].words)
    wrong = []
    for word in _words(generator, "en", 60, 9):
        changed = f"{word[:2]}{word[3]}{word[2]}{word[4:]}"
        wrong.append(changed if changed not in known else f"{word[:3]}{word[4:]}q")
    return {
        "spelling: one wrong word": wrong,
        "spelling: two wrong words": [f"{one} {other}" for one, other in itertools.pairwise(wrong)],
        "spelling: nothing like it": [f"{word[0]}xqzzkj{word[-1]}" for word in wrong],
        "spelling: a word that works hold": _words(generator, "en", 60, 9),
    }


def _relaxed(generator: Generator) -> dict[str, list[str]]:
    """Give kind -> addresses of searches whose second word is wrong."""
    wrong = _misspelt(generator)["spelling: one wrong word"]
    texts = [f"{one} {two}" for one, two in zip(_words(generator, "en", 60, 9), wrong, strict=True)]
    return {
        f"relaxed search, page {page}": [
            f"/en/search/?{urlencode({'q': text, 'page': page})}" for text in texts
        ]
        for page in (1, 2)
    }


def _print(found: dict[str, list[Taken]]) -> None:
    def ms(values: Sequence[float], share: float) -> str:
        ordered = sorted(values)
        return f"{1000 * ordered[min(len(ordered) - 1, round(share * len(ordered)))]:.1f}"

    lines = [
        "| what | whole p50 | p95 | engine p50 | p95 | ratio | questions |",
        "|---|" + "---:|" * 6,
    ]
    for kind, taken in found.items():
        whole, own = [one.whole for one in taken], [one.engine for one in taken]
        ratio = median(one.whole / one.engine for one in taken if one.engine)
        lines.append(
            f"| {kind} | {ms(whole, 0.5)} | {ms(whole, 0.95)} | {ms(own, 0.5)} | {ms(own, 0.95)} |"
            f" {ratio:.2f} | {median(one.questions for one in taken):g} |"
        )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
