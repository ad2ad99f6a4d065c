"""Middleware of the portal."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from csp.constants import UNSAFE_INLINE
from csp.utils import DIRECTIVES_T
from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.middleware.locale import LocaleMiddleware
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import activate, get_language, get_language_from_path

from search.audience import PUBLIC_ONLY

from . import errors, language_choice
from .models.base import NotPublishable

Handler = Callable[[HttpRequest], HttpResponse]

# Wagtail's admin writes styles and scripts into its pages; the public site does not.
ADMIN_POLICY: DIRECTIVES_T = {
    "script-src": [UNSAFE_INLINE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["blob:"],
}


class AdminContentSecurityPolicyMiddleware:
    """Loosens the Content-Security-Policy for the admin, and for nothing else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the admin's responses for the policy middleware around this one."""
        response = self.get_response(request)
        if request.path.startswith(self.prefix):
            response._csp_update = ADMIN_POLICY  # type: ignore[attr-defined]
        return response


class NotPublishableMiddleware:
    """Says in the admin why a page was not published, wherever publication was asked for.

    The page's form checks before it publishes. Bulk publishing, workflows, older versions and
    translations do not: there the refusal comes as an exception, which undoes what was done.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Lead back to where the person came from, with the reason."""
        if not isinstance(error, NotPublishable) or not request.path.startswith(self.prefix):
            return None
        for message in error.messages:
            messages.error(request, message)
        page = (
            reverse("wagtailadmin_pages:edit", args=[error.page.pk]) if error.page else self.prefix
        )
        address = self._came_from(request) or page
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # What a workflow's dialogue expects: it goes to the address by itself.
            return JsonResponse({"step": "success", "redirect": address})
        return HttpResponseRedirect(address)

    def _came_from(self, request: HttpRequest) -> str:
        """Give the admin's page from which a form was sent, or ""."""
        address = request.headers.get("referer", "")
        own = url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        if (
            not own
            or request.method != "POST"
            or not urlsplit(address).path.startswith(self.prefix)
        ):
            return ""
        return address


class AudienceMiddleware:
    """Keeps what is not for everybody out of all caches.

    An answer to a reader who may read more than everybody is stored nowhere, not even in the
    browser, unless it says itself that it is the same for all. Everybody's pages stay as they are:
    a cache that keeps them gives a member no more than what all may read.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the answer."""
        response = self.get_response(request)
        was_asked = getattr(request, "audiences_asked", False)
        is_more = was_asked and getattr(request, "audiences", PUBLIC_ONLY) != PUBLIC_ONLY
        if is_more and not _is_for_everybody(response):
            patch_cache_control(response, private=True, no_store=True)
        return response


class BadInputMiddleware:
    """Answers 400 to addresses that no database takes: NUL and broken UTF-8 in the path."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what is text."""
        if "\x00" in request.path or "\ufffd" in request.path:
            return errors.bad_request(request)
        return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """Finds the reader's language, and leads addresses without one to an address with it.

    Django does the latter for every 404, even where a view without a language in its address (the
    API, a permanent address, a picture) said itself that there is nothing; and it leads to a
    language whose home page nobody has published.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Redirect only what no view has answered; remember a language to which was switched."""
        in_path = get_language_from_path(request.path_info)
        is_missing = response.status_code == HTTPStatus.NOT_FOUND
        if is_missing and not in_path and request.resolver_match is None:
            activate(language_choice.best_published(request))
            return super().process_response(request, response)
        if in_path:
            language_choice.remember(request, response)
        elif not _is_for_everybody(response):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", get_language() or "")
        return response


def _is_for_everybody(response: HttpResponseBase) -> bool:
    """Tell whether an answer says that it is the same for all: a picture, a sitemap."""
    return "public" in response.headers.get("Cache-Control", "")
