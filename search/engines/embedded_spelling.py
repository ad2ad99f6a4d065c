"""Words of the embedded index that are spelled much like another."""

from __future__ import annotations

import tantivy
from rapidfuzz.distance import OSA
from tantivy import Occur, Query

from . import analysis

_FIELDS = ("exact_title", "exact_text", "labels")
_LEAST, _SHORT = 3, 5  # letters: shorter words resemble nothing; up to five, one letter may differ


def build_spelled_like(
    searcher: tantivy.Searcher, schema: tantivy.Schema, word: str, audiences: frozenset[str]
) -> Query | None:
    """Build the query of works with a word spelled like `word`, or None where nothing is.

    The score says how near: 3 for the word itself, one less for each letter that differs. The
    index could look for such words itself, but not for those with the same first letter only.
    """
    terms = analysis.query_terms(word)
    if len(terms) != 1 or not terms[0].word or len(terms[0].exact) < _LEAST:
        return None
    wanted = terms[0].exact
    most = 1 if len(wanted) <= _SHORT else 2
    allowed = Query.const_score_query(
        Query.term_set_query(schema, "audience", sorted(audiences)), 0.0
    )
    found: list[Query] = []
    for name in _FIELDS:
        alike: dict[int, list[str]] = {}
        # Words of works that the reader may not see, too: asking of each word costs more.
        for term, _works in searcher.terms_with_prefix(name, wanted[0]):
            if (away := OSA.distance(wanted, term, score_cutoff=most)) <= most:
                alike.setdefault(away, []).append(term)
        for away, spelled in alike.items():
            query = Query.term_set_query(schema, name, spelled)
            found.append(Query.const_score_query(query, 3.0 - away))
    if not found:
        return None
    nearest = Query.disjunction_max_query(found)
    return Query.boolean_query([(Occur.Must, allowed), (Occur.Must, nearest)])
