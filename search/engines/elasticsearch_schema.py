"""The settings and mapping of the Elasticsearch index, and how a document fills them.

The portal makes the terms (`analysis.py`), as for the embedded engine; the server cuts them at
spaces and does nothing else with them. So the same words match on both engines, and no plugin is
needed.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import Any

import numpy as np
from elasticsearch.dsl import Mapping, field
from elasticsearch.helpers import pack_dense_vector

from ..document import SearchDocument
from ..facets import FACET_NAMES
from ..meaning import get_encoder
from . import analysis
from .contents import (
    DELETED,
    contents,
    facet_field,
    label_languages,
    nudge,
    published_at,
    reference_forms,
    title_languages,
    title_order,
    title_orders,
)

VERSION = 5
"""Grows with every change of what this module writes."""

WINDOW = 50_000
"""How many hits the server may order to give a page; pages beyond are reached another way."""

_TERMS = "whitespace"
"""The analyser that every server has and that does the least."""


def index_mapping() -> Mapping:
    """Build the mapping of the index, without its fingerprint."""
    made = Mapping()
    made.meta("dynamic", "strict")
    # What is only searched need not be given back; the document itself is the source.
    made.meta("_source", includes=["source", "card", "digest"])
    for name in ("source", "card"):
        made.field(name, field.Object(enabled=False))
    made.field("digest", field.Keyword(index=False))
    # Long (no keyword may be) and seldom wanted: apart from the source, not read with every hit.
    made.field("label_lines", field.Text(index=False, store=True))
    for name in ("id", "audience", "whole_title", "reference"):
        made.field(name, field.Keyword())
    for name in ("exact_title", "exact_text", "exact_place", "labels"):
        made.field(name, field.Text(analyzer=_TERMS, index_options="positions"))
    made.field("label_stems", field.Text(analyzer=_TERMS, index_options="docs"))
    for language in analysis.STEMMED:
        for name in ("title", "text"):
            made.field(f"{name}_{language}", field.Text(analyzer=_TERMS, index_options="freqs"))
    for name in FACET_NAMES:
        made.field(facet_field(name), field.Keyword())
    for language in ("", *title_languages()):
        made.field(title_order(language), field.Keyword(index=False))
    made.field("version", field.Long(index=False))
    made.field("published", field.Long(index=False))
    made.field("year", field.Integer(index=False))
    made.field("nudge", field.Float(index=False))
    made.field("point", field.GeoPoint())
    # The server keeps a point to the centimetre: boxes and means need what was given.
    made.field("latitude", field.Double())
    made.field("longitude", field.Double())
    made.field("vector", _vector_field())
    made.field("density", field.Float(index=False))
    return made


def _vector_field() -> field.DenseVector:
    """Give the field of vectors, kept whole: a similarity is then that of the vectors given.

    Where no encoder is set, the first vector says how many dimensions there are.
    """
    encoder = get_encoder()
    made = field.DenseVector(index=True, similarity="cosine", index_options={"type": "hnsw"})
    if encoder:
        made.dims = encoder.dimensions
    return made


def index_settings() -> dict[str, Any]:
    """Give the settings of the index, but for how many copies of it there are."""
    return {"number_of_shards": 1, "max_result_window": WINDOW}


def fingerprint() -> str:
    """Give a hash of everything that decides what an index holds.

    An index with another one was made by another version and cannot be read with this one.
    """
    encoder = get_encoder()
    parts = {
        "versions": [VERSION, analysis.VERSION, version("PyStemmer")],
        "languages": [*label_languages()],
        "encoder": encoder.name if encoder else "",
        "settings": index_settings(),
        "mapping": index_mapping().to_dict(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def index_document(document: SearchDocument) -> dict[str, Any]:
    """Make the index's document of a work.

    Raises ValueError for a work without a text.
    """
    terms = contents(document)
    made: dict[str, Any] = {
        "id": document.id,
        "audience": list(dict.fromkeys(document.audiences)),
        "version": max(0, document.version),
        "digest": document.digest(),
        "source": document.without_labels().to_data(),
        "label_lines": document.labels,
        "card": _card(document),
        "exact_title": terms.titles,
        "exact_text": terms.texts,
        "exact_place": terms.places,
        "whole_title": terms.whole_titles,
        "labels": terms.labels,
        "label_stems": terms.label_stems,
        "reference": reference_forms(document.reference),
        "published": published_at(document.published),
        "nudge": nudge(document),
        **title_orders(document),
    }
    for language, stems in terms.stem_titles.items():
        made[f"title_{language}"] = stems
        made[f"text_{language}"] = terms.stem_texts[language]
    for name in FACET_NAMES:
        if codes := document.facets.get(name):
            made[facet_field(name)] = list(dict.fromkeys(codes))
    if document.year is not None:
        made["year"] = document.year
    if document.point:
        latitude, longitude = map(float, document.point)
        made["latitude"], made["longitude"] = latitude, longitude
        made["point"] = {"lat": latitude, "lon": longitude}
    if document.vector is not None:
        made["vector"] = pack_dense_vector(np.asarray(document.vector, dtype=np.float32))
        made["density"] = document.density
    return made


def tombstone(key: str, version: int) -> dict[str, Any]:
    """Make what remembers the version at which the work `key` was deleted; nobody finds it."""
    return {"id": key, "audience": DELETED, "version": max(0, version)}


def _card(document: SearchDocument) -> str:
    """Give what a map shows of a work, as JSON: a map has too many of them to read them whole."""
    texts = {code: (text.title, text.url) for code, text in document.texts.items()}
    about = (document.reference, document.type, document.point, texts)
    return json.dumps(about, ensure_ascii=False)
