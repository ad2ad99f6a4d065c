"""The meaning of what was typed, and the works near to it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from ..document import Vector
from ..request import SearchRequest
from ..text import Words
from .encoders import Encoder, get_encoder
from .vectors import checked, plain

if TYPE_CHECKING:
    from ..engines.base import Engine

logger = logging.getLogger(__name__)

MOST = 100
"""How many works a search may find by meaning: fewer than this, or the nearest so many."""
_REMEMBERED = 1024  # two kilobytes each


def neighbours(
    engine: Engine, request: SearchRequest, audiences: frozenset[str]
) -> Mapping[str, float]:
    """Give id -> nearness of the works near in meaning to the words of a search.

    None where there is no meaning to go by: no words, words that are only to be excluded, a quoted
    phrase (which asks for these words and no others), a reference; and where no encoder is at hand,
    which is logged. Raises EngineUnavailable.
    """
    text = meant(request.words)
    if not text:
        return {}
    try:
        encoder = get_encoder()
        if encoder is None:
            return {}
        vector = _vector(encoder, text)  # type: ignore[arg-type] # all objects are hashable
    except Exception:  # whatever is wrong with an encoder, words can still be searched
        logger.exception("A search goes by its words alone")
        return {}
    found = engine.neighbours(vector, audiences, floor=encoder.floor, limit=MOST)
    least = encoder.share * max(found.values(), default=0.0)
    return {key: nearness for key, nearness in found.items() if nearness >= least}


def meant(words: Words) -> str:
    """Give the text whose meaning is searched for, or nothing where it is words alone that count.

    What is excluded is no part of it: encoders do not understand "not".
    """
    if words.phrases or not any(_is_word(term) for term in words.terms):
        return ""
    return plain(" ".join(words.terms) if words.excluded else words.whole)


def _is_word(term: str) -> bool:
    """Tell a word from a number or reference; one sign alone is a word only in Chinese."""
    letters = sum(sign.isalpha() for sign in term)
    digits = sum(sign.isdigit() for sign in term)
    return letters > digits and (letters > 1 or term > "\u2e80")


@lru_cache(maxsize=_REMEMBERED)
def _vector(encoder: Encoder, text: str) -> Vector:
    vector: Vector = checked(encoder, [text])[0]
    vector.flags.writeable = False  # every search of these words gets the same one
    return vector
