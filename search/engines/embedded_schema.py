"""The fields of the embedded index, and how a document fills them.

Per language with a stemmer a field of stems for titles and one for the rest; for all languages
together the same two fields folded but unstemmed, with positions. A language without text in it
costs next to nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version

import tantivy
from django.conf import settings

from ..document import LanguageText, SearchDocument
from ..facets import FACET_NAMES
from ..meaning import get_encoder
from . import analysis
from .embedded_places import place_term
from .weights import NUDGE

VERSION = 2
"""Grows with every change of what this module writes."""

_SHIPPED_LABELS = ("ru",)
"""Languages beyond the interface's in which the shipped vocabularies have labels."""
DELETED = "\x00deleted"
"""The audience of a tombstone; no reader has it."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_RECENT_DAYS = 50 * 365.25
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
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Register the tokenizers that the schema names; needed each time an index is opened."""
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("terms", words)


def facet_field(name: str) -> str:
    """Give the field of a facet."""
    return f"facet_{name}"


def title_order(language: str) -> str:
    """Give the field that orders works by title for a reader of a language."""
    return f"order_{language}" if language in title_languages() else "order_"


def title_languages() -> tuple[str, ...]:
    """Give the readers' languages: each has an order of titles of its own."""
    return tuple(code for code, _name in settings.LANGUAGES)


def label_languages() -> tuple[str, ...]:
    """Give the languages in whose stems labels are found: their text does not say its language."""
    return tuple(sorted({*title_languages(), *_SHIPPED_LABELS} & set(analysis.STEMMED)))


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
    if not document.texts:
        raise ValueError(f"{document.id} has no text in any language")
    made = tantivy.Document()
    made.add_text("id", document.id)
    made.add_bytes("digest", document.digest().encode())
    made.add_bytes("source", document.to_json().encode())
    made.add_text("audience", document.audience)
    made.add_unsigned("version", max(0, document.version))
    _add_texts(made, document.texts.values(), document.reference)
    _add_labels(made, document.labels)
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


def reference_forms(text: str) -> list[str]:
    """Give the forms under which a reference is found whole ("GP-0012" -> "gp0012")."""
    joined = analysis.fold_text(text).replace(" ", "")
    return [joined] if joined else []


def _add_texts(made: tantivy.Document, texts: Iterable[LanguageText], reference: str) -> None:
    titles: list[str] = []
    bodies = [*analysis.exact_terms(reference), analysis.BREAK]
    places: list[str] = []
    stem_titles: dict[str, list[str]] = {}
    stem_bodies: dict[str, list[str]] = {}
    seen: set[LanguageText] = set()
    for text in texts:
        if text in seen:
            continue
        seen.add(text)
        language = analysis.stem_language(text.language)
        exact, stems = analysis.index_terms(text.title, language)
        titles += [exact, analysis.BREAK]
        made.add_text("whole_title", analysis.fold_text(text.title)[:1000])
        if language:
            stem_titles.setdefault(language, []).append(stems)
        places += [*analysis.exact_terms(text.place), analysis.BREAK]
        for part in (text.summary, text.place, text.body):
            exact, stems = analysis.index_terms(part, language)
            bodies += [exact, analysis.BREAK]
            if language:
                stem_bodies.setdefault(language, []).append(stems)
    made.add_text("exact_title", " ".join(titles))
    made.add_text("exact_text", " ".join(bodies))
    made.add_text("exact_place", " ".join(places))
    for language, stem_title in stem_titles.items():
        made.add_text("stemmed", language)
        made.add_text(f"title_{language}", " ".join(stem_title))
        made.add_text(f"text_{language}", " ".join(stem_bodies[language]))


def _add_labels(made: tantivy.Document, labels: str) -> None:
    languages = label_languages()
    lines = [_label_terms(line, languages) for line in labels.splitlines()]
    made.add_text("labels", f" {analysis.BREAK} ".join([exact for exact, _stems in lines]))
    made.add_text("label_stems", " ".join([stems for _exact, stems in lines]))


@lru_cache(maxsize=20_000)
def _label_terms(line: str, languages: tuple[str, ...]) -> tuple[str, str]:
    """Give the folded terms and the stems of one line of labels; works share most of theirs."""
    exact = analysis.exact_terms(line)
    stems = dict.fromkeys(term for code in languages for term in analysis.stem_terms(line, code))
    return " ".join(exact), " ".join(stems)


def _add_orders(made: tantivy.Document, document: SearchDocument) -> None:
    moment = published_at(document.published)
    seconds = _clamp(moment // 1_000_000, _SECONDS_LIMIT)
    made.add_unsigned("newest", seconds << 30 | (2**30 - 1 - id_prefix(document.id)))
    year = 0 if document.year is None else _clamp(document.year + 1, 2**14 - 1)
    made.add_unsigned("by_year", year << 49 | seconds << 16 | seconds_tie(document.id))
    titles: dict[str, str] = {}
    for language in ("", *title_languages()):
        code = document.best_language(language)
        if code not in titles:
            titles[code] = analysis.fold_text(document.texts[code].title)[:500]
        made.add_text(title_order(language), titles[code])
    days = (moment / 86_400_000_000) - (_EPOCH.timestamp() / 86_400)
    recent = min(1.0, max(0.0, days / _RECENT_DAYS)) if document.published else 0.0
    made.add_float("nudge", nudge(min(1.0, max(0.0, document.rank)), recent))


def nudge(rank: float, recent: float) -> float:
    """Give the stored weight of a work: its score is multiplied by log2 of two more than that.

    1 for the least, at most 1.2: verification and recency order near-equals and overrule nothing.
    """
    return float(2 ** (1 + NUDGE * rank + NUDGE * recent) - 2)


def published_at(text: str) -> int:
    """Give microseconds since 1970 of an ISO 8601 moment; far in the past for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return -(2**62)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)


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
