"""The expression of interest, and the links that are mailed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def start(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404


def sent(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404


def link(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404
