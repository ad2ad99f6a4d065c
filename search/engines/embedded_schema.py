"""The fields of the embedded index, and how a document fills them.

Per language with a stemmer a field of stems for titles and one for the rest; for all languages
together the same two fields folded but unstemmed, with positions. A language without text in it
costs next to nothing.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

import tantivy

from ..document import SearchDocument
from ..facets import FACET_NAMES
from ..meaning import get_encoder
from . import analysis
from .contents import (
    DELETED,
    Contents,
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
from .embedded_places import place_term

VERSION = 5
"""Grows with every change of what this module writes."""

_ID_SIGNS = {
    **{sign: value for value, sign in enumerate("0123456789", 1)},
    **{sign: value for value, sign in enumerate("abcdef", 12)},
}
_SECONDS_LIMIT = 2**33 - 1


def build_schema() -> tantivy.Schema:
    """Build the schema of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_bytes_field("digest", stored=True)
    builder.add_bytes_field("source", stored=True)
    builder.add_bytes_field("label_lines", stored=True)

    def whole(name: str, *, stored: bool = False, fast: bool = False) -> None:
        builder.add_text_field(
            name, stored=stored, fast=fast, tokenizer_name="raw", index_option="basic"
        )

    def terms(name: str, index_option: str) -> None:
        builder.add_text_field(name, tokenizer_name="terms", index_option=index_option)

    whole("id", stored=True)
    for name in ("audience", "stemmed", "whole_title", "reference", "place"):
        whole(name)
    for name in ("exact_title", "exact_text", "exact_place", "labels"):
        terms(name, "position")
    terms("label_stems", "basic")
    for language in analysis.STEMMED:
        terms(f"title_{language}", "freq")
        terms(f"text_{language}", "freq")
    for name in FACET_NAMES:
        whole(facet_field(name), fast=True)
    for language in ("", *title_languages()):
        whole(title_order(language), fast=True)
    builder.add_unsigned_field("version", fast=True)
    builder.add_unsigned_field("newest", fast=True)
    builder.add_unsigned_field("by_year", fast=True)
    builder.add_float_field("nudge", fast=True)
    builder.add_float_field("latitude", fast=True)
    builder.add_float_field("longitude", fast=True)
    builder.add_unsigned_field("row", fast=True, indexed=True)
    builder.add_float_field("density", fast=True)
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Register the tokenizers that the schema names; needed each time an index is opened."""
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("terms", words)


def fingerprint() -> str:
    """Give a hash of everything that decides what an index holds.

    An index with another one was made by another version and cannot be read with this one.
    """
    parts = [
        version("tantivy"),
        version("PyStemmer"),
        str(VERSION),
        str(analysis.VERSION),
        *FACET_NAMES,
    ]
    parts += [*analysis.STEMMED, *title_languages(), *label_languages()]
    if encoder := get_encoder():
        parts += [encoder.name, str(encoder.dimensions)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def index_document(document: SearchDocument) -> tantivy.Document:
    """Make the index's document of a work, but for the row of its vector.

    Raises ValueError for a work without a text.
    """
    terms = contents(document)
    made = tantivy.Document()
    made.add_text("id", document.id)
    made.add_bytes("digest", document.digest().encode())
    source = json.dumps(document.without_labels().to_data(), ensure_ascii=False)
    made.add_bytes("source", source.encode())
    made.add_bytes("label_lines", document.labels.encode())
    for audience in dict.fromkeys(document.audiences):
        made.add_text("audience", audience)
    made.add_unsigned("version", max(0, document.version))
    _add_terms(made, terms)
    for reference in reference_forms(document.reference):
        made.add_text("reference", reference)
    for name in FACET_NAMES:
        for code in dict.fromkeys(document.facets.get(name, ())):
            made.add_text(facet_field(name), code)
    _add_orders(made, document)
    if document.point:
        latitude, longitude = map(float, document.point)
        made.add_text("place", place_term(latitude, longitude))
        made.add_float("latitude", latitude)
        made.add_float("longitude", longitude)
    return made


def tombstone(key: str, version: int) -> tantivy.Document:
    """Make what remembers the version at which the work `key` was deleted; nobody finds it."""
    made = tantivy.Document()
    made.add_text("id", key)
    made.add_text("audience", DELETED)
    made.add_unsigned("version", max(0, version))
    return made


def _add_terms(made: tantivy.Document, terms: Contents) -> None:
    made.add_text("exact_title", terms.titles)
    made.add_text("exact_text", terms.texts)
    made.add_text("exact_place", terms.places)
    made.add_text("labels", terms.labels)
    made.add_text("label_stems", terms.label_stems)
    for title in terms.whole_titles:
        made.add_text("whole_title", title)
    for language, stems in terms.stem_titles.items():
        made.add_text("stemmed", language)
        made.add_text(f"title_{language}", stems)
        made.add_text(f"text_{language}", terms.stem_texts[language])


def _add_orders(made: tantivy.Document, document: SearchDocument) -> None:
    moment = published_at(document.published)
    seconds = _clamp(moment // 1_000_000, _SECONDS_LIMIT)
    made.add_unsigned("newest", seconds << 30 | (2**30 - 1 - id_prefix(document.id)))
    year = 0 if document.year is None else _clamp(document.year + 1, 2**14 - 1)
    made.add_unsigned("by_year", year << 49 | seconds << 16 | seconds_tie(document.id))
    for name, title in title_orders(document).items():
        made.add_text(name, title)
    # What the library multiplies a score by is log2 of two more than what is stored.
    made.add_float("nudge", float(2 ** nudge(document) - 2))


def id_prefix(key: str) -> int:
    """Give a number below 2**30 that never orders two ids otherwise than their text does."""
    value = 0
    open_end = True
    for place in range(7):
        sign = key[place : place + 1] if open_end else ""
        code = _ID_SIGNS.get(sign)
        if sign and code is None:  # signs between the known ones share a place and end the prefix
            code = 0 if sign < "0" else 11 if sign < "a" else 18
            open_end = False
        value = value * 19 + (code or 0)
    return value


def seconds_tie(key: str) -> int:
    """Give the lowest 16 bits of the order by year: ids ascending as numbers descend."""
    return 2**16 - 1 - (id_prefix(key) >> 14)


def _clamp(value: int, limit: int) -> int:
    return max(0, min(limit, value))
