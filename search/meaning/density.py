"""How crowded it is around a vector.

Some texts are near to nearly everything: a search by nearness alone would find them whatever is
typed. So a work's nearness to a search counts for less, the denser it is around the work: after the
cross-domain similarity local scaling of Conneau, Lample, Ranzato, Denoyer and Jégou, "Word
Translation Without Parallel Data" (ICLR 2018), with the words of the Goals and their targets, in
all languages, in the place of the searches that nobody has made yet.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
from numpy.typing import NDArray

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from .encoders import Vectors

_NEAREST = 10
_WORD = re.compile(r"\w{4,}")
_OF = 4
"""Of so many words one is taken; all of them order works hardly better."""


def sample() -> list[str]:
    """Give the words, some two thousand, to which the nearness of a text is measured.

    Chosen each by itself, so that a label that changes leaves the choice of the others alone. Of
    Chinese it is what stands between two signs of punctuation.
    """
    terms = snapshot()
    words = {
        word.lower()
        for kind in (Kind.SDG, Kind.TARGET)
        for entry in terms.of_kind(kind)
        for label in entry.labels.values()
        for word in _WORD.findall(label)
    }
    return sorted(word for word in words if zlib.crc32(word.encode()) % _OF == 0)


def densities(vectors: Vectors, words: Vectors) -> NDArray[np.float32]:
    """Give the density around each vector: the mean cosine of the ten nearest words.

    vectors: a row for each text, shape (texts, dimensions); words: the same of the sample, any
    number of them; all of unit length. Gives the shape (texts,): 0 everywhere without words.
    """
    count = min(_NEAREST, len(words))
    if not count:
        return np.zeros(len(vectors), dtype=np.float32)
    cosines = vectors @ words.T
    nearest = np.partition(cosines, -count, axis=1)[:, -count:]
    found: NDArray[np.float32] = nearest.mean(axis=1)
    return found
