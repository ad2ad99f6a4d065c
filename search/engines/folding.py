"""The folded form of words: no case, accents or marks, one form of each letter and width."""

# ruff: noqa: RUF001 - letters that look alike are what this module is about

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MAX_TERM = 64


def _ranges(codes: Iterable[int]) -> str:
    """Write code points as ranges for the brackets of a regular expression."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in spans)


MARKS = _ranges(code for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M")
"""Every combining mark, as ranges for the brackets of a regular expression."""
JOINERS = "\u00ad\u200c\u200d\u2060"
"""Signs without a form of their own, which stand inside words and change nothing."""
_NOT_TERM = re.compile(rf"[^\w{MARKS}]+|_")

# What folding takes off: accents, Arabic and Hebrew points, joiners, tatweel.
# The vowel signs of Indic and South-East Asian scripts are letters and stay.
OFF = dict.fromkeys(
    [
        *range(0x300, 0x370),
        *range(0x591, 0x5C8),
        *range(0x610, 0x61B),
        *range(0x64B, 0x660),
        0x670,
        *range(0x6D6, 0x6DD),
        *range(0x6DF, 0x6E9),
        *range(0x6EA, 0x6EE),
        *range(0x1AB0, 0x1B00),
        *range(0x1DC0, 0x1E00),
        *range(0x20D0, 0x2100),
        0x640,
        *map(ord, JOINERS),
    ]
)
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ə": "e",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "ة": "ه",
        "ە": "ه",
        "ہ": "ه",
        "ھ": "ه",
    }
)


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Fold a word: no case, no accents or marks, one form of each letter, at most 64 signs.

    May give "" for a word of nothing but marks.
    """
    if word.isascii():
        return word.lower()[:MAX_TERM]
    word = unicodedata.normalize("NFKC", word).casefold()
    word = unicodedata.normalize("NFKD", word).translate(OFF).translate(_LETTERS)
    word = "".join(str(unicodedata.decimal(sign, sign)) for sign in word)
    return _NOT_TERM.sub("", unicodedata.normalize("NFC", word))[:MAX_TERM]
