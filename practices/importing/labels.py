"""Terms as people write them in a table: by label in any language, by code, nearly right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from rapidfuzz import fuzz, process

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from .folded import folded
from .prose import plain
from .report import FacetReport
from .values import NULLS, strings

ALIKE = 86.0  # of 100: a value so near to one label alone is read as it
NEAR = 60.0  # nearer ones than this are suggested
SHORTEST = 5
SUGGESTED = 3
_SPLIT = re.compile(r"\s*[;|\n•·]\s*|\s+/\s+")
_COMMA = re.compile(r"\s*[,،]\s*")
_GOAL = re.compile(
    r"(?:(?:sdgs?|goals?|odd|ods|objectif|objetivo|target|cible|meta|الهدف)\W*)?"
    r"(?P<goal>1[0-7]|0?[1-9])(?:\.(?P<target>[0-9]{1,2}|[a-d]))?(?!\d)(?:[\s:.)–—-]+[^\d;|\n]*)?",
    re.IGNORECASE,
)
Pair = tuple[str, str]


class Labels:
    """Reads the values of one column as terms of some kinds.

    chosen: what the editor said of values that are no labels: the value, as the file has it, ->
    "kind:code", or "" to leave it out.
    """

    def __init__(
        self, kinds: tuple[str, ...], chosen: Mapping[str, str], single: bool = False
    ) -> None:
        self.kinds = kinds
        self.single = single
        self.seen = FacetReport()
        self.decided: Counter[str] = Counter()
        self._chosen = {folded(value): pair for value, pair in chosen.items()}
        self._known = _known(kinds)
        self._cells: dict[str, list[tuple[str, Pair | None, bool]]] = {}

    def read(self, cell: Any, unread: list[str]) -> list[Pair]:
        """Give the terms of a cell, and count what they came from; `unread` gets what is none."""
        found: list[Pair] = []
        for text in strings(cell, NULLS):
            if text not in self._cells:
                self._cells[text] = self._parts(plain(text))
            for value, pair, exact in self._cells[text]:
                if self.chosen_for(value) is not None:
                    self.decided[value] += 1
                if pair is None:
                    self.seen.unmapped[value] += 1
                    unread.append(value)
                    continue
                self.seen.mapped += 1
                if not exact:
                    self.seen.misspelt[value] += 1
                found.append(pair)
        return found

    def _parts(self, text: str) -> list[tuple[str, Pair | None, bool]]:
        """Divide a cell at the signs that divide lists, commas only where the whole is no label."""
        whole = self._exact(text)
        if whole is not None or self.single:
            return [self._one(text)]
        found = []
        for part in filter(None, _SPLIT.split(text)):
            if self._exact(part) is not None or not _COMMA.search(part):
                found.append(self._one(part))
                continue
            found += self._with_commas(part)
        return found

    def _with_commas(self, text: str) -> list[tuple[str, Pair | None, bool]]:
        """Divide at commas, the longest runs that are labels staying whole."""
        pieces = [piece for piece in _COMMA.split(text) if piece]
        found = []
        start = 0
        while start < len(pieces):
            for end in range(min(len(pieces), start + 6), start, -1):
                value = ", ".join(pieces[start:end])
                if end == start + 1 or self._exact(value) is not None:
                    found.append(self._one(value))
                    start = end
                    break
        return found

    def _one(self, value: str) -> tuple[str, Pair | None, bool]:
        value = value.strip(" .;,")[:200]
        key = folded(value)
        if key in self._chosen:
            kind, _colon, code = self._chosen[key].partition(":")
            return value, (kind, code) if code else None, True
        exact = self._exact(value)
        if exact is not None:
            return value, exact, True
        return value, self.misspelt(value), False

    def _exact(self, value: str) -> Pair | None:
        pair = self._known.get(folded(value))
        if pair is None and Kind.SDG in self.kinds and (goal := _GOAL.fullmatch(value.strip())):
            number = int(goal["goal"])
            code = f"{number}.{goal['target'].lower()}" if goal["target"] else ""
            pair = (Kind.TARGET, code) if code else (Kind.SDG, f"sdg-{number:02d}")
            pair = pair if snapshot().resolve(*pair) else None
        return pair

    def chosen_for(self, value: str) -> str | None:
        """Give what the editor said a value means, "kind:code" or "", or None."""
        return self._chosen.get(folded(value)) if self._chosen else None

    def misspelt(self, value: str) -> Pair | None:
        """Give the one term whose label a value nearly is."""
        key = folded(value)
        if len(key) < SHORTEST or any(sign.isdigit() for sign in key):
            return None
        near = process.extract(
            key, self._known.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=5
        )
        pairs = {self._known[label] for label, score, _place in near if score == near[0][1]}
        return pairs.pop() if len(pairs) == 1 else None

    def suggestions(self, value: str) -> list[Pair]:
        """Give the terms whose labels are nearest to a value."""
        near = process.extract(
            folded(value), self._known.keys(), scorer=fuzz.WRatio, score_cutoff=NEAR, limit=12
        )
        return list(dict.fromkeys(self._known[label] for label, _score, _place in near))[:SUGGESTED]


def _known(kinds: tuple[str, ...]) -> dict[str, Pair]:
    """Give the term of every label, name, code and synonym of some kinds, merged ones followed.

    What could mean two terms means neither; a synonym never stands before another one's label.
    """
    labels: dict[str, set[Pair]] = {}
    synonyms: dict[str, set[Pair]] = {}
    taxonomy = snapshot()
    for kind in kinds:
        for entry in taxonomy.of_kind(kind):
            current = taxonomy.resolve(kind, entry.code)
            if current is None or not current.current:
                continue
            pair = (current.kind, current.code)
            for text in (*entry.labels.values(), entry.name, entry.code, entry.iso2):
                labels.setdefault(folded(text), set()).add(pair)
            for words in entry.synonyms.values():
                for text in words:
                    synonyms.setdefault(folded(text), set()).add(pair)
    found = synonyms | labels
    return {key: next(iter(pairs)) for key, pairs in found.items() if key and len(pairs) == 1}
