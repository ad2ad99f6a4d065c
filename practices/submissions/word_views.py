"""The Word template: taking it, and handing it in filled."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def word(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404


def read_word(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404
