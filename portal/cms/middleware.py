"""Middleware of the portal."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import UNSAFE_INLINE
from csp.utils import DIRECTIVES_T
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import reverse

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


class BadInputMiddleware:
    """Answers 400 to addresses that no database takes: NUL and broken UTF-8 in the path."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what is text."""
        if "\x00" in request.path or "\ufffd" in request.path:
            return HttpResponseBadRequest("This address is not text.", content_type="text/plain")
        return self.get_response(request)
