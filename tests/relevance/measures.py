"""How good a ranking is, as one number between 0 and 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

DEPTH = 10
"""How many hits count: what a reader sees without turning the page, and a little less."""


def reciprocal_rank(ranked: Sequence[str], right: str) -> float:
    """Give 1 for the right one in the first place, a half in the second; 0 after the tenth."""
    return 1 / (ranked.index(right) + 1) if right in ranked[:DEPTH] else 0.0


def ndcg(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """Give the normalised discounted cumulative gain of the first ten; gains are 2^grade - 1."""
    ideal = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(one, 0) for one in ranked]) / ideal if ideal else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades[:DEPTH]))
