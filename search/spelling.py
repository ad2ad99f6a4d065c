"""“Did you mean”: words that resemble what was typed, and that public works hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import NamedTuple

from rapidfuzz.distance import OSA

from .audience import PUBLIC_ONLY
from .budget import Budget
from .document import SearchDocument
from .engines import analysis
from .engines.base import Engine
from .engines.folding import fold
from .request import SearchRequest
from .text import parse_words

WORKS = 20
"""How many works are looked at for one word."""
MAX_WORDS = 4
"""So many wrong words are corrected; a text with more of them is in no language of the portal."""
_TRIES = 6
_EACH = 3
_SHORT = 5  # letters: up to here one letter may differ, beyond two (as `Engine.spelled_like` says)


@dataclass(frozen=True)
class Suggestion:
    """Another spelling of a search, and how many works it finds under the same filters."""

    request: SearchRequest
    total: int

    @property
    def text(self) -> str:
        """Give the words as they would be typed."""
        return self.request.words.text

    @property
    def query(self) -> str:
        """Give the query string of the corrected search."""
        return self.request.query_string()


@dataclass
class _Candidate:
    """A word that works hold: how it is written there, and in how many works."""

    distance: int
    works: int = 0
    is_own: bool = False
    written: Counter[str] = field(default_factory=Counter)

    @property
    def best(self) -> str:
        """Give the most usual way of writing it; a plain one before one that opens a sentence."""
        ((most, _count),) = self.written.most_common(1)
        plain = most.lower()
        return plain if plain in self.written else most


class _Piece(NamedTuple):
    """A word of what was typed: where it stands, and what may stand there instead."""

    start: int
    end: int
    spellings: list[str]


def suggest(
    engine: Engine, request: SearchRequest, audiences: frozenset[str], budget: Budget
) -> Suggestion | None:
    """Give the nearest other spelling of a search that finds something, or None.

    Words that a public work holds are left alone, so are those that are excluded. Only public works
    are drawn on, whoever asks; the corrected search is tried under the same filters and counts what
    its reader, of `audiences`, gets. Gives None where the budget does not reach for all words, or
    for a spelling that finds something. Raises EngineUnavailable.
    """
    text = analysis.prepare(request.words.text)
    pieces: list[_Piece] = []
    for token in _asked(text, request):
        if not budget.spend():
            return None
        spellings = alike(engine, token.word, request.language, PUBLIC_ONLY)
        if spellings:
            pieces.append(_Piece(token.start, token.end, spellings[:_EACH]))
        if len(pieces) > MAX_WORDS:
            return None
    if not pieces:
        return None
    for chosen in islice(_combinations(pieces), _TRIES):
        if not budget.spend():
            return None
        words = parse_words(_replaced(text, pieces, chosen))
        tried = replace(request, words=words, page=1, any_word=False, notices=())
        total = engine.search(replace(tried, size=1), audiences).total
        if total:
            return Suggestion(tried, total)
    return None


def alike(engine: Engine, word: str, language: str, audiences: frozenset[str]) -> list[str]:
    """Give words spelled like `word`, the likeliest first; none where a work holds `word` itself.

    By the number of letters that differ; then those of the reader's language, then by the number
    of works that hold them. Raises EngineUnavailable.
    """
    wanted = fold(word)
    documents = engine.spelled_like(word, audiences, WORKS) if wanted else ()
    most = 1 if len(wanted) <= _SHORT else 2
    found: dict[str, _Candidate] = {}
    for document in documents:
        for other, written, is_own in _resembling(document, wanted, most, language):
            if other == wanted:
                return []
            candidate = found.setdefault(
                other, _Candidate(OSA.distance(wanted, other, score_cutoff=most))
            )
            candidate.works += 1
            candidate.is_own |= is_own
            candidate.written += written
    ranked = sorted(
        found, key=lambda one: (found[one].distance, not found[one].is_own, -found[one].works, one)
    )
    return [found[one].best for one in ranked]


def _resembling(
    document: SearchDocument, wanted: str, most: int, language: str
) -> Iterator[tuple[str, Counter[str], bool]]:
    """Give a work's words like `wanted`: folded, as written, and whether in the language."""
    initials = frozenset(wanted[:1])
    written: dict[str, Counter[str]] = {}
    own: set[str] = set()
    for is_own, text in _texts(document, language):
        for word, _start, _end in analysis.words(analysis.prepare(text), initials):
            folded = fold(word)
            if folded[:1] == wanted[:1] and OSA.distance(wanted, folded, score_cutoff=most) <= most:
                written.setdefault(folded, Counter())[word] += 1
                if is_own:
                    own.add(folded)
    for folded, forms in written.items():
        yield folded, forms, folded in own


def _texts(document: SearchDocument, language: str) -> Iterator[tuple[bool, str]]:
    for code, text in document.texts.items():
        for part in (text.title, text.place, text.summary, text.body):
            yield code == language, part
    yield False, document.labels


def _asked(text: str, request: SearchRequest) -> Iterator[analysis.Token]:
    """Give the words that were typed, without runs, elided articles and what is excluded."""
    excluded = {fold(t.word) for part in request.words.excluded for t in analysis.tokens(part)}
    for token in analysis.tokens(text):
        if not token.run and not token.weak and fold(token.word) not in excluded:
            yield token


def _combinations(pieces: list[_Piece]) -> Iterable[tuple[str, ...]]:
    return product(*(piece.spellings for piece in pieces))


def _replaced(text: str, pieces: list[_Piece], chosen: tuple[str, ...]) -> str:
    parts: list[str] = []
    before = 0
    for piece, spelling in zip(pieces, chosen, strict=True):
        parts += [text[before : piece.start], spelling]
        before = piece.end
    return "".join([*parts, text[before:]])
