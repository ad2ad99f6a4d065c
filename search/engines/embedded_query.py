"""From a search to a query of the embedded index.

Every word must match somewhere: in the title or text of any language, in a label of a term in any
language, or as the reference. The best of these matches makes the word's score. A work near in
meaning matches without the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import tantivy
from tantivy import Occur, Query

from .. import similar
from ..document import SearchDocument
from ..facets import FACET_NAMES
from ..request import SearchRequest
from . import analysis, weights
from .analysis import Term
from .contents import asked_stems, facet_field, half_typed_term
from .embedded_places import inside

SIMILAR_SCALE = 10.0
"""Scores of likeness are reckoned in tenths: weights like 0.3 then add up without rounding, and
works that share equally much are equal."""

# Where phrases are looked for, and what names a work.
_FIELDS = (
    ("exact_title", weights.TITLE),
    ("exact_text", weights.TEXT),
    ("labels", weights.LABEL),
)
_NAMES = (("exact_title", weights.TITLE), ("exact_place", weights.TEXT))


@dataclass(frozen=True)
class QueryBuilder:
    """Builds the queries of one search against one index.

    schema: the index's. request: the search. audiences: whose works may be seen. languages: those
    in whose stems the index holds text. neighbours: id -> nearness of works near in meaning.
    circle: what matches the works near to the request's place, which the index cannot tell.
    """

    schema: tantivy.Schema
    request: SearchRequest
    audiences: frozenset[str]
    languages: tuple[str, ...]
    neighbours: Mapping[str, float] = field(default_factory=dict)
    circle: Query | None = None

    def build(self, *, without: str = "") -> Query:
        """Build the query that scores, leaving out the selection of the facet `without`."""
        return Query.boolean_query(
            [*self._filters(without), *self._wanted(scored=True), *self._whole_title]
        )

    def build_count(self, *, without: str = "") -> Query:
        """Build a query that matches the same works and scores them in some other way."""
        return Query.boolean_query([*self._filters(without), *self._wanted(scored=False)])

    def build_worded(self, keys: Iterable[str]) -> Query:
        """Build a query that matches those works of the ids that match by their words."""
        among = self._silent(self._any_of("id", list(keys)))
        return Query.boolean_query([(Occur.Must, among), *self._all_words])

    def build_complete(self) -> Query:
        """Build the query of autocomplete: all words in titles and places, the last half typed."""
        words = self.request.words
        half_typed = half_typed_term(self.request, 1)
        clauses = self._filters("")
        for term in dict.fromkeys(words.terms):
            parts = [self._named(part, half_typed) for part in analysis.query_terms(term)]
            clauses += [(Occur.Must, part) for part in parts]
        for phrase in dict.fromkeys(words.phrases):
            if query := self._phrase(phrase, _NAMES):
                clauses.append((Occur.Must, query))
        if not words.excluded and (begun := analysis.fold_text(words.text)):
            begins = self._prefix("whole_title", begun, weights.TITLE_BEGINS)
            clauses.append((Occur.Should, begins))
        return Query.boolean_query(clauses)

    @property
    def is_worded(self) -> bool:
        """Tell whether there are words that a work must hold."""
        return bool(self._words)

    @cached_property
    def _fixed(self) -> list[tuple[Occur, Query]]:
        """The clauses that hold for every work: audience, places, and what words exclude."""
        clauses = [(Occur.Must, self._silent(self._any_of("audience", sorted(self.audiences))))]
        if self.request.box:
            clauses.append((Occur.Must, self._silent(inside(self.schema, self.request.box))))
        if self.circle:
            clauses.append((Occur.Must, self._silent(self.circle)))
        for text in self.request.words.excluded:
            query = self._phrase(text) if " " in text else self._word(text)
            if query:
                clauses.append((Occur.MustNot, query))
        return clauses

    def _filters(self, without: str) -> list[tuple[Occur, Query]]:
        """Give the clauses that hold for every work, found by words or by meaning."""
        clauses = list(self._fixed)
        for name, codes in self.request.selections.items():
            if name != without and codes:
                clauses.append((Occur.Must, self._selection(name, codes)))
        return clauses

    @cached_property
    def _words(self) -> list[Query]:
        """What each word and phrase asks for."""
        words = self.request.words
        half_typed = half_typed_term(self.request)
        found = [self._word(term, prefix=half_typed) for term in dict.fromkeys(words.terms)]
        found += [self._phrase(phrase) for phrase in dict.fromkeys(words.phrases)]
        return [query for query in found if query]

    @cached_property
    def _all_words(self) -> list[tuple[Occur, Query]]:
        """The clauses of all words, or of any of them where one is enough."""
        if self.request.any_word and len(self._words) > 1:
            return [(Occur.Must, _any_of([*self._words]))]
        return [(Occur.Must, query) for query in self._words]

    def _wanted(self, *, scored: bool) -> list[tuple[Occur, Query]]:
        """Give the clauses of words, or of nearness in meaning instead."""
        if not self._words or not self.neighbours:
            return self._all_words
        worded = Query.boolean_query(self._all_words)
        return [(Occur.Must, _any_of([worded, *(self._scored if scored else self._near)]))]

    @cached_property
    def _scored(self) -> list[Query]:
        return [
            self._silent(self._term("id", key), weights.MEANING * nearness)
            for key, nearness in self.neighbours.items()
        ]

    @cached_property
    def _near(self) -> list[Query]:
        return [self._any_of("id", list(self.neighbours))]

    @cached_property
    def _whole_title(self) -> list[tuple[Occur, Query]]:
        words = self.request.words
        if words.excluded or not (whole := analysis.fold_text(words.text)):
            return []
        exact = self._silent(self._term("whole_title", whole), weights.WHOLE_TITLE)
        return [(Occur.Should, exact)]

    def _selection(self, name: str, codes: Iterable[str]) -> Query:
        if name not in FACET_NAMES:
            return Query.empty_query()
        return self._silent(self._any_of(facet_field(name), list(codes)))

    def _word(self, text: str, prefix: Term | None = None) -> Query | None:
        """Build what one typed word asks for, or None where it holds nothing to ask for."""
        terms = analysis.query_terms(text)
        if not terms:
            return None
        alternatives = [self._part(term, prefix=term == prefix) for term in terms]
        query = _all_of(alternatives)
        joined = analysis.fold_text(text).replace(" ", "")
        reference = self._silent(self._term("reference", joined), weights.REFERENCE)
        return Query.disjunction_max_query([query, reference], weights.OTHERS)

    def _part(self, term: Term, *, prefix: bool) -> Query:
        found = [
            Query.boost_query(self._term("exact_title", term.exact), weights.TITLE * weights.EXACT),
            Query.boost_query(self._term("exact_text", term.exact), weights.TEXT * weights.EXACT),
            Query.boost_query(self._term("labels", term.exact), weights.LABEL),
        ]
        if term.word:
            found += self._stems(term.word)
        if prefix or term.single:
            found += [
                self._prefix("exact_title", term.exact, weights.PREFIX_TITLE),
                self._prefix("exact_text", term.exact, weights.PREFIX_TEXT),
                self._prefix("labels", term.exact, weights.PREFIX_TEXT),
            ]
        return Query.disjunction_max_query(found, weights.OTHERS)

    def _stems(self, word: str) -> list[Query]:
        asked = asked_stems(word, self.request.language, self.languages)
        return [Query.boost_query(self._term(name, stem), weight) for name, stem, weight in asked]

    def _named(self, term: Term, half_typed: Term | None) -> Query:
        """Build what one term asks of titles and places."""
        found = [
            Query.boost_query(self._term(name, term.exact), weight * weights.EXACT)
            for name, weight in _NAMES
        ]
        if term.single or term == half_typed:
            found += [
                self._prefix("exact_title", term.exact, weights.PREFIX_TITLE),
                self._prefix("exact_place", term.exact, weights.PREFIX_TEXT),
            ]
        return Query.disjunction_max_query(found, weights.OTHERS)

    def _phrase(self, text: str, fields: Iterable[tuple[str, float]] = _FIELDS) -> Query | None:
        """Build what a phrase asks for: its terms one after the other."""
        terms = analysis.phrase_terms(text)
        if len(terms) < 2 and fields is _FIELDS:
            return self._word(text)
        if len(terms) < 2:
            return _all_of([self._named(term, None) for term in analysis.query_terms(text)])
        found = [
            Query.boost_query(Query.phrase_query(self.schema, name, [*terms]), weight)
            for name, weight in fields
        ]
        return Query.disjunction_max_query(found, weights.OTHERS)

    def _prefix(self, name: str, text: str, score: float) -> Query:
        begun = Query.fuzzy_term_query(self.schema, name, text, distance=0, prefix=True)
        return self._silent(begun, score)

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self.schema, field, value)

    def _any_of(self, field: str, values: list[str]) -> Query:
        return Query.term_set_query(self.schema, field, values)

    @staticmethod
    def _silent(query: Query, score: float = 0.0) -> Query:
        """Let a query match with the same score for all."""
        return Query.const_score_query(query, score)


def count_key(
    request: SearchRequest, audiences: frozenset[str], neighbours: Mapping[str, float]
) -> tuple[object, ...]:
    """Give what decides totals and counts, and nothing of what only orders or cuts the hits."""
    selections: Mapping[str, tuple[str, ...]] = request.selections
    chosen = frozenset((name, frozenset(codes)) for name, codes in selections.items() if codes)
    places = request.near, request.box
    return request.words, request.any_word, chosen, places, audiences, frozenset(neighbours)


def build_similar(
    schema: tantivy.Schema,
    document: SearchDocument,
    audiences: frozenset[str],
    neighbours: Mapping[str, float],
) -> Query:
    """Build the query of the works that share something with a work; see `SIMILAR_SCALE`."""
    shared = [
        (Query.term_query(schema, facet_field(name), code), weight)
        for name, code, weight in similar.weights(document)
        if name in FACET_NAMES
    ]
    shared += [
        (Query.term_query(schema, "id", key), similar.MEANING_WEIGHT * nearness)
        for key, nearness in neighbours.items()
    ]
    if not shared:
        return Query.empty_query()
    allowed = Query.term_set_query(schema, "audience", sorted(audiences))
    return Query.boolean_query(
        [
            (Occur.Must, Query.const_score_query(allowed, 0.0)),
            (Occur.MustNot, Query.term_query(schema, "id", document.id)),
            (
                Occur.Must,
                _any_of(
                    [
                        Query.const_score_query(query, weight * SIMILAR_SCALE)
                        for query, weight in shared
                    ]
                ),
            ),
        ]
    )


def _all_of(queries: list[Query]) -> Query:
    """Ask for all of them; nothing asked for matches everything."""
    if not queries:
        return Query.all_query()
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _any_of(queries: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])
