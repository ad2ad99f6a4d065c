"""The search page, what is offered while one types, and the note of an opened result."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal.taxonomy.language import current_language

from . import completion, events
from .audience import audiences_of
from .engines.base import EngineUnavailable
from .request import SORT_LABELS
from .run import search_by

logger = logging.getLogger(__name__)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the search: everything that was asked stands in the address.

    `unfold` is no part of the question: it says which facets the page writes whole.

    Raises Http404 for a page past the end.
    """
    language = current_language()
    answer = search_by(request.GET, language, relaxing=True, audiences=audiences_of(request))
    answer.check_page()
    event = events.new_event(request, answer)
    response = render(
        request,
        "search/search.html",
        {
            "answer": answer,
            "unfold": request.GET.getlist("unfold"),
            "sorts": SORT_LABELS.items(),
            "event": events.signed(event) if event else "",
        },
    )
    if event:
        events.note(answer, response, event)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def complete(request: HttpRequest) -> HttpResponse:
    """Give suggestions for what is being typed, as the inside of a listbox.

    There are none (204) where nothing begins so, or the engine does not answer.
    """
    try:
        found = completion.complete_by(request.GET, current_language())
    except EngineUnavailable as error:
        logger.warning("The search engine does not complete: %s", error)
        response = HttpResponse(status=204)
        patch_cache_control(response, no_store=True)
        return response
    response = _suggestions(request, found)
    patch_cache_control(response, public=True, max_age=completion.KEPT)
    return response


def _suggestions(request: HttpRequest, found: completion.Completion) -> HttpResponse:
    if not found.groups:
        return HttpResponse(status=204)
    return render(request, "search/complete.html", {"completion": found})


@csrf_exempt
@require_POST
def click(request: HttpRequest) -> HttpResponse:
    """Note that a result of a search was opened.

    Nothing here depends on who asks, no session is read, and the signed number of the event is
    all that it takes: there is nothing that another site could do in somebody's name.
    """
    understood = events.note_click(request.POST.get("event", ""), request.POST.get("position", ""))
    return HttpResponse(status=204 if understood else 400)
