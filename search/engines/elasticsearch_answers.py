"""What Elasticsearch answers, as the portal's own values."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable

from django.utils.translation import gettext as _

from ..document import SearchDocument, best_language
from ..facets import FACET_NAMES
from ..geography import Point
from ..request import SearchRequest
from .base import EngineUnavailable, Hit
from .contents import half_typed_term
from .elasticsearch_asking import Raw
from .highlight import Highlighter
from .weights import MIN_PREFIX

logger = logging.getLogger(__name__)


def read_facets(counted: Raw) -> dict[str, dict[str, int]]:
    """Read how many works each value of each facet has."""
    found: dict[str, dict[str, int]] = {}
    for name in FACET_NAMES:
        answer = counted[name if name in counted else "shared"][name]
        if answer["sum_other_doc_count"]:
            logger.error("The facet %s has more values than were asked for", name)
            raise EngineUnavailable(_("A filter has more values than can be counted."))
        found[name] = {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}
    return found


def read_document(hit: Raw) -> SearchDocument:
    """Read the work of a hit, without vector and labels."""
    return SearchDocument.from_data(hit["_source"]["source"])


def read_hits(
    found: Iterable[Raw],
    request: SearchRequest,
    *,
    half_typed: int = MIN_PREFIX,
    passages: bool = True,
) -> tuple[Hit, ...]:
    """Read works and mark in them what was searched for."""
    highlighter = Highlighter(request, half_typed_term(request, half_typed))
    hits: list[Hit] = []
    for one in found:
        document = read_document(one)
        shown = highlighter.show(document)
        passage = shown.passage if passages else ""
        hits.append(Hit(document, one["_score"] or 0.0, shown.language, shown.title, passage))
    return tuple(hits)


def read_point(hit: Raw, request: SearchRequest) -> Point:
    """Read what a map shows of a hit to a reader."""
    reference, kind, (latitude, longitude), texts = json.loads(hit["_source"]["card"])
    language = best_language(texts, request.language)
    title, url = texts[language]
    return Point(hit["_id"], reference, kind, title, url, language, latitude, longitude)
