"""What crawlers are told: the sitemaps, one per language, and robots.txt.

A sitemap lists what everybody may read: live pages without a restriction above them, each with
its translations, and the entry points that have works.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from search import run
from search.public import only_public

from .addresses import root, whole
from .entries import TERM_INDEXES, TYPE_INDEXES

# The protocol allows 50,000; with an address for every translation the file would be very large.
PER_FILE: Final = 5_000
SECONDS: Final = 3_600


@dataclass(frozen=True)
class Address:
    """One line of a sitemap: an address, its languages, and when it last changed."""

    url: str
    lastmod: datetime | None = None
    alternates: list[tuple[str, str]] = field(default_factory=list)


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def public_pages() -> Any:
    """Give the live pages that everybody may read, without copies under another language."""
    return only_public(
        Page.objects.filter(
            alias_of__isnull=True, depth__gt=1, locale__language_code__in=_languages()
        )
    )


def page_addresses(request: HttpRequest, language: str, number: int) -> Iterator[Address]:
    """Give one file's share of the pages of a language, each with its public translations."""
    start = (number - 1) * PER_FILE
    pages = list(
        public_pages()
        .filter(locale__language_code=language)
        .select_related("locale")
        .order_by("path")[start : start + PER_FILE]
    )
    found: dict[Any, dict[str, str]] = {page.translation_key: {} for page in pages}
    translations = public_pages().filter(translation_key__in=list(found))
    for page in translations.select_related("locale").order_by("locale_id"):
        if url := page.get_full_url(request):
            found[page.translation_key][page.locale.language_code] = url
    for page in pages:
        urls = found[page.translation_key]
        if language in urls:
            yield Address(urls[language], page.last_published_at, _alternates(urls))


def _alternates(urls: dict[str, str]) -> list[tuple[str, str]]:
    """Give language and address of every translation; nothing where there is only one."""
    if len(urls) < 2:
        return []
    default = urls.get(settings.LANGUAGE_CODE) or next(iter(urls.values()))
    return [*urls.items(), ("x-default", default)]


def entry_addresses(request: HttpRequest, language: str) -> Iterator[Address]:
    """Give the entry points that have works. They exist in every language of the interface."""
    answer = run.search_by(QueryDict(""), language, size=1)
    types = {value.code for value in answer.facet("type").values if value.count}
    names: list[tuple[str, ...]] = [
        (name,) for name, entry in TYPE_INDEXES.items() if entry.work_type in types
    ]
    for name, terms in TERM_INDEXES.items():
        values = [value for value in answer.facet(terms.facet).values if value.count]
        if values:
            names.append((name,))
        names.extend((name, value.code) for value in values)
    for args in names:
        urls = {}
        for code in _languages():
            with override(code):
                path = reverse("entry" if len(args) > 1 else "entry_index", args=args)
            urls[code] = whole(request, path)
        yield Address(urls[language], None, _alternates(urls))


@require_safe
@cache_control(public=True, max_age=SECONDS)
def index(request: HttpRequest) -> HttpResponse:
    """List the sitemaps: those of each language."""
    base, files = root(request), []
    for language in _languages():
        count = public_pages().filter(locale__language_code=language).count()
        for number in range(1, max(1, -(-count // PER_FILE)) + 1):
            args = [language] if number == 1 else [language, number]
            files.append(base + reverse("sitemap", args=args))
    return render(request, "sitemap_index.xml", {"files": files}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=SECONDS)
def sitemap(request: HttpRequest, language: str, number: int = 1) -> HttpResponse:
    """List the addresses of a language; the entry points stand in its first file.

    Raises Http404 for what is no language of the interface, or past the end.
    """
    if language not in _languages() or number < 1:
        raise Http404
    addresses = list(page_addresses(request, language, number))
    if number == 1:
        addresses.extend(entry_addresses(request, language))
    elif not addresses:
        raise Http404
    context = {"addresses": addresses}
    return render(request, "sitemap.xml", context, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=SECONDS)
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what not to fetch; in a demonstration, nothing at all."""
    context = {"demo": settings.DEMO, "sitemap": root(request) + reverse("sitemap_index")}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")
