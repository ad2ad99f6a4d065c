"""From a query string to everything that a page or the API shows of the answer."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from . import fallback
from .audience import PUBLIC_ONLY
from .engines import get_engine
from .engines.base import Engine, EngineUnavailable, Hit, SearchResult
from .facets import BY_NAME, FACETS, Facet
from .meaning.query import neighbours
from .relax import Relaxed, Without, can_take_any, relax
from .request import PAGE_SIZE, SearchRequest, parse_request
from .spelling import Suggestion
from .vocabulary import Value, Vocabulary

logger = logging.getLogger(__name__)
MOST_ZEROS = 40


@dataclass(slots=True)
class FacetValue:
    """One value of a facet as it is shown: with its count. Not frozen: a page makes hundreds."""

    code: str
    label: str
    count: int
    selected: bool
    parent: str
    depth: int


@dataclass(frozen=True)
class FacetGroup:
    """A facet with its values; `listed` are those that a page shows.

    outline: all values, each behind its parent. counts: how many works each has, without zeros.
    chosen: the codes that are selected.
    """

    facet: Facet
    outline: tuple[Value, ...]
    counts: Mapping[str, int]
    chosen: tuple[str, ...]

    @cached_property
    def values(self) -> list[FacetValue]:
        """Give all values, zeros included."""
        return [self._value(value) for value in self.outline]

    @cached_property
    def listed(self) -> list[FacetValue]:
        """Give the values to show: of the first level all, of the others those with works."""
        shown_depth = 0 if self.has_zeros else -1
        return [
            self._value(value)
            for value in self.outline
            if value.depth == shown_depth or value.code in self.counts or value.code in self.chosen
        ]

    @cached_property
    def has_zeros(self) -> bool:
        """Tell whether values without works are shown, too: in vocabularies that fit a page."""
        return sum(1 for value in self.outline if value.depth == 0) <= MOST_ZEROS

    @cached_property
    def selected(self) -> list[FacetValue]:
        """Give the selected values."""
        return [self._value(value) for value in self.outline if value.code in self.chosen]

    @property
    def roots(self) -> list[FacetValue]:
        """Give the values of the first level."""
        return [self._value(value) for value in self.outline if value.depth == 0]

    def _value(self, value: Value) -> FacetValue:
        return FacetValue(
            value.code,
            value.label,
            self.counts.get(value.code, 0),
            value.code in self.chosen,
            value.parent,
            value.depth,
        )

    @property
    def is_open(self) -> bool:
        """Tell whether the group is shown open."""
        return self.facet.open or bool(self.selected)


@dataclass
class Answer:
    """A search and its answer, ready to be shown."""

    request: SearchRequest
    result: SearchResult
    vocabulary: Vocabulary
    notices: list[str] = field(default_factory=list)
    suggestion: Suggestion | None = None
    without: tuple[Without, ...] = ()
    all_words: int = 0
    by_meaning: bool = False

    @property
    def all_words_query(self) -> str:
        """Give the query string of this search for works that hold all words."""
        return replace(self.request, any_word=False, page=1).query_string()

    @property
    def any_word_query(self) -> str:
        """Give the query string of this search for works with one of its words, "" for one word."""
        if not can_take_any(self.request):
            return ""
        return replace(self.request, any_word=True, page=1).query_string()

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """Give the works found on this page."""
        return self.result.hits

    @property
    def total(self) -> int:
        """Give how many works were found."""
        return self.result.total

    @property
    def pages(self) -> int:
        """Give how many pages there are, at least one."""
        return max(1, math.ceil(self.result.total / self.request.size))

    def check_page(self) -> None:
        """Raise Http404 where the page asked for lies past the end."""
        if self.request.page > self.pages:
            raise Http404(_("This list has no such page."))

    @cached_property
    def groups(self) -> list[FacetGroup]:
        """Give every facet with all its values."""
        return [self.facet(facet.name) for facet in FACETS]

    def facet(self, name: str) -> FacetGroup:
        """Give one facet with all its values: zero counts included, selected ones always."""
        counts = self.result.facets.get(name, {})
        chosen = self.request.selections.get(name, ())
        listed = dict.fromkeys((*counts, *chosen), 0)
        outline = self.vocabulary.tree(name, listed, self.request.language)
        return FacetGroup(BY_NAME[name], outline, counts, chosen)

    @property
    def previous_query(self) -> str:
        """Give the query string of the page before this one."""
        return self.page_query(self.request.page - 1)

    @property
    def next_query(self) -> str:
        """Give the query string of the page after this one."""
        return self.page_query(self.request.page + 1)

    @property
    def cleared_query(self) -> str:
        """Give the query string of this search without its filters."""
        return replace(self.request, selections={}, near=None, box=None, page=1).query_string()

    def page_query(self, page: int) -> str:
        """Give the query string of another page of this list."""
        return replace(self.request, page=page).query_string()


def search_by(
    data: QueryDict,
    language: str,
    *,
    size: int = PAGE_SIZE,
    relaxing: bool = False,
    audiences: frozenset[str] = PUBLIC_ONLY,
) -> Answer:
    """Answer the search of a query string.

    audiences: the reader's (`search.audience.audiences_of`); only what they may read is found and
    counted. An answer to others than everybody must go into no shared cache. relaxing: where
    nothing is found, look for other spellings, any of the words and fewer filters.

    When the engine does not answer, a plain title search in the database does, without counts and
    as far as the database knows what is selected; a notice says so.
    """
    vocabulary = Vocabulary(audiences=audiences)
    request = parse_request(data, language, vocabulary, size=size)
    notices = list(request.notices)
    try:
        result = _ask(get_engine(), request, audiences)
    except EngineUnavailable as error:
        logger.warning("The search engine does not answer: %s", error)
        result = fallback.search(request, audiences)
        notices.append(
            _("The search is limited at the moment: only titles are searched, without filters.")
            if fallback.can_answer(request)
            else _("This list cannot be shown at the moment; please come back later.")
        )
        return Answer(request, result, vocabulary, notices)
    shown = _relaxed(request, result, audiences) if relaxing else Relaxed(request, result)
    return Answer(
        shown.request,
        shown.result,
        vocabulary,
        notices,
        shown.suggestion,
        shown.without,
        shown.all_words,
        shown.by_meaning,
    )


def _relaxed(request: SearchRequest, result: SearchResult, audiences: frozenset[str]) -> Relaxed:
    """Relax a search that found nothing; where the engine falls silent meanwhile, show that."""
    engine = get_engine()
    try:
        return relax(
            engine, lambda other: _ask(engine, other, audiences), request, result, audiences
        )
    except EngineUnavailable as error:
        logger.warning("The search engine does not answer any more: %s", error)
        return Relaxed(request, result)


def _ask(engine: Engine, request: SearchRequest, audiences: frozenset[str]) -> SearchResult:
    """Search by words, and by their meaning where there is one to go by."""
    near = neighbours(engine, request, audiences)
    return engine.search(request, audiences, near)


def as_json(answer: Answer, urls: Any) -> dict[str, Any]:
    """Give an answer as the API does; `urls` makes an address absolute."""
    return {
        "total": answer.total,
        "hits": [
            {
                "reference": hit.document.reference,
                "type": hit.document.type,
                "title": hit.document.texts[hit.language].title,
                "language": hit.document.texts[hit.language].language,
                "summary": hit.document.texts[hit.language].summary,
                "place": hit.document.texts[hit.language].place,
                "url": urls(hit.document.texts[hit.language].url),
                "by_meaning": hit.by_meaning,
            }
            for hit in answer.hits
        ],
        "facets": {
            group.facet.name: [
                {
                    "value": value.code,
                    "label": value.label,
                    "count": value.count,
                    "selected": value.selected,
                    "parent": value.parent or None,
                }
                for value in group.values
            ]
            for group in answer.groups
        },
        "notices": answer.notices,
        "relaxed": "any-word"
        if answer.request.any_word
        else "by-meaning"
        if answer.by_meaning
        else None,
        "suggestion": {"q": answer.suggestion.text, "total": answer.suggestion.total}
        if answer.suggestion
        else None,
        "without": [{"facet": one.facet, "total": one.total} for one in answer.without],
    }
