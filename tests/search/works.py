"""Small works to search for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from search.audience import PUBLIC
from search.document import LanguageText, SearchDocument, Vector
from tests.encoder import WordsEncoder


def work(
    key: str,
    title: str = "Untitled",
    *,
    language: str = "en",
    summary: str = "",
    body: str = "",
    place: str = "",
    texts: Mapping[str, LanguageText] | None = None,
    facets: Mapping[str, Sequence[str]] | None = None,
    audience: str | Sequence[str] = PUBLIC,
    labels: str = "",
    version: int = 1,
    year: int | None = None,
    published: str = "2024-01-01T00:00:00+00:00",
    rank: float = 0.0,
    reference: str = "",
    point: tuple[float, float] | None = None,
    vector: Vector | None = None,
    density: float = 0.0,
) -> SearchDocument:
    """Make a work with one text, or with the texts given."""
    return SearchDocument(
        id=key,
        reference=reference,
        type="good-practice",
        version=version,
        texts=texts or {language: text(title, language, summary, body, place)},
        facets={name: tuple(codes) for name, codes in (facets or {}).items()},
        audiences=(audience,) if isinstance(audience, str) else tuple(audience),
        labels=labels,
        year=year,
        published=published,
        rank=rank,
        point=point,
        vector=vector,
        density=density,
    )


def text(
    title: str, language: str = "en", summary: str = "", body: str = "", place: str = ""
) -> LanguageText:
    """Make what a work says in one language."""
    return LanguageText(title, f"/{language}/a-work/", language, summary, place, body)


def direction(*numbers: float) -> Vector:
    """Make a vector of unit length that begins with these numbers, as long as the encoder's."""
    made = np.zeros(WordsEncoder.dimensions, dtype=np.float32)
    made[: len(numbers)] = numbers
    unit: Vector = made / np.linalg.norm(made)
    return unit
