"""What the home page shows: the newest works and the whole in figures, from two searches."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from search import run
from search.audience import audiences_of
from search.facets import WorkType
from search.request import Sort

NEWEST = 6


def home_context(request: HttpRequest) -> dict[str, Any]:
    """Give the newest works, the goals, each with its facet value, and the totals."""
    language = current_language()
    audiences = audiences_of(request)
    newest = QueryDict(f"sort={Sort.NEWEST}")
    answer = run.search_by(newest, language, size=NEWEST, audiences=audiences)
    newest_hubs = QueryDict(f"type={WorkType.HUB}&sort={Sort.NEWEST}")
    hubs = run.search_by(newest_hubs, language, size=3, audiences=audiences)
    return {
        "answer": answer,
        "hubs": hubs,
        "goals": [
            (goal, value)
            for value in answer.facet("sdg").roots
            if (goal := snapshot().resolve(Kind.SDG, value.code))
        ],
        "themes": answer.facet("theme"),
    }
