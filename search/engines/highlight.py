"""Marks what was searched for in the title and text of a hit, as escaped HTML.

It reads the stored document and matches words as the index does, so what is marked is what was
found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from ..document import LanguageText, SearchDocument
from ..request import SearchRequest
from . import analysis
from .analysis import Term

PASSAGE = 220
READ = 50_000
"""How many characters of a text are searched for the passage: a megabyte would take too long."""

Span = tuple[int, int, str]
_RUN = "\x00run"
# Languages whose stemmers take something off the beginning of a word.
_PREFIXES = frozenset(("ar", "de", "id", "nl"))


@dataclass(frozen=True)
class Shown:
    """A hit as shown: the page language of the text, and title and passage as HTML."""

    language: str
    title: str
    passage: str


class Highlighter:
    """Marks the matches of one search."""

    def __init__(self, request: SearchRequest, half_typed: Term | None) -> None:
        self.language = request.language
        self.searching = bool(request.words.terms or request.words.phrases)
        self.half_typed = half_typed.exact if half_typed else ""
        self.terms = [term for text in request.words.terms for term in analysis.query_terms(text)]
        self.exact = {term.exact: term.exact for term in self.terms}
        self.pairs = {term.exact for term in self.terms if not term.word and not term.single}
        self.singles = {term.exact for term in self.terms if term.single}
        self.phrases = [
            [analysis.fold(token.word) for token in analysis.tokens(analysis.prepare(phrase))]
            for phrase in request.words.phrases
        ]
        self._stems: dict[str, dict[str, str]] = {}
        self._initials: dict[str, frozenset[str]] = {}
        self._known: dict[str, dict[str, str]] = {}

    def show(self, document: SearchDocument) -> Shown:
        """Choose the language of a hit and mark its title and a passage of its text."""
        code = self._page_language(document)
        text = document.texts[code]
        title = analysis.prepare(text.title)
        marked = mark(title, self.spans(title, text.language))
        return Shown(code, marked, self._passage(text) if self.searching else "")

    def _page_language(self, document: SearchDocument) -> str:
        if self.language in document.texts:
            return self.language
        best = document.best_language(self.language)
        if not self.searching or len(document.texts) == 1:
            return best
        found = {code: self._matches(text) for code, text in document.texts.items()}
        return best if found[best] == max(found.values()) else max(found, key=found.__getitem__)

    def _matches(self, text: LanguageText) -> int:
        """Count the different things searched for that a text holds."""
        fields = (text.title, text.summary, text.body[:READ], text.place)
        return len(
            {
                span[2]
                for field in fields
                for span in self.spans(analysis.prepare(field), text.language)
            }
        )

    def _passage(self, text: LanguageText) -> str:
        best: tuple[int, int] = (0, 0)
        chosen: tuple[str, list[Span], int] | None = None
        wanted = len(self.exact) + len(self.phrases)
        for written in (text.summary, text.body, text.place):
            field = analysis.prepare(" ".join(written[:READ].split()))
            spans = self.spans(field, text.language)
            score, start = _cluster(spans)
            if score > best:
                best, chosen = score, (field, spans, start)
            if best[0] >= wanted:
                break
        if chosen is None:
            return cut(analysis.prepare(" ".join(text.summary.split())), [], 0)
        return cut(*chosen)

    def spans(self, text: str, language: str) -> list[Span]:
        """Give start, end and what was matched, of every match in a prepared text."""
        if not self.searching:
            return []
        code = analysis.stem_language(language)
        known = self._known.setdefault(code, {})
        found: list[Span] = []
        for word, start, end in analysis.words(text, self._initials_in(code)):
            key = known.get(word)
            if key is None:
                key = known[word] = self._key(word, code)
            if key == _RUN:
                for token in analysis.tokens(word):
                    found += self._piece_spans(token, start, code)
            elif key:
                found.append((start, end, key))
        if self.phrases:
            tokens = list(analysis.tokens(text))
            for phrase in self.phrases:
                found += _phrase_spans(tokens, phrase)
        return _merge(found)

    def _key(self, word: str, language: str) -> str:
        """Give what a word matches, "" for nothing, or that it has to be cut into pairs."""
        if analysis.has_run(word):
            return _RUN
        folded = analysis.fold(word)
        if folded in self.exact:
            return folded
        if language:
            wanted = self._stems_in(language)
            for stem in analysis.stems(word, language):
                if stem in wanted:
                    return wanted[stem]
        if self.half_typed and folded.startswith(self.half_typed):
            return self.half_typed
        return ""

    def _initials_in(self, language: str) -> frozenset[str] | None:
        """Give the letters with which a match can begin, or None where it can be any."""
        if language in _PREFIXES:
            return None
        if language not in self._initials:
            wanted = [*self.exact, *(self._stems_in(language) if language else ())]
            self._initials[language] = frozenset(term[0] for term in wanted)
        return self._initials[language]

    def _stems_in(self, language: str) -> dict[str, str]:
        if language not in self._stems:
            self._stems[language] = {
                stem: term.exact
                for term in self.terms
                if term.word
                for stem in analysis.stems(term.word, language)
            }
        return self._stems[language]

    def _piece_spans(self, token: analysis.Token, at: int, language: str) -> list[Span]:
        """Mark a word beside a run, or the searched pairs and single signs of the run."""
        if not token.run:
            key = self._key(token.word, language)
            return [(at + token.start, at + token.end, key)] if key else []
        run = token.word
        if len(analysis.fold(run)) == len(run):
            run = analysis.fold(run)
        found: list[Span] = []
        for i in range(len(run)):
            for size, wanted in ((2, self.pairs), (1, self.singles)):
                if (piece := run[i : i + size]) in wanted:
                    found.append((at + token.start + i, at + token.start + i + size, piece))
        return found


def mark(text: str, spans: Iterable[Span]) -> SafeString:
    """Escape a text and put its spans, which do not overlap, into <mark>."""
    parts: list[str] = []
    position = 0
    for start, end, _ in spans:
        parts += [
            escape(text[position:start]),
            "<mark>",
            escape(text[start:end]),
            "</mark>",
        ]
        position = end
    return SafeString("".join([*parts, escape(text[position:])]))


def cut(text: str, spans: list[Span], start: int) -> SafeString:
    """Cut about 220 characters out of a text around `start`, at ends of words, and mark them."""
    begin = 0
    if start > PASSAGE // 3 and len(text) > PASSAGE:
        begin = min(start - PASSAGE // 4, len(text) - PASSAGE)
        space = text.find(" ", begin, min(start, begin + 30))
        begin = space + 1 if space >= 0 else begin
    end = min(len(text), begin + PASSAGE)
    if end < len(text):
        space = text.rfind(" ", end - 30, end + 1)
        end = space if space > begin else end
    inside = [
        (max(a, begin) - begin, min(b, end) - begin, key)
        for a, b, key in spans
        if a < end and b > begin
    ]
    marked = mark(text[begin:end], inside)
    return SafeString(f"{'… ' if begin else ''}{marked}{' …' if end < len(text) else ''}")


def _cluster(spans: list[Span]) -> tuple[tuple[int, int], int]:
    """Find where most different matches stand together: (different ones, all of them), start."""
    best, start = (0, 0), 0
    last = 0
    for first in range(len(spans)):
        last = max(last, first)
        while last < len(spans) and spans[last][1] - spans[first][0] <= PASSAGE * 2 // 3:
            last += 1
        window = spans[first:last] or spans[first : first + 1]
        score = (len({span[2] for span in window}), len(window))
        if score > best:
            best, start = score, spans[first][0]
    return best, start


def _phrase_spans(tokens: list[analysis.Token], phrase: list[str]) -> list[Span]:
    found: list[Span] = []
    if not phrase:
        return found
    folded = [analysis.fold(token.word) for token in tokens]
    for i in range(len(tokens) - len(phrase) + 1):
        if all(
            part == there or (token.run and part in there)
            for part, there, token in zip(phrase, folded[i:], tokens[i:], strict=False)
        ):
            found.append((tokens[i].start, tokens[i + len(phrase) - 1].end, " ".join(phrase)))
    return found


def _merge(spans: list[Span]) -> list[Span]:
    """Sort spans and join those that overlap; pairs of one run join to one mark."""
    merged: list[Span] = []
    for start, end, key in sorted(spans):
        if merged and start < merged[-1][1]:
            before = merged[-1]
            merged[-1] = (before[0], max(before[1], end), before[2])
        else:
            merged.append((start, end, key))
    return merged
