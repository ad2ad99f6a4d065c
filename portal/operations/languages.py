"""A language more: its tree of pages, its terms' labels, its index, and what it still lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from babel.messages.catalog import Message
from django.conf import settings
from django.core import checks
from django.db import connection
from django.utils.translation import check_for_language
from wagtail.models import Locale, Page

from portal.cms.standing_pages import read_standing_pages
from portal.cms.tree import key, make_tree
from portal.settings.environment import BASE_DIR
from portal.taxonomy.language import own_name
from portal.taxonomy.models import Kind, Term
from portal.taxonomy.sync import sync
from search.engines.stemming import ALGORITHMS
from search.indexer import rebuild

from . import catalogues


class UnknownLanguage(Exception):
    """A language cannot be added; the message says what is to be done first."""


@dataclass(frozen=True)
class Added:
    """What was made for a language, and what it lacks, each lack as a sentence."""

    labels: int
    pages: int
    works: int
    lacks: tuple[str, ...]


def add_language(code: str) -> Added:
    """Make what a language of the settings needs; running it again makes only what is missing.

    Raises UnknownLanguage where the settings do not name it, or Django cannot show it.
    """
    known = [language for language, _name in settings.LANGUAGES]
    if code not in known:
        extra = (language for language, _name in settings.ENVIRONMENT.extra_languages)
        wanted = ",".join([*extra, code])
        raise UnknownLanguage(
            f"“{code}” is no language of the settings ({', '.join(known)}). "
            f"Set EXTRA_LANGUAGES={wanted} for every process of the portal, then run this again."
        )
    catalogues.compile_all()
    if not check_for_language(code):
        raise UnknownLanguage(
            f"Django has no catalogue of “{code}”, and neither has the project: "
            f"`make messages` makes locale/{code}/LC_MESSAGES/django.po."
        )
    report = sync()
    pages = make_tree()
    done = rebuild()
    return Added(report.made, pages, done.count, tuple(lacks(code)))


def lacks(code: str) -> Iterator[str]:
    """Say what a language still lacks, a sentence for each."""
    yield from _catalogue_lacks(code)
    for kind in Kind:
        terms = Term.objects.filter(kind=kind, retired=False)
        total = terms.count()
        missing = total - terms.filter(labels__language=code).distinct().count()
        if missing:
            yield f"{kind.label}: {missing} of {total} terms have no label"
    absent = [page.place for page in read_standing_pages() if code not in page.texts]
    absent = [place for place in absent if not _is_made(place, code)]
    if absent:
        yield f"Pages shown in another language, marked so, until translated: {', '.join(absent)}"
    if code not in ALGORITHMS:
        yield "Search finds words as they are written: there is no stemmer"


def _is_made(place: str, code: str) -> bool:
    return Page.objects.filter(translation_key=key(place), locale__language_code=code).exists()


def _catalogue_lacks(code: str) -> Iterator[str]:
    path = BASE_DIR / "locale" / code / "LC_MESSAGES" / "django.po"
    if code == catalogues.SOURCE_LANGUAGE:
        return
    if not path.exists():
        yield (
            "Interface: there is no catalogue, so its words are English. `make messages` makes "
            f"{path.relative_to(BASE_DIR)}; translate it, then `manage.py compile_catalogues`"
        )
        return
    messages = [message for message in catalogues.read(path) if message.id]
    empty = sum(1 for message in messages if message.fuzzy or not _is_full(message))
    if empty:
        yield f"Interface: {empty} of {len(messages)} strings are not translated"


def _is_full(message: Message) -> bool:
    texts = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return all(texts)


@checks.register(checks.Tags.database)
def no_pages_without_language(
    app_configs: Any, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """Say which pages are in a language that the settings name no more: nobody can read them."""
    tables = connection.introspection.table_names() if databases else []
    if Locale._meta.db_table not in tables:  # before the first migration
        return []
    known = [code for code, _name in settings.LANGUAGES]
    found: list[checks.CheckMessage] = []
    for locale in Locale.all_objects.exclude(language_code__in=known):
        count = Page.objects.filter(locale=locale).count()
        if count:
            code = locale.language_code
            found.append(
                checks.Warning(
                    f"{count} pages are in {own_name(code)} ({code}), which is no language of the "
                    "settings any more: nobody can read or edit them.",
                    hint="Add it to EXTRA_LANGUAGES again, or see docs/languages.md, Removing.",
                    id="portal.W010",
                )
            )
    return found
