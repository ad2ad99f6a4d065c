"""When nothing is found: other spellings, fewer words, fewer filters; each of them said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .engines.base import Engine, SearchResult
from .facets import FACET_NAMES
from .request import SearchRequest
from .spelling import Suggestion, suggest

Search = Callable[[SearchRequest], SearchResult]


@dataclass(frozen=True)
class Without:
    """A search without one facet's selection ("": without any), and how many works it finds."""

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

    search: asks as the page does, by meaning, too. What words exclude always holds. Raises
    EngineUnavailable.
    """
    first = request.page == 1  # further pages are those of a list that was shown with its spelling
    if request.any_word:
        every = search(replace(request, any_word=False, page=1, size=1)).total
        suggestion = suggest(engine, request, audiences) if first and not every else None
        without = () if result.total else drop_filters(search, request)
        return Relaxed(request, result, suggestion, without, every)
    wordless = first and not _is_held(engine, request, result, audiences)
    suggestion = suggest(engine, request, audiences) if wordless else None
    if result.total:
        return Relaxed(request, result, suggestion, by_meaning=wordless)
    without = drop_filters(search, request)
    if can_take_any(request):
        wide = replace(request, any_word=True)
        found = search(wide)
        if found.total:
            return Relaxed(wide, found, suggestion, without)
    return Relaxed(request, result, suggestion, without)


def _is_held(
    engine: Engine, request: SearchRequest, result: SearchResult, audiences: frozenset[str]
) -> bool:
    """Tell whether a work holds all words; those near in meaning may stand before it."""
    if any(not hit.by_meaning for hit in result.hits):
        return True
    if result.total <= len(result.hits):
        return False
    return engine.search(replace(request, size=1), audiences).total > 0


def can_take_any(request: SearchRequest) -> bool:
    """Tell whether there are several words, of which one could be enough."""
    wanted = {*request.words.terms, *request.words.phrases}
    return not request.any_word and len(wanted) > 1


def drop_filters(search: Search, request: SearchRequest) -> tuple[Without, ...]:
    """Give what each facet's selection costs: the searches without it that find something.

    Where none does, the search without all of them, if that one does.
    """
    chosen = [name for name in FACET_NAMES if request.selections.get(name)]
    narrower = [(name, request.select(name, ())) for name in chosen]
    found = tuple(_counted(search, narrower))
    if found or len(chosen) < 2:
        return found
    return tuple(_counted(search, [("", replace(request, selections={}, page=1))]))


def _counted(search: Search, tried: list[tuple[str, SearchRequest]]) -> list[Without]:
    counted = [
        Without(name, request, search(replace(request, size=1)).total) for name, request in tried
    ]
    return [one for one in counted if one.total]
