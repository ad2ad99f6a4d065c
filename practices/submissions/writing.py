"""The template, step by step."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def write(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404


def preview(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404
