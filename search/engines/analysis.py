"""How text becomes the terms that an index holds and a query asks for.

Every word is made into its folded form (case, accents, letter forms, widths) and, where its
language has a stemmer, into one or two folded stems. Both sides of a match go through the same
functions, so what is written with or without accents, marks or articles finds the other.

Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese are written without spaces or with endings
attached: a run of their signs is cut into overlapping pairs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from .folding import JOINERS, MARKS, MAX_TERM, fold
from .stemming import STEMMED, stem_language, stems

__all__ = [
    "BREAK",
    "STEMMED",
    "VERSION",
    "Term",
    "Token",
    "exact_terms",
    "fold",
    "fold_text",
    "has_run",
    "index_terms",
    "phrase_terms",
    "prepare",
    "query_terms",
    "stem_language",
    "stem_terms",
    "stems",
    "tokens",
    "words",
]

VERSION = 2
"""Grows with every change of what these functions give: an index made by another is rebuilt."""

BREAK = "|"
"""Stands between two texts in one field, so that no phrase reaches from one into the other."""

_WORD = re.compile(rf"[^\W_][\w{MARKS}{JOINERS}]*")
_RUN_SIGNS = (
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\uac00-\ud7af\u1100-\u11ff\U00020000-\U0003ffff"
    "\u0e01-\u0e4e\u0e81-\u0ece\u1780-\u17d3\u1000-\u103f"
)
_PIECE = re.compile(rf"(?P<run>[{_RUN_SIGNS}]+)|[^{_RUN_SIGNS}]+")
_RUN = re.compile(rf"[{_RUN_SIGNS}]")

_APOSTROPHES = frozenset("'\u2019\u2018\u02bc\u02bb\u02b9\u2032\u00b4`\uff07\u05f3")
# Signs that would be parts of words and must not be; replaced one for one, so offsets stay true.
_SPLITTING = {"_": " ", "\u02bc": "'", "\u02bb": "'", "\u02b9": "'"}
_ELISIONS = frozenset(
    {
        *("l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"),
        *("dell", "all", "dall", "nell", "sull", "coll", "degl", "gl"),
    }
)
"""What stands before an apostrophe and is no word of its own: French, Catalan, Italian."""


class Token(NamedTuple):
    """A word of a text, or a run of signs that are written without spaces.

    word: as written. start, end: where, in the prepared text. run: whether it is cut into pairs.
    weak: an elided article or a possessive s, which a query may leave out.
    """

    word: str
    start: int
    end: int
    run: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a query asks for: its folded form, and the word as typed ("" for a pair).

    single: a sign alone of a script cut into pairs; it matches every pair that it begins.
    """

    exact: str
    word: str = ""
    single: bool = False


def prepare(text: str) -> str:
    """Compose what is decomposed; the offsets of tokens refer to the text so prepared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of a prepared text, in order."""
    text = _split(text)
    for match in _WORD.finditer(text):
        word, start, end = match.group(), match.start(), match.end()
        if not has_run(word):
            yield Token(word, start, end, False, _is_weak(text, word, start, end))
            continue
        for piece in _PIECE.finditer(word):
            run = piece["run"] is not None
            yield Token(piece.group(), start + piece.start(), start + piece.end(), run)


def words(text: str, initials: frozenset[str] | None = None) -> Iterator[tuple[str, int, int]]:
    """Give the words of a prepared text with their start and end, runs not yet cut out of them.

    With `initials`, only those whose folded form begins with one of these letters, which is much
    faster than to look at every word (a text that holds runs gives all its words).
    """
    pattern = _WORD if initials is None or has_run(text) else _beginning(initials)
    for match in pattern.finditer(_split(text)):
        yield match.group(), match.start(), match.end()


@lru_cache(maxsize=256)
def _beginning(initials: frozenset[str]) -> re.Pattern[str]:
    signs = re.escape(
        "".join(sorted(sign for one in initials for sign in _folding_to().get(one, one)))
    )
    if not signs:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<![\w{MARKS}{JOINERS}])[{signs}][\w{MARKS}{JOINERS}]*")


@lru_cache(maxsize=1)
def _folding_to() -> dict[str, str]:
    """Give, for each folded letter, all signs whose folded form begins with it."""
    found: dict[str, str] = {}
    for code in (*range(0x30, 0x2200), *range(0xFB00, 0xFF5F)):
        sign = chr(code)
        if sign.isalnum() and (folded := fold(sign)):
            found[folded[0]] = found.get(folded[0], "") + sign
    return found


def has_run(word: str) -> bool:
    """Tell whether a word holds signs that are cut into pairs."""
    return not word.isascii() and _RUN.search(word) is not None


def _split(text: str) -> str:
    if text.isascii():
        return text.replace("_", " ")
    for sign, instead in _SPLITTING.items():
        text = text.replace(sign, instead)
    return text


def _is_weak(text: str, word: str, start: int, end: int) -> bool:
    if text[end : end + 1] in _APOSTROPHES and text[end + 1 : end + 2].isalnum():
        return word.lower() in _ELISIONS
    return word in ("s", "S") and start > 1 and text[start - 1] in _APOSTROPHES


def fold_text(text: str) -> str:
    """Fold a whole text: its folded words, one space between; equal for equal titles."""
    found = _WORD.findall(_split(prepare(text)))
    return " ".join(filter(None, [_fold_run(word) for word in found]))


def pairs(run: str) -> list[str]:
    """Cut a folded run into overlapping pairs."""
    return [run[i : i + 2] for i in range(len(run) - 1)]


def exact_terms(text: str) -> list[str]:
    """Give the folded terms of a text for the index.

    A run gives its pairs and its last sign alone, so that a single sign is found as the beginning
    of a term wherever it stands.
    """
    terms: list[str] = []
    for word in _WORD.findall(_split(prepare(text))):
        terms += _exact_of(word)
    return terms


@lru_cache(maxsize=200_000)
def _exact_of(word: str) -> tuple[str, ...]:
    terms: list[str] = []
    for token in tokens(word):
        if token.run:
            run = _fold_run(token.word)
            terms += [*pairs(run), run[-1:]] if run else []
        elif folded := fold(token.word):
            terms.append(folded)
    return tuple(terms)


def stem_terms(text: str, language: str) -> list[str]:
    """Give the stems of a text for the index; `language` is one of `STEMMED`."""
    terms: list[str] = []
    for word in _WORD.findall(_split(prepare(text))):
        terms += _stems_of(word, language)
    return terms


def _stems_of(word: str, language: str) -> tuple[str, ...]:
    found = [stems(token.word, language) for token in tokens(word) if not token.run]
    return tuple(term for terms in found for term in terms)


def index_terms(text: str, language: str) -> tuple[str, str]:
    """Give folded terms and stems of a text at once, each with spaces between.

    `language` is one of `STEMMED`, or "" for no stems.
    """
    found = [_indexed(word, language) for word in _WORD.findall(_split(prepare(text)))]
    exact = " ".join([terms for terms, _stems in found if terms])
    return exact, " ".join([stems for _terms, stems in found if stems]) if language else ""


@lru_cache(maxsize=400_000)
def _indexed(word: str, language: str) -> tuple[str, str]:
    stemmed = " ".join(_stems_of(word, language)) if language else ""
    return " ".join(_exact_of(word)), stemmed


def query_terms(text: str) -> list[Term]:
    """Give what a typed word asks for; all of it must match.

    "co-operation" asks for two words; an elided article is left out unless it stands alone; a run
    asks for its pairs.
    """
    found = [token for token in tokens(prepare(text)) if fold(token.word)]
    if any(not token.weak for token in found):
        found = [token for token in found if not token.weak]
    terms: list[Term] = []
    for token in found:
        if not token.run:
            terms.append(Term(fold(token.word), token.word))
            continue
        run = _fold_run(token.word)
        terms += [Term(pair) for pair in pairs(run)] if len(run) > 1 else [Term(run, single=True)]
    return list(dict.fromkeys(terms))


def phrase_terms(text: str) -> list[tuple[int, str]]:
    """Give the terms of a phrase with their positions relative to each other."""
    terms: list[tuple[int, str]] = []
    position = 0
    for token in tokens(prepare(text)):
        if token.run:
            run = _fold_run(token.word)
            parts = pairs(run) or [run]
            terms += [(position + i, part) for i, part in enumerate(parts) if part]
            position += len(run)
        elif folded := fold(token.word):
            terms.append((position, folded))
            position += 1
    return terms


def _fold_run(run: str) -> str:
    """Fold a word or run of any length (`fold` cuts long ones)."""
    if len(run) <= MAX_TERM // 2:
        return fold(run)
    step = MAX_TERM // 4
    return "".join(fold(run[i : i + step]) for i in range(0, len(run), step))
