"""What the home page shows: the newest works and the whole in figures, from one search."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from search import run
from search.request import Sort

logger = logging.getLogger(__name__)
NEWEST = 6


def home_context(request: HttpRequest) -> dict[str, Any]:
    """Give the newest works, the goals with their counts, and the totals."""
    language = (get_language() or "en").split("-")[0]
    answer = run.search_by(QueryDict(f"sort={Sort.NEWEST}"), language, size=NEWEST)
    return {"answer": answer, "goals": answer.facet("sdg"), "themes": answer.facet("theme")}
