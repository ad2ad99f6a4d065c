"""From a source's own values to the portal's terms."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import nh3

from .prose import plain
from .values import NULLS, strings

SPLITS = frozenset({"none", "comma", "semicolon", "html-list"})
SIMILAR = 0.88  # how alike a misspelt value must be to a known one
SHORTEST_MISSPELT = 6
_ITEM = re.compile(r"<li>(.*?)</li>", re.S)


def normal(value: str) -> str:
    """Give a value without differences that mean nothing: case, accents' form, spaces."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return " ".join(folded.split()).strip(" .;,")


@dataclass(frozen=True)
class Facet:
    """One column of values, how they are split, and what each means here.

    values: source value -> kind -> codes; an empty table says that the value is known and has no
    counterpart. spelling: wrong form -> right form.
    """

    column: str
    split: str
    values: Mapping[str, Mapping[str, tuple[str, ...]]]
    spelling: Mapping[str, str] = field(default_factory=dict)
    nulls: frozenset[str] = NULLS

    @cached_property
    def known(self) -> dict[str, str]:
        """Give the table's value for each normal form."""
        found = {normal(value): value for value in self.values}
        found.update({normal(wrong): right for wrong, right in self.spelling.items()})
        return found

    @cached_property
    def _longest_first(self) -> list[str]:
        return sorted(self.known, key=len, reverse=True)

    def read(self, cell: Any) -> list[str]:
        """Split a cell into its values, as the source writes them."""
        texts = strings(cell, self.nulls)
        if self.split == "html-list":
            return [part for text in texts for part in _items(text)]
        if self.split == "comma":
            return [part for text in texts for part in self._split(plain(text))]
        if self.split == "semicolon":
            return [
                part.strip() for text in texts for part in plain(text).split(";") if part.strip()
            ]
        return [text for text in map(plain, texts) if text]

    def _split(self, text: str) -> list[str]:
        """Split at commas, but never inside a known value: the longest one goes first."""
        found = []
        rest = " ".join(text.split())
        while rest := rest.lstrip(" ,"):
            start = unicodedata.normalize("NFKC", rest).casefold()
            for known in self._longest_first:
                after = start[len(known) :].lstrip()
                if start.startswith(known) and (not after or after.startswith((",", ";", "."))):
                    cut = len(known)
                    break
            else:
                cut = rest.find(",") if "," in rest else len(rest)
            found.append(rest[:cut].strip())
            rest = rest[cut:].lstrip(" .;")
        return [value for value in found if value]

    def find(self, value: str) -> str | None:
        """Give the table's value that a source value is, or misspells."""
        key = normal(value)
        if key in self.known:
            return self.known[key]
        if len(key) >= SHORTEST_MISSPELT and not any(sign.isdigit() for sign in key):
            near = difflib.get_close_matches(key, self.known, n=2, cutoff=SIMILAR)
            if near and len({self.known[match] for match in near}) == 1:
                return self.known[near[0]]
        return None


def _items(html: str) -> Iterable[str]:
    cleaned = nh3.clean(html, tags={"li"}, attributes={}, link_rel=None)
    items = _ITEM.findall(cleaned) or [cleaned]
    return [text for text in map(plain, items) if text]
