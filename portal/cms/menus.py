"""The menus: fixed addresses under fixed names, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


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
    (_("Privacy"), "about/privacy/"),
    (_("Accessibility"), "about/accessibility/"),
)

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
    return MenuItem(labels[tail], f"/{language}/{tail}")


def main(language: str, path: str) -> list[MenuItem]:
    """Give the main menu; the entry under whose address the reader is, is marked."""
    items = []
    for label, tail in _MAIN:
        url = f"/{language}/{tail}"
        items.append(MenuItem(label, url, path.startswith(url)))
    return items


def footer(language: str) -> list[MenuColumn]:
    """Give the columns at the foot of every page."""
    return [
        MenuColumn(heading, tuple(MenuItem(label, f"/{language}/{tail}") for label, tail in rows))
        for heading, rows in ((_("Find"), (*_MAIN[:4], *_FIND)), (_("About"), _ABOUT))
    ]


def shortcuts(language: str) -> list[MenuItem]:
    """Give the ways in that stand under the home page's search box."""
    return [
        MenuItem(_("Regions and countries"), f"/{language}/places/"),
        MenuItem(_("Least developed countries"), f"/{language}/search/?group=ldc"),
        MenuItem(_("Women’s public leadership"), f"/{language}/themes/women-leadership/"),
        MenuItem(_("GOLD VI cases"), f"/{language}/gold-vi/"),
    ]
