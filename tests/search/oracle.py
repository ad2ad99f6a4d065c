"""What a search must answer, found the slow way: by looking at every work.

Words are matched as they stand, without accents or inflection; the engines' handling of those is
tested by pairs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence

from search.document import SearchDocument
from search.facets import FACET_NAMES
from search.request import SearchRequest, Sort


def matching(
    documents: Iterable[SearchDocument],
    request: SearchRequest,
    audiences: frozenset[str],
    neighbours: Container[str] = (),
    *,
    without: str = "",
) -> list[SearchDocument]:
    """Give the works that a search finds, leaving out the selection of the facet `without`.

    neighbours: the ids of works near in meaning.
    """
    return [
        document
        for document in documents
        if audiences & {*document.audiences}
        and _selected(document, request, without)
        and _placed(document, request)
        and not _excluded(document, request)
        and (document.id in neighbours or worded(document, request))
    ]


def counts(
    documents: Sequence[SearchDocument],
    request: SearchRequest,
    audiences: frozenset[str],
    neighbours: Container[str] = (),
) -> dict[str, dict[str, int]]:
    """Give the count of every value: what ticking it gives."""
    found: dict[str, dict[str, int]] = {}
    for name in FACET_NAMES:
        counter: Counter[str] = Counter()
        for document in matching(documents, request, audiences, neighbours, without=name):
            counter.update(set(document.facets.get(name, ())))
        found[name] = dict(counter)
    return found


def ordered(documents: Iterable[SearchDocument], request: SearchRequest) -> list[str]:
    """Give ids in the order asked for (relevance only where no words make scores)."""

    def by_title(document: SearchDocument) -> str:
        title = document.texts[document.best_language(request.language)].title
        return " ".join(re.findall(r"\w+", title.lower()))

    found = sorted(documents, key=lambda document: document.id)
    found.sort(key=lambda document: document.published, reverse=True)
    if request.sort is Sort.TITLE:
        found.sort(key=by_title)
    elif request.sort is Sort.YEAR:
        found.sort(
            key=lambda document: -1 if document.year is None else document.year, reverse=True
        )
    return [document.id for document in found]


def _selected(document: SearchDocument, request: SearchRequest, without: str) -> bool:
    return all(
        set(codes) & set(document.facets.get(name, ()))
        for name, codes in request.selections.items()
        if name != without and codes
    )


def _placed(document: SearchDocument, request: SearchRequest) -> bool:
    areas = [area for area in (request.near, request.box) if area]
    if document.point is None:
        return not areas
    return all(area.contains(*document.point) for area in areas)


def _excluded(document: SearchDocument, request: SearchRequest) -> bool:
    tokens = _tokens(document)
    return any(_has_phrase(tokens, excluded.split()) for excluded in request.words.excluded)


def worded(document: SearchDocument, request: SearchRequest) -> bool:
    """Tell whether a work holds the words of a search, whatever else is asked for."""
    words = request.words
    tokens = _tokens(document)
    present = {token for part in tokens for token in part}
    half_typed = words.terms[-1] if words.terms and words.text.endswith(words.terms[-1]) else ""
    held = [
        term in present
        or (
            term == half_typed
            and len(term) >= 3
            and any(token.startswith(term) for token in present)
        )
        for term in words.terms
    ]
    held += [_has_phrase(tokens, phrase.split()) for phrase in words.phrases]
    return any(held) if request.any_word and held else all(held)


def _tokens(document: SearchDocument) -> list[list[str]]:
    texts = [
        part
        for text in document.texts.values()
        for part in (text.title, text.summary, text.place, text.body)
    ]
    return [re.findall(r"\w+", part.lower()) for part in (*texts, *document.labels.splitlines())]


def _has_phrase(tokens: list[list[str]], phrase: list[str]) -> bool:
    size = len(phrase)
    return any(part[i : i + size] == phrase for part in tokens for i in range(len(part) - size + 1))
