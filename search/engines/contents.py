"""What an index holds of a work, for every engine: the terms of its texts and what orders it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings

from ..document import SearchDocument
from ..request import SearchRequest
from . import analysis, weights
from .analysis import Term

DELETED = "\x00deleted"
"""The audience of a tombstone; no reader has it."""

_SHIPPED_LABELS = ("ru",)
"""Languages beyond the interface's in which the shipped vocabularies have labels."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_RECENT_DAYS = 50 * 365.25
_LONGEST_TITLE, _LONGEST_ORDER = 1000, 500


@dataclass
class Contents:
    """The terms of a work, those of a field with spaces between.

    titles, texts, places, labels: folded words, with a break between two texts. stem_titles,
    stem_texts: language -> stems. label_stems: stems in the languages of labels, each once.
    whole_titles: each title folded, as one term.
    """

    titles: str = ""
    texts: str = ""
    places: str = ""
    labels: str = ""
    label_stems: str = ""
    whole_titles: list[str] = field(default_factory=list)
    stem_titles: dict[str, str] = field(default_factory=dict)
    stem_texts: dict[str, str] = field(default_factory=dict)


def contents(document: SearchDocument) -> Contents:
    """Give the terms of a work.

    Raises ValueError for a work without a text.
    """
    if not document.texts:
        raise ValueError(f"{document.id} has no text in any language")
    titles: list[str] = []
    texts = [*analysis.exact_terms(document.reference), analysis.BREAK]
    places: list[str] = []
    stem_titles: dict[str, list[str]] = {}
    stem_texts: dict[str, list[str]] = {}
    made = Contents()
    for text in dict.fromkeys(document.texts.values()):
        language = analysis.stem_language(text.language)
        exact, stems = analysis.index_terms(text.title, language)
        titles += [exact, analysis.BREAK]
        made.whole_titles.append(analysis.fold_text(text.title)[:_LONGEST_TITLE])
        if language:
            stem_titles.setdefault(language, []).append(stems)
        places += [*analysis.exact_terms(text.place), analysis.BREAK]
        for part in (text.summary, text.place, text.body):
            exact, stems = analysis.index_terms(part, language)
            texts += [exact, analysis.BREAK]
            if language:
                stem_texts.setdefault(language, []).append(stems)
    made.titles, made.texts, made.places = " ".join(titles), " ".join(texts), " ".join(places)
    made.stem_titles = {code: " ".join(stems) for code, stems in stem_titles.items()}
    made.stem_texts = {code: " ".join(stems) for code, stems in stem_texts.items()}
    languages = label_languages()
    lines = [_label_terms(line, languages) for line in document.labels.splitlines()]
    made.labels = f" {analysis.BREAK} ".join([exact for exact, _stems in lines])
    stems_of_labels = " ".join([stems for _exact, stems in lines])
    made.label_stems = " ".join(dict.fromkeys(stems_of_labels.split()))
    return made


@lru_cache(maxsize=20_000)
def _label_terms(line: str, languages: tuple[str, ...]) -> tuple[str, str]:
    """Give the folded terms and the stems of one line of labels; works share most of theirs."""
    exact = analysis.exact_terms(line)
    stems = dict.fromkeys(term for code in languages for term in analysis.stem_terms(line, code))
    return " ".join(exact), " ".join(stems)


def title_languages() -> tuple[str, ...]:
    """Give the readers' languages: each has an order of titles of its own."""
    return tuple(code for code, _name in settings.LANGUAGES)


def label_languages() -> tuple[str, ...]:
    """Give the languages in whose stems labels are found: their text does not say its language."""
    return tuple(sorted({*title_languages(), *_SHIPPED_LABELS} & set(analysis.STEMMED)))


def facet_field(name: str) -> str:
    """Give the field of a facet."""
    return f"facet_{name}"


def title_order(language: str) -> str:
    """Give the field that orders works by title for a reader of a language."""
    return f"order_{language}" if language in title_languages() else "order_"


def title_orders(document: SearchDocument) -> dict[str, str]:
    """Give what orders a work by title: field -> folded title."""
    folded: dict[str, str] = {}
    orders: dict[str, str] = {}
    for language in ("", *title_languages()):
        code = document.best_language(language)
        if code not in folded:
            folded[code] = analysis.fold_text(document.texts[code].title)[:_LONGEST_ORDER]
        orders[title_order(language)] = folded[code]
    return orders


def reference_forms(text: str) -> list[str]:
    """Give the forms under which a reference is found whole ("GP-0012" -> "gp0012")."""
    joined = analysis.fold_text(text).replace(" ", "")
    return [joined] if joined else []


def published_at(text: str) -> int:
    """Give microseconds since 1970 of an ISO 8601 moment; far in the past for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return -(2**62)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)


def nudge(document: SearchDocument) -> float:
    """Give what a work's score is multiplied by: 1 to 1.2.

    Verification and recency order near-equals and overrule nothing.
    """
    days = published_at(document.published) / 86_400_000_000 - _EPOCH.timestamp() / 86_400
    recent = min(1.0, max(0.0, days / _RECENT_DAYS)) if document.published else 0.0
    rank = min(1.0, max(0.0, document.rank))
    return 1 + weights.NUDGE * rank + weights.NUDGE * recent


def nearness(cosine: float, density: float) -> float:
    """Give how near, 0 to 1, a work is with this similarity to a vector and this density around."""
    return min(1.0, max(0.0, cosine - weights.DENSITY * density))


def half_typed_term(request: SearchRequest, least: int = weights.MIN_PREFIX) -> Term | None:
    """Give the last word's term if it may be half typed: the last thing typed, `least` signs."""
    words = request.words
    if not words.terms or not words.text.endswith(words.terms[-1]):
        return None
    terms = analysis.query_terms(words.terms[-1])
    if terms and terms[-1].word and len(terms[-1].exact) >= least:
        return terms[-1]
    return None


def asked_stems(
    word: str, reader: str, languages: Sequence[str]
) -> Iterator[tuple[str, str, float]]:
    """Give field, stem and weight of everything that a typed word asks for by its stems.

    reader: the reader's language, which weighs more. languages: those in whose stems the index
    holds text; labels are asked for in all languages that have them.
    """
    own = analysis.stem_language(reader)
    labelled = label_languages()
    labels: set[str] = set()
    for language in dict.fromkeys((*languages, *labelled)):
        stems = analysis.stems(word, language)
        if language in labelled:
            labels.update(stems)
        if language not in languages:
            continue
        weight = weights.OWN_LANGUAGE if language == own else 1.0
        for stem in stems:
            yield f"title_{language}", stem, weights.TITLE * weight
            yield f"text_{language}", stem, weights.TEXT * weight
    for stem in sorted(labels):
        yield "label_stems", stem, weights.LABEL
