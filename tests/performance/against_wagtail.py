"""The portal's one call of the engine against Wagtail's `search()` with one `facet()` a facet.

Both on the same Elasticsearch, the same works: 10,000 of them are real pages for Wagtail. Its
analysers are replaced by a plain one, which the server of the tests has; they cost no query
anything. What Wagtail's way cannot do (several values a facet, disjunctive counts, more than ten
values) is left out on its side, so it does less.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.document import SearchDocument
    from search.engines.elasticsearch import ElasticsearchEngine
    from search.request import SearchRequest

    from .works import Generator

APP = "tests.performance.pages"
PAGES = 10_000
_PLAIN = {"type": "custom", "tokenizer": "standard", "filter": []}


def settings_for(url: str) -> dict[str, Any]:
    """Give the search backends of Wagtail on a server."""
    return {
        "default": {"BACKEND": "wagtail.search.backends.database"},
        "bench": {
            "BACKEND": "wagtail.search.backends.elasticsearch9",
            "URLS": [url],
            "INDEX_PREFIX": "benchwagtail_",
            "AUTO_UPDATE": False,
            "INDEX_SETTINGS": {
                "settings": {
                    "analysis": {
                        "analyzer": {"ngram_analyzer": _PLAIN, "edgengram_analyzer": _PLAIN},
                        "tokenizer": {},
                        "filter": {},
                    }
                }
            },
        },
    }


def make_pages(generator: Generator) -> None:
    """Make the pages that are not there yet, below the site's home."""
    from django.db import transaction

    from portal.cms.models import HomePage

    from .pages.models import BenchPage

    home = HomePage.objects.get(locale__language_code="en")
    present = BenchPage.objects.count()
    works = itertools.islice(generator.documents(PAGES), present, None)
    for part in _parts(works, 500):
        with transaction.atomic():
            for one in part:
                home.add_child(instance=_page(one, home.locale))


def _page(document: SearchDocument, locale: Any) -> Any:
    from .pages.models import BenchPage

    text = document.texts[document.best_language("en")]
    values = {f"facet_{name}": codes[0] for name, codes in document.facets.items()}
    return BenchPage(
        title=text.title[:255],
        slug=document.reference.lower(),
        body=f"{text.summary}\n{text.body}",
        locale=locale,
        **values,
    )


def _parts(found: Iterable[Any], size: int) -> Iterator[list[Any]]:
    source = iter(found)
    while part := list(itertools.islice(source, size)):
        yield part


def index_pages() -> float:
    """Index the pages by Wagtail's own command's means; give pages a second."""
    from wagtail.search.backends import get_search_backend

    from .pages.models import BenchPage

    backend = get_search_backend("bench")
    started = time.perf_counter()
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(BenchPage))
    index = rebuilder.start()
    index.add_model(BenchPage)
    pages = BenchPage.objects.all().order_by("pk")
    for part in _parts(pages.iterator(chunk_size=1000), 1000):
        index.add_items(BenchPage, part)
    rebuilder.finish()
    index.refresh()
    return PAGES / (time.perf_counter() - started)


def wagtail_way(request: SearchRequest) -> int:
    """Answer a search as a site does by Wagtail's means: hits, total, every facet's counts."""
    from wagtail.search.backends import get_search_backend
    from wagtail.search.query import MATCH_ALL

    from search.facets import FACET_NAMES

    from .pages.models import BenchPage

    pages = BenchPage.objects.live()
    for name, codes in request.selections.items():
        pages = pages.filter(**{f"facet_{name}__in": codes})
    words = " ".join(request.words.terms) or MATCH_ALL
    results = get_search_backend("bench").search(words, pages)
    list(results[request.offset : request.offset + request.size])
    for name in FACET_NAMES:
        results.facet(f"facet_{name}")
    return int(results.count())


def compare(
    engine: ElasticsearchEngine,
    requests: dict[str, list[SearchRequest]],
    rounds: int,
    forget: Callable[[], object],
) -> list[dict[str, Any]]:
    """Ask both for every search, in turns; give a row for each kind, times in milliseconds.

    forget: makes the server forget its answers. It remembers those without hits, which Wagtail's
    counts are, so that a search asked for twice would be compared with memory.
    """
    public = frozenset({"public"})
    rows = []
    for kind, asked in requests.items():
        ours: list[float] = []
        theirs: list[float] = []
        for number in range(rounds + 1):
            for request in asked:
                forget()
                one = _timed(lambda request=request: engine.search(request, public))  # type: ignore[misc]
                other = _timed(lambda request=request: wagtail_way(request))  # type: ignore[misc]
                if number:  # the first round warms up
                    ours.append(one)
                    theirs.append(other)
        rows.append(
            {
                "search": kind,
                "portal p50": _ms(median(ours)),
                "portal p95": _ms(sorted(ours)[round(0.95 * (len(ours) - 1))]),
                "wagtail p50": _ms(median(theirs)),
                "wagtail p95": _ms(sorted(theirs)[round(0.95 * (len(theirs) - 1))]),
                "times faster": round(median(theirs) / median(ours), 2),
            }
        )
    return rows


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
