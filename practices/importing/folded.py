"""Text without what means nothing when two are compared."""

from __future__ import annotations

import re

from search.engines.folding import fold

_BETWEEN = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Give the words of a text without case, accents and punctuation, one space between them."""
    return " ".join(filter(None, map(fold, _BETWEEN.split(text))))
