"""What search needs to know of hubs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.cms.documents import register_documents
from portal.cms.models import Work
from search.facets import WorkType, register_labels
from search.public import only_public

from .models import HubPage


def hub_titles(references: Iterable[str], language: str) -> Mapping[str, str]:
    """Give the title of each public hub in a language, else in the language of its original."""
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
    # Rows, not pages: every search shows these titles.
    pages = HubPage.objects.filter(
        translation_key__in=originals, alias_of__isnull=True
    ).values_list("path", "title", "translation_key", "locale", "locale__language_code", named=True)
    titles: dict[str, str] = {}
    for page in only_public(pages):
        reference, source_locale = originals[page.translation_key]
        is_reader = page.locale__language_code == language
        if is_reader or (reference not in titles and page.locale == source_locale):
            titles[reference] = page.title
    return titles


register_documents(HubPage)
register_labels("hub", hub_titles)
