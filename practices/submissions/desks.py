"""Desks: what stands where, for authors, sections and the Secretariat."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def mine(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404


def desk(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404


def secretariat(request: HttpRequest, **parts: Any) -> HttpResponse:
    raise Http404
