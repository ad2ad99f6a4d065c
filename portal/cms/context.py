"""What every page's templates know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.taxonomy.language import current_language, direction, mark, own_name
from search import audience

from . import links, menus
from .addresses import in_language
from .models import WorkPage


@dataclass(frozen=True)
class LanguageLink:
    """One entry of the language switch."""

    code: str
    name: str
    mark: str
    url: str
    current: bool
    dir: str


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the interface's language and direction, and the language switch."""
    language = current_language()
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "demo": settings.DEMO,
        "language": language,
        "language_dir": direction(language),
        "language_links": _LazyLinks(request, language),
        "main_menu": menus.main(language, request.path),
        "footer_menu": menus.footer(language),
        "members_menu": SimpleLazyObject(
            lambda: menus.for_members(language, audience.remembered(request))
        ),
        "shortcuts": menus.shortcuts(language),
    }


class _LazyLinks:
    """The language switch, made only where a template shows it."""

    def __init__(self, request: HttpRequest, language: str) -> None:
        self.request = request
        self.language = language

    def __iter__(self) -> Any:
        return iter(language_links(self.request, self.language))


def language_links(request: HttpRequest, language: str) -> list[LanguageLink]:
    """Give this page's address in every language of the interface.

    A search or list keeps its query. A page that is not translated is offered under the other
    language's interface, in the best language that it has, with a notice. What was refused has no
    other address: there the switch leads to the home page.
    """
    found = []
    pages = _translations(request)
    for code, _name in settings.LANGUAGES:
        found.append(
            LanguageLink(
                code=code,
                name=own_name(code),
                mark=mark(code),
                url=_address(request, code, pages),
                current=code == language,
                dir=direction(code),
            )
        )
    return found


def _translations(request: HttpRequest) -> dict[str, str] | None:
    """Give language -> address of the page that is shown, or None where it is not a page."""
    page = getattr(request, "shown_page", None)
    if page is None:
        return None
    found = {
        other.locale.language_code: url
        for other in page.live_translations
        if (url := other.get_url(request))
    }
    own = page.get_url(request)
    for code, _name in settings.LANGUAGES:
        # A work that is only previewed has no address yet.
        if isinstance(page, WorkPage) and (reference := page.work.reference):
            found.setdefault(code, links.work(code, reference))
        elif own and page.live:
            # The same place below another home page; see `HomePage.route`.
            found.setdefault(code, links.home(code) + own.split("/", 2)[2])
    return found


def _address(request: HttpRequest, code: str, pages: dict[str, str] | None) -> str:
    if getattr(request, "was_refused", False):
        return links.home(code)
    path = urlsplit(request.get_full_path())
    address = in_language(path.path, code) if pages is None else pages.get(code)
    if address is None:
        return links.home(code)
    is_preview = getattr(request, "is_preview", False)
    return f"{address}?{path.query}" if path.query and not is_preview else address
