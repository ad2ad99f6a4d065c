"""Which works are like a work: what counts, and how much."""

from __future__ import annotations

from collections.abc import Iterator

from .document import SearchDocument

MEANING_WEIGHT = 4.0
"""What full nearness in meaning adds to the likeness of two works."""

# Finer terms say more than those above them; a country says where, not what.
_WEIGHTS = {
    "theme": 1.0,
    "sdg": 0.6,
    "pathway": 0.6,
    "agenda": 0.3,
    "region": 0.3,
    "territory": 0.3,
    "hub": 1.0,
}


def weights(document: SearchDocument) -> Iterator[tuple[str, str, float]]:
    """Give facet, code and weight of what a work may share with others."""
    for facet, weight in _WEIGHTS.items():
        for code in document.facets.get(facet, ()):
            yield facet, code, weight
