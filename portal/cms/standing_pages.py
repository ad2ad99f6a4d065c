"""The standing pages: about the hubs, how we check, privacy, accessibility, reuse.

Their first texts come from a file, in every language; from then on they are the editors'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from wagtail.models import Locale, Page

from .models import ContentPage
from .prose import article

DATA = Path(__file__).parent / "data" / "pages.yaml"

# Takes model, parent, place, locale, slug and fields; gives the page of that place in that
# language, made where it is missing.
PageMaker = Callable[..., Any]


@dataclass(frozen=True)
class StandingText:
    """What a standing page says in one language; `body` as in prose.article."""

    title: str
    introduction: str
    body: str


@dataclass(frozen=True)
class StandingPage:
    """A standing page: its place, which is its address below home, and its texts by language.

    unconfirmed: whether UCLG has yet to confirm the wording; this is never shown. shows: a template
    that stands between introduction and text, with what the code says and editors cannot change.
    """

    place: str
    texts: dict[str, StandingText]
    unconfirmed: bool = False
    shows: str = ""

    @property
    def slug(self) -> str:
        """Give the last part of the place."""
        return self.place.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """Give the place of the page above, or "" for the home page."""
        return self.place.rpartition("/")[0]

    def text(self, language: str) -> StandingText:
        """Give the text in a language. Raises KeyError where there is none."""
        return self.texts[language]

    def blocks(self, language: str) -> list[dict[str, Any]]:
        """Give the raw blocks of the body, whose ids are the same in every language."""
        return article(self.place, "body", self.text(language).body)


@cache
def read_standing_pages(path: Path = DATA) -> tuple[StandingPage, ...]:
    """Read the standing pages from their file, each after the page above it."""
    return tuple(
        StandingPage(
            place=row["place"],
            texts={language: StandingText(**text) for language, text in row["texts"].items()},
            unconfirmed=row.get("unconfirmed", False),
            shows=row.get("shows", ""),
        )
        for row in yaml.safe_load(path.read_text("utf-8"))
    )


def shown_on(translation_key: UUID) -> str:
    """Give the template that stands on a page before its text, or ""."""
    from .tree import key  # which makes these pages

    for page in read_standing_pages():
        if page.shows and key(page.place) == translation_key:
            return page.shows
    return ""


def with_newer_texts() -> list[ContentPage]:
    """List the standing pages whose text in the file has changed since they were made from it.

    They are known by their first version, which is the file's text of then. A page that says what
    the file says now is not among them, nor one whose first version was deleted.
    """
    from .tree import key  # which makes these pages

    found = []
    by_key = {key(page.place): page for page in read_standing_pages()}
    pages = ContentPage.objects.filter(translation_key__in=by_key).select_related("locale")
    for page in pages.order_by("path"):
        standing, language = by_key[page.translation_key], page.locale.language_code
        first = page.revisions.order_by("pk").first()
        if language not in standing.texts or first is None:
            continue
        now = _said(standing.text(language), standing.blocks(language))
        made = first.as_object()
        if now not in (_said(made, made.body.raw_data), _said(page, page.body.raw_data)):
            found.append(page)
    return found


def _said(text: Any, blocks: Iterable[Any]) -> tuple[Any, ...]:
    """Give what can be compared of a text: its words, without the ids of their blocks."""
    body = [(block["type"], block["value"]) for block in blocks]
    return text.title, text.introduction, body


def make_standing_pages(home: Page, locale: Locale, make_page: PageMaker) -> None:
    """Make the standing pages that are missing below the home page of one language.

    Pages that exist stay as they are, whatever editors have written there. A page without a text
    in this language is not made, nor what stands below it: `HomePage.route` shows that of another
    language in its place, and says so.
    """
    language = locale.language_code
    pages: dict[str, Any] = {"": home}
    for page in read_standing_pages():
        if language not in page.texts or page.parent not in pages:
            continue
        text = page.text(language)
        pages[page.place] = make_page(
            ContentPage,
            pages[page.parent],
            page.place,
            locale,
            page.slug,
            title=text.title,
            introduction=text.introduction,
            body=page.blocks(language),
        )
