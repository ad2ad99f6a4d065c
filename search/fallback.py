"""When the engine does not answer: a plain title search in the database, without counts."""

from __future__ import annotations

import time
from functools import reduce
from operator import and_

from django.db.models import Q
from django.utils.html import escape
from wagtail.models import Page, PageViewRestriction

from .document import LanguageText, SearchDocument
from .engines.base import Hit, SearchResult
from .request import SearchRequest

NAME = "database"


def search(request: SearchRequest) -> SearchResult:
    """Find public works whose title in the reader's language holds all words."""
    started = time.monotonic()
    pages = Page.objects.filter(
        live=True, depth__gt=3, locale__language_code=request.language, alias_of__isnull=True
    )
    for path in PageViewRestriction.objects.values_list("page__path", flat=True):
        pages = pages.exclude(path__startswith=path)
    words = (*request.words.terms, *request.words.phrases)
    if words:
        pages = pages.filter(reduce(and_, (Q(title__icontains=word) for word in words)))
    for word in request.words.excluded:
        pages = pages.exclude(title__icontains=word)
    pages = pages.exclude(content_type__app_label="cms").order_by("-first_published_at", "pk")
    total = pages.count()
    hits = []
    for page in pages[request.offset : request.offset + request.size]:
        document = _plain(page, request.language)
        hits.append(Hit(document, 0.0, request.language, escape(page.title), ""))
    return SearchResult(tuple(hits), total, {}, time.monotonic() - started, NAME)


def _plain(page: Page, language: str) -> SearchDocument:
    """Give what a page row says, without the work's facts."""
    text = LanguageText(title=page.title, url=page.get_url() or "", language=language)
    return SearchDocument(
        id=str(page.translation_key),
        reference="",
        type="",
        version=0,
        texts={language: text},
        facets={},
    )
