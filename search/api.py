"""The public API: the same search, as JSON."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext, override
from ninja import NinjaAPI

from . import completion, maps
from .audience import PUBLIC_ONLY, audiences_of
from .engines.base import EngineUnavailable
from .facets import FACETS, Facet
from .places import MAX_WITHIN
from .request import MAX_SIZE, PAGE_SIZE, Sort
from .run import as_json, search_by

logger = logging.getLogger(__name__)

api = NinjaAPI(
    title="Local4Action HUBs",
    version="1",
    description=(
        "Search the works of the portal. This documentation is in English alone; `lang` chooses "
        "the language of labels, texts and notices. With the cookie of a person who has logged in, "
        "searches and maps hold what that person may read, too."
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


@api.exception_handler(EngineUnavailable)
def unavailable(request: HttpRequest, error: EngineUnavailable) -> Any:
    """Answer 503 where nothing but the engine could answer."""
    logger.warning("The search engine does not answer: %s", error)
    detail = gettext("The search does not answer at the moment; please come back later.")
    response = api.create_response(request, {"detail": detail}, status=503)
    response["Retry-After"] = "30"
    return response


# The search reads the query string itself, as the page does; this describes it for the docs.
WHAT_AND_WHERE = [
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
    _parameter(
        "near", "Only works around this place: latitude,longitude in degrees", {"type": "string"}
    ),
    _parameter(
        "within", "Kilometres around it", {"type": "number", "maximum": MAX_WITHIN, "default": 50}
    ),
    _parameter(
        "box", "Only works in this area: west,south,east,north in degrees", {"type": "string"}
    ),
    _parameter(
        "lang",
        "Language of labels and texts",
        {"type": "string", "enum": [code for code, _name in settings.LANGUAGES]},
    ),
]
PARAMETERS = [
    *WHAT_AND_WHERE,
    _parameter("sort", "Order", {"type": "string", "enum": [sort.value for sort in Sort]}),
    _parameter("page", "Page, from 1", {"type": "integer", "minimum": 1, "default": 1}),
    _parameter(
        "size", "Hits a page", {"type": "integer", "maximum": MAX_SIZE, "default": PAGE_SIZE}
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
    at least one are given and `relaxed` is "any-word", or works related to them by meaning and
    `relaxed` is "by-meaning"; `suggestion` is another spelling that finds
    something, and `without` tells how many works there are without one filter: its `facet` is the
    facet's name, `near` or `box`, or "" where only dropping all filters helps.
    """
    language = _language(request)
    size = request.GET.get("size", "")
    number = int(size) if size.isascii() and size.isdigit() and len(size) < 6 else PAGE_SIZE
    with override(language):
        answer = search_by(
            request.GET,
            language,
            size=min(max(number, 1), MAX_SIZE),
            relaxing=True,
            audiences=audiences_of(request),
        )
        answer.check_page()
        return as_json(answer, _whole)


@api.get(
    "/complete",
    summary="What begins as what is being typed",
    openapi_extra={"parameters": [one for one in WHAT_AND_WHERE if one["name"] != "any"]},
)
def complete(request: HttpRequest) -> HttpResponse:
    """Complete what is typed (`q`) under the filters given, as the search box does.

    Gives `groups` of at most five options each: `terms` (filters), `places`, `hubs` and `works`.
    An option has a `label`, a `url` to go to, a `detail` (the facet or the type) and, where it is a
    filter, a `count`: the works that it gives. `language` is that of the label where it is not
    `lang`.
    """
    language = _language(request)
    with override(language):
        found = completion.as_json(completion.complete_by(request.GET, language), _whole)
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False})
    patch_cache_control(response, public=True, max_age=completion.KEPT)
    return response


@api.get(
    "/map",
    summary="The works of a search that have a place, as GeoJSON",
    openapi_extra={
        "parameters": [
            *WHAT_AND_WHERE,
            _parameter(
                "zoom",
                "Zoom of the map: how fine the clusters are",
                {"type": "integer", "minimum": 0, "maximum": maps.MAX_ZOOM, "default": maps.ZOOM},
            ),
        ]
    },
)
def works_on_map(request: HttpRequest) -> HttpResponse:
    """Answer a search for a map.

    Gives a FeatureCollection (RFC 7946): a point for each work, or clusters where there are more
    than 2,000, one for each `tile` (zoom/x/y). `total` says how many works there are, `notices`
    what was not understood.
    """
    language = _language(request)
    with override(language):
        audiences = audiences_of(request)
        found = maps.collection(request.GET, language, _whole, audiences)
    response = JsonResponse(
        found, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False}
    )
    if audiences == PUBLIC_ONLY:
        patch_cache_control(response, public=True, max_age=maps.KEPT)
        patch_vary_headers(response, ["Cookie"])  # members get what is for them, too
    return response


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang") or settings.LANGUAGE_CODE
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
