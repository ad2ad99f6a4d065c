"""Addresses of the portal's own routes in a language that need not be the reader's."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse
from django.utils.translation import override


@lru_cache(maxsize=4096)
def route(language: str, name: str, *parts: str) -> str:
    """Give the path of a named route in a language; a page of cards asks for twenty."""
    with override(language):
        return reverse(name, args=parts)


def home(language: str) -> str:
    """Give the path of the home page of a language."""
    return route(language, "wagtail_serve", "")


def work(language: str, reference: str) -> str:
    """Give the path under which a work is read in the interface of a language."""
    return route(language, "work_in_language", reference)
