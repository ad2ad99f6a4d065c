"""Middleware about who reads."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext

from . import two_factor

Handler = Callable[[HttpRequest], HttpResponse]

# Where those who may publish need a second factor: the admin by its address, the desks by the
# namespace of theirs.
GUARDED_NAMESPACES = frozenset({"submissions"})
_OPEN = ("wagtailadmin_login", "wagtailadmin_logout", "wagtailadmin_javascript_catalog")


class PrivatePagesMiddleware:
    """Keeps the pages of people who are logged in out of shared caches.

    A page for nobody in particular never looks at the session, has no `Vary: Cookie` for it and
    may be kept. It says "Log in", which is all that a reader who gets it by mistake would see.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark what was made for one reader."""
        response = self.get_response(request)
        known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.accessed
        if known and request.user.is_authenticated:
            patch_cache_control(response, private=True)
        return response


class TwoFactorMiddleware:
    """Leads who may publish to the second factor, before anything of the admin or a desk works."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer in the view's place where a second factor is missing."""
        if not settings.REQUIRE_TWO_FACTOR or not self._is_guarded(request):
            return None
        if not two_factor.must_have(request.user) or two_factor.has(request.user):
            return None
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # A dialogue of the admin would show the page that it was led to inside itself.
            return HttpResponse(
                gettext("Set up the second step of your log-in first."),
                status=HTTPStatus.FORBIDDEN,
                content_type="text/plain; charset=utf-8",
            )
        query = (
            f"?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"
            if request.method == "GET"
            else ""
        )
        return HttpResponseRedirect(f"{reverse('account_two_factor_needed')}{query}")

    def _is_guarded(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        if match is None or match.url_name in _OPEN:
            return False
        return request.path.startswith(self.prefix) or bool(
            GUARDED_NAMESPACES & set(match.namespaces)
        )
