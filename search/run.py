"""From a query string to everything that a page or the API shows of the answer."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping
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
from .relax import Relaxed, Search, Without, can_take_any, relax
from .request import PAGE_SIZE, SearchRequest, parse_request
from .spelling import Suggestion
from .text import Words
from .vocabulary import Outline, Value, Vocabulary

logger = logging.getLogger(__name__)
MOST_ZEROS = 40


@dataclass(slots=True)
class FacetValue:
    """One value of a facet with its count. Not frozen: the API makes hundreds."""

    code: str
    label: str
    count: int
    selected: bool
    parent: str
    depth: int


@dataclass(frozen=True)
class FacetGroup:
    """A facet with its values.

    outline: all values as a tree. counts: how many works each has, without zeros. chosen: the codes
    that are selected. A page shows those of `first_level` and `below`, or some of them; for these
    no objects are made beforehand.
    """

    facet: Facet
    outline: Outline
    counts: Mapping[str, int]
    chosen: tuple[str, ...]

    @cached_property
    def values(self) -> list[FacetValue]:
        """Give all values, zeros included."""
        return [self._value(value) for value in self.outline.values]

    @cached_property
    def selected(self) -> list[FacetValue]:
        """Give the selected values."""
        return [self._value(value) for value in self.outline.values if value.code in self.chosen]

    @property
    def roots(self) -> list[FacetValue]:
        """Give the values of the first level."""
        return [self._value(value) for value in self.outline.roots]

    def _value(self, value: Value) -> FacetValue:
        return FacetValue(
            value.code,
            value.label,
            self.counts.get(value.code, 0),
            value.code in self.chosen,
            value.parent,
            value.depth,
        )

    @cached_property
    def first_level(self) -> list[Value]:
        """List the first level: all of a vocabulary that fits a page, else those with works.

        Selected values and those above them are always among them.
        """
        roots = self.outline.roots
        return list(roots) if len(roots) <= MOST_ZEROS else self._listed(roots)

    def below(self, code: str) -> list[Value]:
        """List the values right below one: those with works, and the selected."""
        return self._listed(self.outline.children.get(code, ()))

    def _listed(self, values: Iterable[Value]) -> list[Value]:
        return [v for v in values if v.code in self.counts or v.code in self.with_selection]

    @cached_property
    def with_selection(self) -> frozenset[str]:
        """Give the codes of the selected values and of those above them."""
        found: set[str] = set()
        for code in self.chosen:
            value = self.outline.by_code.get(code)
            while value and value.code not in found:
                found.add(value.code)
                value = self.outline.by_code.get(value.parent)
        return frozenset(found)

    @property
    def has_choice(self) -> bool:
        """Tell whether there is something to choose: a value with works, or a selected one."""
        return bool(self.with_selection) or not self.outline.by_code.keys().isdisjoint(self.counts)


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
    engine = get_engine()
    ask = _asking(engine, audiences)
    try:
        result = ask(request)
    except EngineUnavailable as error:
        logger.warning("The search engine does not answer: %s", error)
        result = fallback.search(request, audiences)
        notices.append(
            _("The search is limited at the moment: only titles are searched, without filters.")
            if fallback.can_answer(request)
            else _("This list cannot be shown at the moment; please come back later.")
        )
        return Answer(request, result, vocabulary, notices)
    shown = Relaxed(request, result)
    if relaxing:
        try:
            shown = relax(engine, ask, request, result, audiences)
        except EngineUnavailable as error:  # what was found before it fell silent is shown
            logger.warning("The search engine does not answer any more: %s", error)
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


def _asking(engine: Engine, audiences: frozenset[str]) -> Search:
    """Give what searches by words, and by their meaning where there is one to go by.

    The works near to the same words are asked for once, whatever the filters.
    """
    near: dict[Words, Mapping[str, float]] = {}

    def ask(request: SearchRequest) -> SearchResult:
        if request.words not in near:
            near[request.words] = neighbours(engine, request, audiences)
        return engine.search(request, audiences, near[request.words])

    return ask


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
