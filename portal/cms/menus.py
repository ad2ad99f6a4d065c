"""The menus: fixed addresses under fixed names, in the reader's language.

Entries are paths below the home page and not names of routes: some lead to routes, others to pages
of the tree, whose slugs `portal.cms.tree` and `portal.cms.standing_pages` give in every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import PageViewRestriction

from search.audience import PUBLIC_ONLY
from search.public import readable_by

from . import links
from .models import ContentPage


@dataclass(frozen=True)
class MenuItem:
    """An entry of a menu."""

    label: Any
    url: str
    current: bool = False


@dataclass(frozen=True)
class MenuColumn:
    """A group of entries under a heading."""

    label: Any
    items: tuple[MenuItem, ...]


_MAIN = (
    (_("Search"), "search/"),
    (_("Hubs"), "hubs/"),
    (_("Practices"), "practices/"),
    (_("GOLD VI"), "gold-vi/"),
    (_("Policy notes"), "policy-notes/"),
    (_("Resources"), "resources/"),
)
_FIND = (
    (_("Goals"), "sdgs/"),
    (_("Themes"), "themes/"),
    (_("Regions and countries"), "places/"),
    (_("Sections"), "sections/"),
)
_ABOUT = (
    (_("About the hubs"), "about/"),
    (_("How we check"), "about/how-we-check/"),
    (_("Reuse and citation"), "about/reuse/"),
    (_("Privacy"), "about/privacy/"),
    (_("Accessibility"), "about/accessibility/"),
)
_TAKE_PART = (
    (_("Submit a practice"), "submit/"),
    (_("What we accept"), "about/criteria/"),
    (_("Licences and consent"), "about/licences/"),
)

MOST_FOR_MEMBERS = 8
# Where the works of a type are listed; anything else is found by searching.
_LISTS = {
    "hub": "hubs/",
    "good-practice": "practices/",
    "case-study": "gold-vi/",
    "policy-note": "policy-notes/",
    "resource": "resources/",
}


def list_of(work_type: str, language: str) -> MenuItem:
    """Give the entry of the main menu under which works of a type are listed."""
    labels = {tail: label for label, tail in _MAIN}
    tail = _LISTS.get(work_type, "search/")
    return MenuItem(labels[tail], _below_home(language, tail))


def main(language: str, path: str) -> list[MenuItem]:
    """Give the main menu; the entry under whose address the reader is, is marked."""
    items = []
    for label, tail in _MAIN:
        url = _below_home(language, tail)
        items.append(MenuItem(label, url, path.startswith(url)))
    return items


def footer(language: str) -> list[MenuColumn]:
    """Give the columns at the foot of every page."""
    return [
        MenuColumn(
            heading, tuple(MenuItem(label, _below_home(language, tail)) for label, tail in rows)
        )
        for heading, rows in (
            (_("Find"), (*_MAIN[:4], *_FIND)),
            (_("Take part"), _TAKE_PART),
            (_("About"), _ABOUT),
        )
    ]


def for_members(language: str, audiences: frozenset[str]) -> list[MenuItem]:
    """Give the pages of text that are for some readers alone, and for these: their ways in.

    Of a part of the tree, its first page. For everybody there are none, and nothing is asked.
    """
    if audiences == PUBLIC_ONLY:
        return []
    kinds = (PageViewRestriction.LOGIN, PageViewRestriction.GROUPS)
    pages = ContentPage.objects.filter(
        locale__language_code=language,
        view_restrictions__restriction_type__in=kinds,
        alias_of__isnull=True,
    )
    found = readable_by(pages, audiences).distinct().order_by("path")
    return [MenuItem(page.title, page.get_url() or "") for page in found[:MOST_FOR_MEMBERS]]


def shortcuts(language: str) -> list[MenuItem]:
    """Give the ways in that stand under the home page's search box."""
    return [
        MenuItem(_("Regions and countries"), links.route(language, "entry_index", "places")),
        MenuItem(_("Least developed countries"), f"{links.route(language, 'search')}?group=ldc"),
        MenuItem(
            _("Women’s public leadership"),
            links.route(language, "entry", "themes", "women-leadership"),
        ),
        MenuItem(_("GOLD VI cases"), links.route(language, "entry_index", "gold-vi")),
    ]


def _below_home(language: str, tail: str) -> str:
    return f"{links.home(language)}{tail}"
