"""Texts that read like nothing and are spread like language: a few words often, most seldom."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

VOCABULARY = 30_000
"""How many different words a language has."""
_FREQUENT = 100
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_PAIR = re.compile(r"[^\W\d_a-z]{2}")
_EXPONENT = 1.05
_SENTENCE = 18


@dataclass(frozen=True)
class Language:
    """The words of a language from the most frequent to the rarest, and how often each comes."""

    code: str
    words: Sequence[str]
    shares: np.ndarray
    frequent: frozenset[str]

    @classmethod
    def learn(cls, code: str, texts: Iterable[str], seed: int) -> Language:
        """Rank the words of real texts, and make up a long tail of rare ones from their parts."""
        pattern = _PAIR if code == "zh" else _WORD
        known = Counter(word for text in texts for word in pattern.findall(text.lower()))
        words = dict.fromkeys(word for word, _times in known.most_common(VOCABULARY))
        parts = [word for word in words if len(word) >= (2 if code == "zh" else 5)]
        random = np.random.default_rng(seed)
        while parts and len(words) < VOCABULARY:
            for one, other in random.integers(0, len(parts), (VOCABULARY, 2)).tolist():
                first, second = parts[one], parts[other]
                words.setdefault(first[: len(first) // 2 + 1] + second[len(second) // 2 :])
        words = dict.fromkeys(list(words)[:VOCABULARY])
        ranks = np.arange(1, len(words) + 1)
        shares = 1 / (ranks + 2.7) ** _EXPONENT
        ranked = tuple(words)
        return cls(code, ranked, np.cumsum(shares / shares.sum()), frozenset(ranked[:_FREQUENT]))

    def draw(self, random: np.random.Generator, count: int) -> list[str]:
        """Draw words by their frequency."""
        places = np.searchsorted(self.shares, random.random(count))
        last = len(self.words) - 1
        return [self.words[min(place, last)] for place in places.tolist()]

    def prose(self, random: np.random.Generator, count: int) -> str:
        """Write sentences of `count` words."""
        words = self.draw(random, count)
        between = "" if self.code == "zh" else " "
        sentences = [words[i : i + _SENTENCE] for i in range(0, count, _SENTENCE)]
        return " ".join(f"{between.join(sentence).capitalize()}." for sentence in sentences)

    def heading(self, random: np.random.Generator, count: int) -> str:
        """Write a title: words that say something, so not the hundred most frequent."""
        words = [word for word in self.draw(random, 4 * count) if word not in self.frequent]
        between = "" if self.code == "zh" else " "
        return between.join(words[:count] or self.words[_FREQUENT : _FREQUENT + 1]).capitalize()
