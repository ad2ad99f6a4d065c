"""One submission: where it stands, what happened, what can be done."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def case(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404


def act(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404
