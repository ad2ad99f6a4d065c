"""The words that people type: read as words, never as a query language."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CHARACTERS = 200
MAX_TERMS = 16
MAX_WHOLE = 2000
"""How much of what was typed is searched for by its meaning."""

# Marks that open a quotation, and what closes it: English, French, German, Chinese, Japanese.
_QUOTES = {'"': '"”', "“": '”"', "„": "“”", "«": "»", "「": "」", "『": "』", "\uff02": "\uff02"}
_MARKS = "".join(sorted({*_QUOTES, *"".join(_QUOTES.values())}))
_PHRASE = "|".join(f"{start}([^{_MARKS}]*)[{end}]" for start, end in _QUOTES.items())
_PIECE = re.compile(
    rf"(?P<minus>(?<!\S)[-−–](?=\S))?(?:(?P<phrase>{_PHRASE})|[{_MARKS}]?(?P<word>[^\s{_MARKS}]+))"
)


@dataclass(frozen=True)
class Words:
    """The parsed words of a search.

    text: what was typed, cleaned and cut to what is matched. terms: single words as typed, to be
    matched all. phrases: quoted ones, to be matched as they stand. excluded: words or phrases
    after a leading minus. cut: whether something was left out. whole: what was typed, cleaned, so
    far as its meaning is searched for; the box and the address keep it.
    """

    text: str = ""
    terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    cut: bool = False
    whole: str = ""

    def __post_init__(self) -> None:
        if not self.whole:
            object.__setattr__(self, "whole", self.text)

    def __bool__(self) -> bool:
        return bool(self.terms or self.phrases or self.excluded)


def parse_words(text: str) -> Words:
    """Parse what a person typed.

    Quotes make a phrase, a leading minus excludes; everything else is words, whatever signs it
    holds. At most 200 characters and 16 words are used; `cut` says that more was typed.
    """
    text = " ".join(text.split())
    kept = text[:MAX_CHARACTERS]
    if len(text) > len(kept) and not text[MAX_CHARACTERS].isspace() and " " in kept:
        kept = kept.rsplit(" ", 1)[0]
    terms: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    count = 0
    cut = len(text) > len(kept)
    for piece in _PIECE.finditer(kept):
        words = (piece["word"] or piece["phrase"].strip(_MARKS)).split()
        words = [word for word in words if any(sign.isalnum() for sign in word)]
        if not words:
            continue
        if count + len(words) > MAX_TERMS:
            cut = True
            words = words[: MAX_TERMS - count]
        if not words:
            break
        count += len(words)
        if piece["minus"]:
            excluded.append(" ".join(words))
        elif piece["phrase"] is not None and len(words) > 1:
            phrases.append(" ".join(words))
        else:
            terms += words
    whole = text[:MAX_WHOLE].rstrip()
    return Words(kept, tuple(terms), tuple(phrases), tuple(excluded), cut, whole)
