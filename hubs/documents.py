"""What search needs to know of hubs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.cms.documents import register_documents
from portal.cms.models import Work
from portal.cms.public import only_public
from search.facets import WorkType, register_labels

from .models import HubPage


def hub_titles(references: Iterable[str], language: str) -> Mapping[str, str]:
    """Give the title of each public hub in a language, else in the language of its original."""
    wanted = set(references)
    if not wanted:
        return {}
    works = Work.objects.filter(work_type=WorkType.HUB, reference__in=wanted)
    keys = {work.translation_key: work for work in works}
    titles: dict[str, str] = {}
    pages = HubPage.objects.filter(
        translation_key__in=keys, live=True, alias_of__isnull=True
    )
    named = pages.select_related("locale").only(
        "title", "path", "translation_key", "locale__language_code"
    )
    for page in only_public(named):
        work = keys[page.translation_key]
        is_reader = page.locale.language_code == language
        if is_reader or (
            work.reference not in titles and page.locale_id == work.source_locale_id
        ):
            titles[work.reference] = page.title
    return titles


register_documents(HubPage)
register_labels("hub", hub_titles)
