"""The vectors of works: which of their text is encoded, and the store that keeps the result.

A vector is kept by the hash of its text, so that a rebuild encodes only what has changed.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from django.db.models import Q
from django.utils import timezone

from ..document import SearchDocument, Vector
from ..models import TextVector
from .density import densities, sample
from .encoders import Encoder, Vectors, get_encoder

logger = logging.getLogger(__name__)

CHARACTERS = 1000
"""How much of summary and body is encoded behind the title. Measured: more blurs the meaning."""
_LANGUAGE = "en"  # the encoders know it best
_BATCH = 200
_PART = 500  # keys in one query
_samples: dict[tuple[str, tuple[str, ...]], Vectors] = {}
_POINTS = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
"""The vowel signs of Arabic, and the stroke that only makes a word longer."""


def text_of(document: SearchDocument) -> str:
    """Give the text whose meaning stands for a work: its title, and how its text begins."""
    text = document.texts[document.best_language(_LANGUAGE)]
    begins = f"{text.summary} {text.body}".strip()[:CHARACTERS]
    return plain(f"{text.title}. {begins}" if begins else text.title)


def plain(text: str) -> str:
    """Give a text, of a work or typed, as an encoder knows it best: the way most people write.

    Signs are composed. Arabic is without vowel signs, which nearly nobody writes and no model has
    read much of: it takes the words for others.
    """
    return _POINTS.sub("", unicodedata.normalize("NFC", text))


def digest_of(text: str) -> str:
    """Give the hash by which the vector of a text is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


class VectorStore:
    """Gives documents their vectors, from the database or else from the encoder.

    It remembers which vectors it gave, so that after all works have passed through it `purge` can
    remove the others.
    """

    def __init__(self) -> None:
        self._started = timezone.now()
        self._encoder: Encoder | None = None
        self._used: set[str] = set()
        self._complete = True
        self._sample: Vectors | None = None
        try:
            self._encoder = get_encoder()
        except Exception:  # whatever is wrong with an encoder, words can still be searched
            logger.exception("The encoder cannot be had: works are indexed without their meaning")

    def attach(self, documents: Sequence[SearchDocument]) -> list[SearchDocument]:
        """Give documents with their vectors, or as they are where no encoder works."""
        if self._encoder is None or not documents:
            return list(documents)
        texts = [text_of(one) for one in documents]
        vectors = self._vectors(self._encoder, texts)
        if vectors and self._sample is None:
            self._sample = self._words(self._encoder)
        if not vectors or self._sample is None:
            # Without densities some works would stand before the others: no meaning for now.
            logger.error("%d works are indexed without their meaning", len(documents))
            return list(documents)
        found = densities(_matrix(vectors.values(), self._encoder), self._sample).tolist()
        dense = dict(zip(vectors, found, strict=True))
        return [
            replace(one, vector=vectors.get(text), density=dense.get(text, 0.0))
            for one, text in zip(documents, texts, strict=True)
        ]

    def attach_all(self, documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
        """Give documents with their vectors, encoded by the batch."""
        source = iter(documents)
        while batch := list(islice(source, _BATCH)):
            yield from self.attach(batch)

    def _vectors(self, encoder: Encoder, texts: Iterable[str]) -> dict[str, Vector]:
        """Give text -> vector, kept or new; those that cannot be made are left out, and logged."""
        digests = {text: digest_of(text) for text in texts}
        found = self._stored(encoder, set(digests.values()))
        new = {digest: text for text, digest in digests.items() if digest not in found}
        if new:
            try:
                made = checked(encoder, list(new.values()))
            except Exception:  # a model may fail in any way; the words are indexed all the same
                logger.exception("%d texts are without their meaning", len(new))
                self._complete = False
            else:
                rows = dict(zip(new, made, strict=True))
                self._keep(encoder, rows)
                found.update(rows)
        self._used.update(found)
        return {text: found[digest] for text, digest in digests.items() if digest in found}

    def _words(self, encoder: Encoder) -> Vectors | None:
        """Give the vectors of the words to which densities are measured, or None without some.

        Those of the last sample are remembered: every change of a work asks for them.
        """
        words = tuple(dict.fromkeys(map(plain, sample())))
        self._used.update(map(digest_of, words))
        known = _samples.get((encoder.name, words))
        if known is None:
            found = self._vectors(encoder, words)
            if len(found) < len(words):
                return None
            known = _matrix(found.values(), encoder)
            _samples.clear()
            _samples[encoder.name, words] = known
        return known

    def purge(self) -> int:
        """Remove the vectors that were not given, those of other encoders included.

        Those made since this store began are left: another process may have indexed a change. Does
        nothing where vectors are off or could not be made. Gives the number removed.
        """
        if self._encoder is None or not self._complete:
            return 0
        older = TextVector.objects.filter(created_at__lt=self._started)
        removed, _kinds = older.exclude(encoder=self._encoder.name).delete()
        mine = older.filter(encoder=self._encoder.name).values_list("pk", "digest")
        unused = [pk for pk, digest in mine.iterator() if digest not in self._used]
        for start in range(0, len(unused), _PART):
            part = TextVector.objects.filter(pk__in=unused[start : start + _PART])
            removed += part.delete()[0]
        return removed

    @staticmethod
    def _stored(encoder: Encoder, digests: set[str]) -> dict[str, Vector]:
        asked = sorted(digests)
        found: dict[str, Vector] = {}
        for start in range(0, len(asked), _PART):
            rows = TextVector.objects.filter(
                Q(encoder=encoder.name) & Q(digest__in=asked[start : start + _PART])
            ).values_list("digest", "vector")
            for digest, stored in rows:
                vector = np.frombuffer(bytes(stored), dtype="<f4").astype(np.float32)
                if vector.shape == (encoder.dimensions,):
                    found[digest] = vector
        return found

    @staticmethod
    def _keep(encoder: Encoder, vectors: dict[str, Vector]) -> None:
        TextVector.objects.bulk_create(
            [
                TextVector(
                    encoder=encoder.name, digest=digest, vector=vector.astype("<f4").tobytes()
                )
                for digest, vector in vectors.items()
            ],
            ignore_conflicts=True,  # another worker may have encoded the same text meanwhile
        )


def stored_vector(document: SearchDocument) -> Vector | None:
    """Give the vector that is kept of a work's text, or None: nothing is encoded or written."""
    try:
        encoder = get_encoder()
    except Exception:  # whatever is wrong with an encoder, a page can be shown without it
        logger.exception("The encoder cannot be had: nothing is known of meaning")
        return None
    if encoder is None:
        return None
    digest = digest_of(text_of(document))
    return VectorStore._stored(encoder, {digest}).get(digest)


def _matrix(vectors: Iterable[Vector], encoder: Encoder) -> Vectors:
    """Put vectors, or none, under each other."""
    return np.array([*vectors], dtype=np.float32).reshape(-1, encoder.dimensions)


def checked(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Encode texts. Raises ValueError where the encoder does not give what it promises."""
    vectors = np.asarray(encoder.encode(texts), dtype=np.float32)
    if vectors.shape != (len(texts), encoder.dimensions):
        raise ValueError(f"{encoder.name} gave an array of {vectors.shape}")
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.allclose(lengths, 1, atol=1e-3):  # not a number is not near to 1 either
        raise ValueError(f"{encoder.name} gave vectors that are not of unit length")
    return vectors
