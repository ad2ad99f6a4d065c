"""What is indexed: one document per work, independent of any engine.

`hubs` and `practices` register a builder for each of their page types; the indexer asks
`build(translation_key)` and gets a document, or None when the work must not be found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from wagtail.models import Page

from .audience import PUBLIC

Vector = NDArray[np.float32]
"""The meaning of a text: one dimension, unit length."""


@dataclass(frozen=True)
class LanguageText:
    """What a work says in one language.

    `language` is the BCP 47 code of the text itself (it may differ from the key under which the
    document files it, which is the language of the page); `url` is the page's path.
    """

    title: str
    url: str
    language: str
    summary: str = ""
    place: str = ""
    body: str = ""


@dataclass(frozen=True)
class SearchDocument:
    """A work as the engines see it.

    id: the translation key, as text. version: grows with every change (external versioning).
    facets: facet name -> every code that the work carries, ancestors included, so that the count
    of a parent is a count of documents. texts: page language -> text. labels: labels and synonyms
    of the work's terms in all languages, which lets a query in one language find a text in another.
    audiences: of those who may find the work (`search.audience`); one of them is enough.
    point: (latitude, longitude) in degrees. year: the first year, for sorting. published: ISO 8601
    in UTC. rank: 0 to 1, a bounded nudge from verification. card: what a result list shows and
    nobody searches (plain JSON values). vector: what the texts mean; density: how crowded it is
    around it, by the words of now (`search.meaning.density`). Neither is given back, and only the
    vector is in the digest.
    """

    id: str
    reference: str
    type: str
    version: int
    texts: Mapping[str, LanguageText]
    facets: Mapping[str, tuple[str, ...]]
    audiences: tuple[str, ...] = (PUBLIC,)
    labels: str = ""
    point: tuple[float, float] | None = None
    year: int | None = None
    published: str = ""
    rank: float = 0.0
    card: Mapping[str, Any] = field(default_factory=dict)
    vector: Vector | None = field(default=None, compare=False, repr=False)
    density: float = field(default=0.0, compare=False, repr=False)

    def to_data(self) -> dict[str, Any]:
        """Give the document, without vector and density, as values that `from_data` reads."""
        data = {one.name: getattr(self, one.name) for one in fields(self) if one.compare}
        data["texts"] = {code: vars(text) for code, text in self.texts.items()}
        data["facets"], data["card"] = dict(self.facets), dict(self.card)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> SearchDocument:
        """Read a document that `to_data` gave, also where JSON has made lists of tuples."""
        return cls(
            **{
                **data,
                "texts": {code: LanguageText(**text) for code, text in data["texts"].items()},
                "facets": {name: tuple(codes) for name, codes in data["facets"].items()},
                "audiences": tuple(data["audiences"]),
                "point": tuple(data["point"]) if data["point"] else None,
            }
        )

    def without_labels(self) -> SearchDocument:
        """Give what a hit gives back: labels are searched, but shown by nobody, and long."""
        return replace(self, labels="")

    def digest(self) -> str:
        """Give a hash of everything but the version: equal digests mean nothing changed.

        Behind a point follows the hash of the vector, where there is one.
        """
        told = json.dumps({**self.to_data(), "version": 0}, ensure_ascii=False, sort_keys=True)
        words = hashlib.sha256(told.encode()).hexdigest()
        if self.vector is None:
            return words
        return f"{words}.{hashlib.sha256(self.vector.tobytes()).hexdigest()[:16]}"

    def is_indexed_as(self, digest: str) -> bool:
        """Tell whether an index that gives this digest holds the work as it is.

        Where this document has no vector, as when the encoder fails, the index may have one.
        """
        return digest == self.digest() or (
            self.vector is None and digest.partition(".")[0] == self.digest()
        )

    def best_language(self, language: str) -> str:
        """Give the language in which a reader of `language` gets this work.

        The reader's own if there is one, else the first of FALLBACK_LANGUAGES, else any.
        """
        return best_language(self.texts, language)


def best_language(texts: Iterable[str], language: str) -> str:
    """Give the one of the languages of a work's texts in which a reader of `language` gets it."""
    codes = list(texts)
    return next(
        (code for code in (language, *settings.FALLBACK_LANGUAGES) if code in codes), codes[0]
    )


Builder = Callable[[UUID, int], SearchDocument | None]
_builders: dict[str, Builder] = {}


def register(model: str, builder: Builder) -> None:
    """Register the builder of a page type ("app.model"); it takes a translation key and version."""
    _builders[model] = builder


def build(translation_key: UUID, version: int) -> SearchDocument | None:
    """Build the document of a work, or give None when nothing of it may be found."""
    page = (
        Page.objects.filter(translation_key=translation_key)
        .values_list("content_type__app_label", "content_type__model")
        .first()
    )
    builder = _builders.get(".".join(page)) if page else None
    return builder(translation_key, version) if builder else None
