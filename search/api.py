"""The public API: the same search, as JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import override
from ninja import NinjaAPI

from .facets import FACETS, Facet
from .request import MAX_SIZE, PAGE_SIZE, Sort
from .run import as_json, search_by

api = NinjaAPI(
    title="Local4Action HUBs",
    version="1",
    description=(
        "Search the works of the portal. This documentation is in English alone; `lang` chooses "
        "the language of labels, texts and notices."
    ),
)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> Any:
    """Answer 404 with the reason."""
    return api.create_response(request, {"detail": str(error) or "Not found"}, status=404)


def _whole(path: str) -> str:
    """Put the portal's address before a path; whoever asks may write any host into a request."""
    return urljoin(settings.WAGTAILADMIN_BASE_URL, path)


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _english(facet: Facet) -> str:
    """Give a facet's name for the documentation, in whatever language it is first loaded."""
    with override("en"):
        return str(facet.label)


# The search reads the query string itself, as the page does; this describes it for the docs.
PARAMETERS = [
    _parameter("q", "Words; quotes make a phrase, a minus excludes", {"type": "string"}),
    *(
        _parameter(
            facet.name,
            f"Facet “{_english(facet)}”; repeat it for several values",
            {"type": "array", "items": {"type": "string"}},
        )
        for facet in FACETS
    ),
    _parameter("any", "1: one of the words is enough", {"type": "string", "enum": ["1"]}),
    _parameter("sort", "Order", {"type": "string", "enum": [sort.value for sort in Sort]}),
    _parameter("page", "Page, from 1", {"type": "integer", "minimum": 1, "default": 1}),
    _parameter(
        "size", "Hits a page", {"type": "integer", "maximum": MAX_SIZE, "default": PAGE_SIZE}
    ),
    _parameter(
        "lang",
        "Language of labels and texts",
        {"type": "string", "enum": [code for code, _name in settings.LANGUAGES]},
    ),
]


@api.get(
    "/search",
    summary="Search with the same parameters as the search page",
    openapi_extra={"parameters": PARAMETERS},
)
def search(request: HttpRequest) -> dict[str, Any]:
    """Answer a search.

    Takes the parameters of the search page (`q`, every facet's name, repeated at will, `sort`,
    `page`), `lang` (the language of labels and texts) and `size` (hits a page, 100 at most). What
    is not understood is left out and named in `notices`. Where no work holds all words, works with
    at least one are given and `relaxed` is "any-word"; `suggestion` is another spelling that finds
    something, and `without` tells how many works there are without one facet's selection.
    """
    asked = request.GET.get("lang") or settings.LANGUAGE_CODE
    language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    size = request.GET.get("size", "")
    number = int(size) if size.isascii() and size.isdigit() and len(size) < 6 else PAGE_SIZE
    with override(language):
        answer = search_by(request.GET, language, size=min(max(number, 1), MAX_SIZE), relaxing=True)
        answer.check_page()
        return as_json(answer, _whole)
