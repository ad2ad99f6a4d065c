"""Lists on pages: each is a search with an introduction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, QueryDict

from portal.taxonomy.language import current_language
from search import run
from search.audience import audiences_of


def first_works(
    request: HttpRequest, fixed: Mapping[str, tuple[str, ...]], size: int
) -> run.Answer:
    """Give the first works of a fixed selection that whoever asks may read.

    What the reader's address says does not matter.
    """
    data = QueryDict(mutable=True)
    for facet, codes in fixed.items():
        data.setlist(facet, list(codes))
    return run.search_by(data, current_language(), size=size, audiences=audiences_of(request))


def list_context(request: HttpRequest, fixed: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Answer the request's page number and order under a fixed selection.

    Raises Http404 for a page past the end.
    """
    data = QueryDict(mutable=True)
    for name in ("page", "sort"):
        if name in request.GET:
            data[name] = request.GET[name]
    for facet, codes in fixed.items():
        data.setlist(facet, list(codes))
    answer = run.search_by(data, current_language(), audiences=audiences_of(request))
    answer.check_page()
    return {"answer": answer}
