"""One look at the taxonomy's version for each request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .snapshot import pinned


class SnapshotMiddleware:
    """Answers a request from one snapshot of the taxonomy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        with pinned():
            return self.get_response(request)
