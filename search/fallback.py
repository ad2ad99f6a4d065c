"""When the engine does not answer: a plain title search in the database, without counts."""

from __future__ import annotations

import time
from collections.abc import Collection
from functools import reduce
from operator import and_, or_

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.html import escape
from wagtail.models import Page

from .document import LanguageText, SearchDocument
from .engines.base import Hit, SearchResult
from .public import readable_by
from .request import SearchRequest

NAME = "database"


def can_answer(request: SearchRequest) -> bool:
    """Tell whether the database knows all that is selected: of the facets, it knows the type."""
    if request.near or request.box:
        return False
    return {name for name, codes in request.selections.items() if codes} <= {"type"}


def search(request: SearchRequest, audiences: frozenset[str]) -> SearchResult:
    """Find works of these audiences whose title in the reader's language holds the words.

    Nothing is found where something is selected that the database does not know: a list of what
    was not asked for would be worse than none.
    """
    started = time.monotonic()
    if not can_answer(request):
        return SearchResult((), 0, {}, time.monotonic() - started, NAME)
    pages = readable_by(
        Page.objects.filter(
            depth__gt=3, locale__language_code=request.language, alias_of__isnull=True
        ),
        audiences,
    )
    if types := request.selections.get("type"):
        pages = pages.filter(content_type__in=_content_types(types))
    words = (*request.words.terms, *request.words.phrases)
    if words:
        joined = or_ if request.any_word else and_
        pages = pages.filter(reduce(joined, (Q(title__icontains=word) for word in words)))
    for word in request.words.excluded:
        pages = pages.exclude(title__icontains=word)
    pages = pages.exclude(content_type__app_label="cms").order_by("-first_published_at", "pk")
    total = pages.count()
    hits = []
    for page in pages[request.offset : request.offset + request.size]:
        document = _plain(page, request.language)
        hits.append(Hit(document, 0.0, request.language, escape(page.title), ""))
    return SearchResult(tuple(hits), total, {}, time.monotonic() - started, NAME)


def _content_types(types: Collection[str]) -> list[ContentType]:
    """Give the content types of the works of some types; models say theirs in `work_type`."""
    models = [
        model
        for model in apps.get_models()
        if issubclass(model, Page) and str(getattr(model, "work_type", "")) in types
    ]
    return list(ContentType.objects.get_for_models(*models).values())


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
