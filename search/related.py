"""Works like a work, and works near it, each with the reason for which it is shown."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import Entry, snapshot

from .audience import PUBLIC_ONLY
from .document import SearchDocument
from .engines import get_engine
from .engines.base import Engine, EngineUnavailable, Hit
from .facets import label_source
from .geography import Near, distance
from .meaning.vectors import stored_vector
from .places import WITHIN
from .request import SearchRequest

logger = logging.getLogger(__name__)
LIKE = 3
NEAREST = 3
REASONS = 2
ALIKE = 0.5
"""Cosine similarity from which two works are said to be alike in meaning."""
_LOOKED_AT = 100
_NARROWEST = 1.0  # kilometres
_FACETS = {Kind.THEME: "theme", Kind.TARGET: "sdg", Kind.SDG: "sdg", Kind.COUNTRY: "region"}


@dataclass(frozen=True)
class Reasoned:
    """A work with why it is shown: at most REASONS sentences in the reader's language."""

    hit: Hit
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Around:
    """What stands beside a work: those like it, and the nearest.

    near: the search for all works around it, or None for a work without a place. total: how many
    that search finds, the work itself among them.
    """

    similar: tuple[Reasoned, ...] = ()
    nearest: tuple[Reasoned, ...] = ()
    total: int = 0
    near: SearchRequest | None = None


def around(
    key: UUID,
    language: str,
    named: Collection[str] = (),
    audiences: frozenset[str] = PUBLIC_ONLY,
) -> Around:
    """Give what stands beside the work `key` for a reader of a language.

    named: ids of works that its page names anyway. audiences: the reader's. Nothing where the
    engine does not answer: the page itself does not depend on it.
    """
    engine = get_engine()
    try:
        document = engine.get(str(key), audiences)
        if document is None:
            return Around()
        document = replace(document, vector=stored_vector(document))
        similar = _similar(document, language, {*named, document.id}, audiences)
        if document.point is None:
            return Around(similar)
        near = SearchRequest(language=language, near=Near(*document.point, WITHIN))
        total, hits = _closest(engine, near, audiences)
    except EngineUnavailable as error:
        logger.warning("Works like %s cannot be found: %s", key, error)
        return Around()
    shown = {one.hit.document.id for one in similar}
    others = [hit for hit in hits if hit.document.id not in {document.id, *shown, *named}]
    others.sort(key=lambda hit: _away(document, hit.document))
    nearest = tuple(
        Reasoned(hit, (_away_text(_away(document, hit.document)),)) for hit in others[:NEAREST]
    )
    return Around(similar, nearest, total, near)


def _closest(
    engine: Engine, request: SearchRequest, audiences: frozenset[str]
) -> tuple[int, list[Hit]]:
    """Give how many works lie in a search's circle, and those of them that may be the nearest.

    Engines do not order by distance: where there are more than can be looked at, which would be the
    newest, the circle is drawn closer.
    """
    circle = request.near
    total, hits = 0, dict[str, Hit]()
    while circle is not None:
        found = engine.search(replace(request, near=circle, size=_LOOKED_AT), audiences)
        total = total or found.total
        hits.update((hit.document.id, hit) for hit in found.hits)
        narrower = replace(circle, kilometres=circle.kilometres / 4)
        is_enough = found.total <= _LOOKED_AT or narrower.kilometres < _NARROWEST
        circle = None if is_enough else narrower
    return total, list(hits.values())


def _similar(
    document: SearchDocument,
    language: str,
    left_out: Collection[str],
    audiences: frozenset[str],
) -> tuple[Reasoned, ...]:
    engine = get_engine()
    neighbours: dict[str, float] = {}
    if document.vector is not None:
        found = engine.neighbours(document.vector, audiences, floor=ALIKE, limit=_LOOKED_AT)
        neighbours = {key: value for key, value in found.items() if key != document.id}
    limit = LIKE + len(left_out)
    hits = engine.similar(document, audiences, neighbours, limit, language=language)
    kept: list[Reasoned] = []
    for hit in hits:
        if hit.document.id in left_out or len(kept) == LIKE:
            continue
        nearness = neighbours.get(hit.document.id, 0.0)
        reasons = tuple(_reasons(document, hit.document, language, nearness, audiences))
        if reasons:
            kept.append(Reasoned(hit, reasons[:REASONS]))
    return tuple(kept)


def _reasons(
    one: SearchDocument,
    other: SearchDocument,
    language: str,
    nearness: float,
    audiences: frozenset[str],
) -> Iterator[str]:
    """Give what two works share, the most telling first."""
    if themes := _shared(one, other, Kind.THEME):
        yield _("Same theme: %(themes)s") % {"themes": themes[-1].label(language)}
    if targets := _shared(one, other, Kind.TARGET):
        yield _("Same SDG target: %(number)s") % {"number": targets[0].number}
    elif goals := _shared(one, other, Kind.SDG):
        yield _("Also on SDG %(number)s") % {"number": goals[0].number}
    if nearness:
        yield _("Similar in meaning")
    if countries := _shared(one, other, Kind.COUNTRY):
        yield _("Also in %(country)s") % {"country": countries[0].label(language)}
    if hubs := set(one.facets.get("hub", ())) & set(other.facets.get("hub", ())):
        source = label_source("hub")
        labels = source(hubs, language, audiences) if source else {}
        if known := sorted(hubs & set(labels)):
            yield _("Same hub: %(hub)s") % {"hub": labels[known[0]]}


def _shared(one: SearchDocument, other: SearchDocument, kind: Kind) -> list[Entry]:
    """Give the terms of one kind that two works share, the broad ones first."""
    terms = snapshot()
    facet = _FACETS[kind]
    entries = [
        entry
        for code in one.facets.get(facet, ())
        if code in other.facets.get(facet, ()) and (entry := terms.resolve(kind, code))
    ]
    return sorted(entries, key=lambda entry: (len(list(terms.ancestors(entry))), entry.code))


def _away(one: SearchDocument, other: SearchDocument) -> float:
    if one.point is None or other.point is None:
        return float("inf")
    return distance(*one.point, *other.point)


def _away_text(kilometres: float) -> str:
    if kilometres < 1:
        return _("In the same place")
    return _("%(number)d km away") % {"number": round(kilometres)}
