"""What a person is told who may not see a page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers


def log_in_address(request: HttpRequest) -> str:
    """Give the address of the log-in, which leads back to where the request was made."""
    query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return f"{resolve_url(settings.LOGIN_URL)}?{query}"


def refuse(request: HttpRequest) -> HttpResponse:
    """Lead whoever has not logged in to the log-in, and from there back to this address.

    The log-in names the page nowhere. Raises Http404 for who has logged in: to them there is
    no such page.
    """
    if request.user.is_authenticated:
        raise Http404
    response = HttpResponseRedirect(log_in_address(request))
    add_never_cache_headers(response)
    return response
