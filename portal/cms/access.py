"""What a person is told who may not see a page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers


def log_in_address(request: HttpRequest) -> str:
    """Give the address of the log-in, which leads back to where the request was made."""
    address = getattr(settings, "WAGTAIL_FRONTEND_LOGIN_URL", "") or reverse("wagtailcore_login")
    return f"{address}?{urlencode({'next': request.get_full_path()})}"


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
