"""What search needs to know of hubs."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from portal.cms.documents import register_documents
from portal.cms.models import Work
from portal.taxonomy.language import ForeignText
from search.audience import PUBLIC_ONLY
from search.facets import WorkType, register_labels
from search.public import readable_by

from .models import HubPage


def hub_titles(
    references: Iterable[str], language: str, audiences: frozenset[str] = PUBLIC_ONLY
) -> Mapping[str, str]:
    """Give the title of each hub in a language, else in the best other one, marked so.

    Hubs that readers of these audiences may not read are left out.
    """
    wanted = set(references)
    if not wanted:
        return {}
    works = Work.objects.filter(work_type=WorkType.HUB, reference__in=wanted)
    originals = {
        key: (reference, locale)
        for key, reference, locale in works.values_list(
            "translation_key", "reference", "source_locale"
        )
    }
    languages = tuple(code for code, _name in settings.LANGUAGES)
    readable = _readable(audiences, timezone.localdate(), languages)
    titles: dict[str, tuple[int, str]] = {}
    for page in readable.filter(translation_key__in=originals):
        if page.alias_of is not None:
            continue
        reference, source_locale = originals[page.translation_key]
        code = page.locale__language_code
        order = [
            language,
            code if page.locale == source_locale else "",
            *settings.FALLBACK_LANGUAGES,
        ]
        rank = order.index(code) if code in order else len(order)
        title = page.title if code == language else ForeignText(page.title, code)
        if reference not in titles or rank < titles[reference][0]:
            titles[reference] = (rank, title)
    return {reference: title for reference, (_rank, title) in titles.items()}


@lru_cache(maxsize=32)
def _readable(
    audiences: frozenset[str], today: datetime.date, languages: tuple[str, ...]
) -> QuerySet[Any]:
    """Give the question, not yet asked, for what is shown of the hubs that readers may read.

    Rows, not pages: every search shows these titles. To put the question together takes longer than
    to answer it. It is kept for as long as it stays the same: the rules of what is readable depend
    on the reader, the day and the languages; all else they look up in the query itself.

    Aliases are left out by who asks and not by the query: SQLite would take the index of `alias_of`
    and walk through all pages that are none.
    """
    pages = HubPage.objects.order_by().values_list(
        "title", "translation_key", "locale", "locale__language_code", "alias_of", named=True
    )
    return readable_by(pages, audiences)


register_documents(HubPage)
register_labels("hub", hub_titles)
