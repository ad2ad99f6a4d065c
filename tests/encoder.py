"""An encoder for tests: it knows a few words of five languages, and is quick."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from search.meaning.encoders import Vectors

# Words of one line mean the same; every other word means itself.
_SAME = (
    "housing homes logement vivienda habitação السكن",
    "water eau agua água الماء",
    "women femmes mujeres mulheres النساء",
    "waste déchets residuos resíduos النفايات",
)
_MEANING = {word: line for line in _SAME for word in line.split()}


class WordsEncoder:
    """Adds up a dimension for each word, with one for those of the same meaning.

    calls: how many texts it has encoded.
    """

    name = "test-words"
    dimensions = 64
    floor = 0.2
    share = 0.6

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give the vectors of texts."""
        self.calls += len(texts)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.casefold().replace(".", " ").split():
                place = zlib.crc32(_MEANING.get(word, word).encode()) % (self.dimensions - 1)
                row[place] += 1
            if not row.any():
                row[-1] = 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


class BrokenEncoder:
    """An encoder whose model cannot be loaded."""

    name = "test-broken"
    dimensions = 64
    floor = 0.2
    share = 0.6

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Raise OSError."""
        raise OSError("the model is not there")
