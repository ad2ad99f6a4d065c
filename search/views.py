"""The search page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from portal.taxonomy.language import current_language

from .request import SORT_LABELS
from .run import search_by


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the search: everything that was asked stands in the address.

    Raises Http404 for a page past the end.
    """
    language = current_language()
    answer = search_by(request.GET, language)
    answer.check_page()
    response = render(
        request,
        "search/search.html",
        {"answer": answer, "sorts": SORT_LABELS.items()},
    )
    patch_vary_headers(response, ["HX-Request"])
    return response
