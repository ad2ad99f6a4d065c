"""When nothing is found: other spellings, fewer words, fewer filters; each of them said.

All of it stays within one budget, so that no search keeps the engine, or its reader, for long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .budget import Budget
from .engines.base import Engine, SearchResult
from .facets import FACET_NAMES
from .request import SearchRequest
from .spelling import Suggestion, suggest

Search = Callable[[SearchRequest], SearchResult]
QUESTIONS = 15
"""So often the engine is asked: two wrong words, all their spellings and four filters fit."""
SECONDS = 1.0


@dataclass(frozen=True)
class Without:
    """A search without one of its filters, and how many works it finds.

    facet: the name of the facet whose selection is dropped; `near` and `box` are the circle and
    the box; "" drops all of them.
    """

    facet: str
    request: SearchRequest
    total: int

    @property
    def query(self) -> str:
        """Give the query string of that search."""
        return self.request.query_string()


@dataclass(frozen=True)
class Relaxed:
    """What is shown where a search found nothing by its words.

    request, result: the search that is shown instead, or the search itself. suggestion: another
    spelling. without: searches for all words without some of the filters. all_words: how many
    works hold all words, where one word was said to be enough. by_meaning: no work holds all
    words, what is shown is related to them by meaning.
    """

    request: SearchRequest
    result: SearchResult
    suggestion: Suggestion | None = None
    without: tuple[Without, ...] = ()
    all_words: int = 0
    by_meaning: bool = False


def relax(
    engine: Engine,
    search: Search,
    request: SearchRequest,
    result: SearchResult,
    audiences: frozenset[str],
) -> Relaxed:
    """Look for what else there is, where the words of a search matched nothing.

    search: asks as the page does, by meaning, too. What words exclude always holds. What matters
    most is asked first; where the budget ends, the rest is not offered. Raises EngineUnavailable.
    """
    budget = Budget(QUESTIONS, SECONDS)
    first = request.page == 1  # further pages are those of a list that was shown with its spelling
    if request.any_word:
        budget.spend()
        every = search(replace(request, any_word=False, page=1, size=1)).total
        wordless = first and not every
    else:
        every = 0
        wordless = first and not _is_held(engine, request, result, audiences, budget)
    shown, found = request, result
    if not result.total and can_take_any(request) and budget.spend():
        wide = replace(request, any_word=True)
        any_word = search(wide)
        if any_word.total:
            shown, found = wide, any_word
    suggestion = suggest(engine, request, audiences, budget) if wordless else None
    without = () if result.total else drop_filters(search, request, budget)
    by_meaning = wordless and result.total > 0 and not request.any_word
    return Relaxed(shown, found, suggestion, without, every, by_meaning)


def _is_held(
    engine: Engine,
    request: SearchRequest,
    result: SearchResult,
    audiences: frozenset[str],
    budget: Budget,
) -> bool:
    """Tell whether a work holds all words; those near in meaning may stand before it."""
    if any(not hit.by_meaning for hit in result.hits):
        return True
    if result.total <= len(result.hits):
        return False
    budget.spend()
    return engine.search(replace(request, size=1), audiences).total > 0


def can_take_any(request: SearchRequest) -> bool:
    """Tell whether there are several words, of which one could be enough."""
    wanted = {*request.words.terms, *request.words.phrases}
    return not request.any_word and len(wanted) > 1


def drop_filters(search: Search, request: SearchRequest, budget: Budget) -> tuple[Without, ...]:
    """Give what each filter costs: the searches without it that find something.

    A filter is one facet's selection, the circle or the box. Where none helps alone, the search
    without all of them, if that one finds something.
    """
    wider = [
        (name, request.select(name, ())) for name in FACET_NAMES if request.selections.get(name)
    ]
    if request.near:
        wider.append(("near", replace(request, near=None, page=1)))
    if request.box:
        wider.append(("box", replace(request, box=None, page=1)))
    found = _counted(search, wider, budget)
    if found or len(wider) < 2:
        return found
    bare = replace(request, selections={}, near=None, box=None, page=1)
    return _counted(search, [("", bare)], budget)


def _counted(
    search: Search, tried: list[tuple[str, SearchRequest]], budget: Budget
) -> tuple[Without, ...]:
    found: list[Without] = []
    for name, request in tried:
        if not budget.spend():
            break
        total = search(replace(request, size=1)).total
        if total:
            found.append(Without(name, request, total))
    return tuple(found)
