"""Whole addresses, host included, for what is read by machines elsewhere."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest
from django.urls import Resolver404, resolve, translate_url
from django.utils.translation import get_language
from wagtail.models import Site


def root(request: HttpRequest) -> str:
    """Give the site's address without a slash at its end, as the site's settings say it.

    The request's own host is a last resort: whoever asks may write anything into it.
    """
    # Wagtail keeps these in the cache; which site a host belongs to costs a slow query.
    roots = {path.root_url for path in Site.get_site_root_paths()}
    if len(roots) == 1:
        return str(roots.pop())
    site = Site.find_for_request(request)
    return site.root_url if site else request.build_absolute_uri("/").rstrip("/")


def whole(request: HttpRequest, path: str) -> str:
    """Put the site's address before a path; leave what is whole already."""
    return path if path.startswith(("https://", "http://")) else f"{root(request)}{path}"


def in_language(path: str, code: str) -> str | None:
    """Give a path of the interface in another language, or None where nothing answers to it."""
    return _in_language(path, code, get_language())


@lru_cache(maxsize=2048)
def _in_language(path: str, code: str, active: str | None) -> str | None:
    """Find it; every page links five of them, and each costs a search through all addresses."""
    try:
        resolve(path)
    except Resolver404:
        return None
    return translate_url(path, code)
