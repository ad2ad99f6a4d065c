"""From a search to a query of the Elasticsearch index.

Every word must match somewhere: in the title or text of any language, in a label of a term in any
language, or as the reference. The best of these matches makes the word's score. A work near in
meaning matches without the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from elasticsearch.dsl import aggs
from elasticsearch.dsl.function import FieldValueFactor
from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    Exists,
    FunctionScore,
    Fuzzy,
    GeoDistance,
    MatchAll,
    MatchNone,
    MatchPhrase,
    Prefix,
    Query,
    Range,
    Term,
    Terms,
)

from .. import similar
from ..document import SearchDocument
from ..facets import FACET_NAMES
from ..geography import Box, Near
from ..request import SearchRequest, Sort
from . import analysis, weights
from .analysis import Term as Asked
from .contents import asked_stems, facet_field, half_typed_term, title_order

WORDED = "worded"
"""What a hit names where its words match, not its meaning alone."""
BUCKETS = 50_000
"""More than any facet has values, less than the server gives at most (65,536)."""
SIMILAR_SCALE = 10.0
"""Scores of likeness are reckoned in tenths: weights like 0.3 then add up without rounding, and
works that share equally much are equal."""

NEWEST: list[dict[str, Any]] = [{"published": "desc"}, {"id": "asc"}]
BY_SCORE: list[dict[str, Any]] = [{"_score": "desc"}, *NEWEST]

_FIELDS = (
    ("exact_title", weights.TITLE),
    ("exact_text", weights.TEXT),
    ("labels", weights.LABEL),
)
_NAMES = (("exact_title", weights.TITLE), ("exact_place", weights.TEXT))
_LEAST, _SHORT = 3, 5  # letters: shorter words resemble nothing; up to five, one letter may differ
_EXPANSIONS = 500
_LEAST_DISTANCE = 1e-5  # kilometres: to the server a circle has an extent, a point a centimetre


@dataclass(frozen=True)
class QueryBuilder:
    """Builds the queries of one search.

    request: the search. audiences: whose works may be seen. languages: those in whose stems the
    index holds text. neighbours: id -> nearness of works near in meaning.
    """

    request: SearchRequest
    audiences: frozenset[str]
    languages: Sequence[str]
    neighbours: Mapping[str, float] = field(default_factory=dict)

    def build(self) -> Query:
        """Build the query of words and hard filters, without the selections."""
        query = Bool(
            filter=self._fixed,
            must=self._wanted,
            must_not=self._excluded,
            should=self._whole_title,
            minimum_should_match=0,
        )
        return nudged(query) if self.is_scored else query

    def build_counted(self) -> Query:
        """Build the query of the works that some facet counts, and all hits.

        A facet is counted under the selections of all others: such a work lacks at most one.
        """
        query, selections = self.build(), self.selections()
        if len(selections) < 2:
            return query
        most = Bool(should=selections, minimum_should_match=len(selections) - 1)
        return Bool(must=[query], filter=[most])

    def build_complete(self) -> Query:
        """Build the query of autocomplete: all words in titles and places, the last half typed."""
        words = self.request.words
        half_typed = half_typed_term(self.request, 1)
        must: list[Query] = []
        for text in dict.fromkeys(words.terms):
            must += [self._named(term, half_typed) for term in analysis.query_terms(text)]
        for phrase in dict.fromkeys(words.phrases):
            must.append(self._named_phrase(phrase))
        should: list[Query] = []
        if not words.excluded and (begun := analysis.fold_text(words.text)):
            should.append(_begins("whole_title", begun, weights.TITLE_BEGINS))
        return nudged(
            Bool(
                filter=[*self._fixed, *self.selections()],
                must=must,
                must_not=self._excluded,
                should=should,
                minimum_should_match=0,
            )
        )

    def selections(self, *, without: str = "") -> list[Query]:
        """Give a filter for each selection, but for that of the facet `without`."""
        return [
            Terms(facet_field(name), list(codes)) if name in FACET_NAMES else MatchNone()
            for name, codes in self.request.selections.items()
            if name != without and codes
        ]

    def counts(self) -> dict[str, aggs.Agg[Any]]:
        """Give the aggregations: one for each selected facet, one for all others together."""
        selected = [name for name in FACET_NAMES if self.request.selections.get(name)]
        shared = [name for name in FACET_NAMES if name not in selected]
        asked: dict[str, aggs.Agg[Any]] = {"shared": _counted(self.selections(), shared)}
        for name in selected:
            asked[name] = _counted(self.selections(without=name), [name])
        return asked

    @property
    def is_worded(self) -> bool:
        """Tell whether there are words that a work must hold."""
        return bool(self._words)

    @property
    def is_scored(self) -> bool:
        """Tell whether hits are ordered by a score."""
        words = self.request.words
        return self.request.sort is Sort.RELEVANCE and bool(words.terms or words.phrases)

    @property
    def order(self) -> list[dict[str, Any]]:
        """Give how hits are ordered: always down to the id."""
        if self.request.sort is Sort.TITLE:
            return [{title_order(self.request.language): "asc"}, *NEWEST]
        if self.request.sort is Sort.YEAR:
            return [{"year": {"order": "desc", "missing": "_last"}}, *NEWEST]
        return BY_SCORE if self.is_scored else NEWEST

    @cached_property
    def _fixed(self) -> list[Query]:
        """The filters that hold for every work: audience and places."""
        found: list[Query] = [visible_to(self.audiences)]
        if self.request.box:
            found.append(inside(self.request.box))
        if self.request.near:
            found.append(_around(self.request.near))
        return found

    @cached_property
    def _excluded(self) -> list[Query]:
        found = [
            self._phrase(text) if " " in text else self._word(text)
            for text in self.request.words.excluded
        ]
        return [query for query in found if query]

    @cached_property
    def _words(self) -> list[Query]:
        """What each word and phrase asks for."""
        words = self.request.words
        half_typed = half_typed_term(self.request)
        found = [self._word(term, half_typed) for term in dict.fromkeys(words.terms)]
        found += [self._phrase(phrase) for phrase in dict.fromkeys(words.phrases)]
        return [query for query in found if query]

    @cached_property
    def _wanted(self) -> list[Query]:
        """The clauses of words, or of nearness in meaning instead."""
        words = self._words
        if self.request.any_word and len(words) > 1:
            words = [Bool(should=words, minimum_should_match=1)]
        if not words or not self.neighbours:
            return words
        near = [
            ConstantScore(filter=equal("id", key), boost=weights.MEANING * nearness)
            for key, nearness in self.neighbours.items()
        ]
        return [Bool(should=[Bool(must=words, _name=WORDED), *near], minimum_should_match=1)]

    @cached_property
    def _whole_title(self) -> list[Query]:
        words = self.request.words
        if words.excluded or not (whole := analysis.fold_text(words.text)):
            return []
        return [ConstantScore(filter=equal("whole_title", whole), boost=weights.WHOLE_TITLE)]

    def _word(self, text: str, half_typed: Asked | None = None) -> Query | None:
        """Build what one typed word asks for, or None where it holds nothing to ask for."""
        terms = analysis.query_terms(text)
        if not terms:
            return None
        query = _all_of([self._part(term, prefix=term == half_typed) for term in terms])
        joined = analysis.fold_text(text).replace(" ", "")
        reference = ConstantScore(filter=equal("reference", joined), boost=weights.REFERENCE)
        return DisMax(queries=[query, reference], tie_breaker=weights.OTHERS)

    def _part(self, term: Asked, *, prefix: bool) -> Query:
        found = [
            _term("exact_title", term.exact, weights.TITLE * weights.EXACT),
            _term("exact_text", term.exact, weights.TEXT * weights.EXACT),
            _term("labels", term.exact, weights.LABEL),
        ]
        if term.word:
            found += self._stems(term.word)
        if prefix or term.single:
            found += [
                _begins("exact_title", term.exact, weights.PREFIX_TITLE),
                _begins("exact_text", term.exact, weights.PREFIX_TEXT),
                _begins("labels", term.exact, weights.PREFIX_TEXT),
            ]
        return DisMax(queries=found, tie_breaker=weights.OTHERS)

    def _stems(self, word: str) -> list[Query]:
        asked = asked_stems(word, self.request.language, self.languages)
        return [_term(name, stem, weight) for name, stem, weight in asked]

    def _phrase(self, text: str) -> Query | None:
        """Build what a phrase asks for: its terms one after the other."""
        return _in_order(text, _FIELDS) or self._word(text)

    def _named_phrase(self, text: str) -> Query:
        """Build what a phrase asks of titles and places."""
        return _in_order(text, _NAMES) or _all_of(
            [self._named(term, None) for term in analysis.query_terms(text)]
        )

    def _named(self, term: Asked, half_typed: Asked | None) -> Query:
        """Build what one term asks of titles and places."""
        found = [_term(name, term.exact, weight * weights.EXACT) for name, weight in _NAMES]
        if term.single or term == half_typed:
            found += [
                _begins("exact_title", term.exact, weights.PREFIX_TITLE),
                _begins("exact_place", term.exact, weights.PREFIX_TEXT),
            ]
        return DisMax(queries=found, tie_breaker=weights.OTHERS)


def build_similar(
    document: SearchDocument, audiences: frozenset[str], neighbours: Mapping[str, float]
) -> Query:
    """Build the query of the works that share something with a work; see `SIMILAR_SCALE`."""
    shared: list[tuple[Query, float]] = [
        (equal(facet_field(name), code), weight)
        for name, code, weight in similar.weights(document)
        if name in FACET_NAMES
    ]
    shared += [
        (equal("id", key), similar.MEANING_WEIGHT * nearness)
        for key, nearness in neighbours.items()
    ]
    if not shared:
        return MatchNone()
    return Bool(
        filter=[visible_to(audiences)],
        must_not=[equal("id", document.id)],
        should=[
            ConstantScore(filter=query, boost=weight * SIMILAR_SCALE) for query, weight in shared
        ],
        minimum_should_match=1,
    )


def build_spelled_like(word: str, audiences: frozenset[str]) -> Query | None:
    """Build the query of works with a word spelled like `word`, or None where nothing is.

    The score says how near: 3 for the word itself, one less for each letter that differs.
    """
    terms = analysis.query_terms(word)
    if len(terms) != 1 or not terms[0].word or len(terms[0].exact) < _LEAST:
        return None
    wanted = terms[0].exact
    found: list[Query] = []
    for name, _weight in _FIELDS:
        found.append(ConstantScore(filter=equal(name, wanted), boost=3))
        for away in range(1, 2 if len(wanted) <= _SHORT else 3):
            alike = Fuzzy(
                name,
                {
                    "value": wanted,
                    "fuzziness": away,
                    "prefix_length": 1,
                    "max_expansions": _EXPANSIONS,
                    "rewrite": "constant_score",
                },
            )
            found.append(ConstantScore(filter=alike, boost=3 - away))
    return Bool(filter=[visible_to(audiences)], must=[DisMax(queries=found, tie_breaker=0.0)])


def visible_to(audiences: frozenset[str]) -> Query:
    """Match the works that readers of these audiences may see."""
    return Terms("audience", sorted(audiences))


def nudged(query: Query) -> Query:
    """Multiply a query's scores by what verification and recency add."""
    factor = FieldValueFactor(field="nudge", missing=1)
    return FunctionScore(query=query, functions=[factor], boost_mode="multiply")


def somewhere() -> Query:
    """Match the works that have a place."""
    return Exists(field="latitude")


def inside(box: Box) -> Query:
    """Match the works whose place lies in a box, its edges included."""
    latitude = Range("latitude", {"gte": box.south, "lte": box.north})
    if box.west <= box.east:
        return _each_of([latitude, Range("longitude", {"gte": box.west, "lte": box.east})])
    sides: list[Query] = [
        Range("longitude", {"gte": box.west}),
        Range("longitude", {"lte": box.east}),
    ]
    return _each_of([latitude, Bool(should=sides, minimum_should_match=1)])


def _around(near: Near) -> Query:
    return GeoDistance(
        "point",
        {"lat": near.latitude, "lon": near.longitude},
        distance=f"{max(near.kilometres, _LEAST_DISTANCE):.6f}km",
    )


def _counted(filters: list[Query], names: Iterable[str]) -> aggs.Agg[Any]:
    made = aggs.Filter(_each_of(filters) if filters else MatchAll())
    for name in names:
        made.bucket(name, aggs.Terms(field=facet_field(name), size=BUCKETS))
    return made


def _in_order(text: str, fields: Iterable[tuple[str, float]]) -> Query | None:
    """Build what matches terms one after the other, or None for a single one."""
    terms = analysis.phrase_terms(text)
    if len(terms) < 2:
        return None
    found: list[Query] = [
        MatchPhrase(name, {"query": _without_gaps(terms), "boost": weight})
        for name, weight in fields
    ]
    return DisMax(queries=found, tie_breaker=weights.OTHERS)


def _without_gaps(terms: Sequence[tuple[int, str]]) -> str:
    """Give the terms of a phrase as a text.

    Behind the last pair of a run the index holds its last sign alone, which `phrase_terms` passes
    over; what follows the run can only stand there if that sign is the run's last in the text, too.
    """
    written: list[str] = []
    before = -1
    for position, term in terms:
        if position - before == 2 and written:
            written.append(written[-1][-1])
        written.append(term)
        before = position
    return " ".join(written)


def equal(name: str, value: str) -> Query:
    """Match the works with this value in a field."""
    return Term(name, {"value": value})


def _term(name: str, value: str, boost: float) -> Query:
    return Term(name, {"value": value, "boost": boost})


def _begins(name: str, text: str, score: float) -> Query:
    return ConstantScore(filter=Prefix(name, {"value": text}), boost=score)


def _each_of(queries: list[Query]) -> Query:
    return Bool(filter=queries)


def _all_of(queries: list[Query]) -> Query:
    """Ask for all of them; nothing asked for matches everything."""
    if not queries:
        return MatchAll()
    return queries[0] if len(queries) == 1 else Bool(must=queries)
