"""From a search to a query of the embedded index.

Every word must match somewhere: in the title or text of any language, in a label of a term in any
language, or as the reference. The best of these matches makes the word's score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import tantivy
from tantivy import Occur, Query

from ..facets import FACET_NAMES
from ..request import SearchRequest
from . import analysis, weights
from .analysis import Term
from .embedded_schema import facet_field, label_languages


@dataclass(frozen=True)
class QueryBuilder:
    """Builds the queries of one search against one index.

    schema: the index's. request: the search. audiences: whose works may be seen. languages: those
    in whose stems the index holds text.
    """

    schema: tantivy.Schema
    request: SearchRequest
    audiences: frozenset[str]
    languages: tuple[str, ...]

    def build(self, *, without: str = "") -> Query:
        """Build the query, leaving out the selection of the facet `without`."""
        clauses = list(self._fixed)
        for name, codes in self.request.selections.items():
            if name != without and codes:
                clauses.append((Occur.Must, self._selection(name, codes)))
        return Query.boolean_query(clauses)

    @cached_property
    def _fixed(self) -> list[tuple[Occur, Query]]:
        """The clauses that every evaluation shares: audience and words."""
        clauses = [(Occur.Must, self._silent(self._any_of("audience", sorted(self.audiences))))]
        words = self.request.words
        half_typed = half_typed_term(self.request)
        for term in dict.fromkeys(words.terms):
            if query := self._word(term, prefix=half_typed):
                clauses.append((Occur.Must, query))
        for phrase in dict.fromkeys(words.phrases):
            if query := self._phrase(phrase):
                clauses.append((Occur.Must, query))
        for text in words.excluded:
            query = self._phrase(text) if " " in text else self._word(text)
            if query:
                clauses.append((Occur.MustNot, query))
        if not words.excluded and (whole := analysis.fold_text(words.text)):
            exact = self._term("whole_title", whole)
            clauses.append((Occur.Should, Query.const_score_query(exact, weights.WHOLE_TITLE)))
        return clauses

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
            for field, weight in (
                ("exact_title", weights.PREFIX_TITLE),
                ("exact_text", weights.PREFIX_TEXT),
                ("labels", weights.PREFIX_TEXT),
            ):
                begun = Query.fuzzy_term_query(
                    self.schema, field, term.exact, distance=0, prefix=True
                )
                found.append(Query.const_score_query(begun, weight))
        return Query.disjunction_max_query(found, weights.OTHERS)

    def _stems(self, word: str) -> list[Query]:
        own = analysis.stem_language(self.request.language)
        found: list[Query] = []
        labels: set[str] = set()
        labelled = label_languages()
        for language in dict.fromkeys((*self.languages, *labelled)):
            stems = analysis.stems(word, language)
            if language in labelled:
                labels.update(stems)
            if language not in self.languages:
                continue
            weight = weights.OWN_LANGUAGE if language == own else 1.0
            for stem in stems:
                for field, base in (("title", weights.TITLE), ("text", weights.TEXT)):
                    term = self._term(f"{field}_{language}", stem)
                    found.append(Query.boost_query(term, base * weight))
        return found + [
            Query.boost_query(self._term("label_stems", stem), weights.LABEL)
            for stem in sorted(labels)
        ]

    def _phrase(self, text: str) -> Query | None:
        """Build what a phrase asks for: its terms one after the other."""
        terms = analysis.phrase_terms(text)
        if len(terms) < 2:
            return self._word(text)
        found = [
            Query.boost_query(Query.phrase_query(self.schema, field, [*terms]), weight)
            for field, weight in (
                ("exact_title", weights.TITLE),
                ("exact_text", weights.TEXT),
                ("labels", weights.LABEL),
            )
        ]
        return Query.disjunction_max_query(found, weights.OTHERS)

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self.schema, field, value)

    def _any_of(self, field: str, values: list[str]) -> Query:
        return Query.term_set_query(self.schema, field, values)

    @staticmethod
    def _silent(query: Query, score: float = 0.0) -> Query:
        """Let a query match with the same score for all."""
        return Query.const_score_query(query, score)


def half_typed_term(request: SearchRequest) -> Term | None:
    """Give the last word's term if it may be half typed: the last thing typed, three signs long."""
    words = request.words
    if not words.terms or not words.text.endswith(words.terms[-1]):
        return None
    terms = analysis.query_terms(words.terms[-1])
    if terms and terms[-1].word and len(terms[-1].exact) >= weights.MIN_PREFIX:
        return terms[-1]
    return None


def count_key(request: SearchRequest, audiences: frozenset[str]) -> tuple[object, ...]:
    """Give what decides totals and counts, and nothing of what only orders or cuts the hits."""
    selections: Mapping[str, tuple[str, ...]] = request.selections
    chosen = frozenset((name, frozenset(codes)) for name, codes in selections.items() if codes)
    return request.words, chosen, audiences


def _all_of(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])
