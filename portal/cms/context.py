"""What every page's templates know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info

from . import menus
from .addresses import in_language
from .models import WorkPage


@dataclass(frozen=True)
class LanguageLink:
    """One entry of the language switch."""

    code: str
    name: str
    url: str
    current: bool
    dir: str


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the interface's language and direction, and the language switch."""
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    info = get_language_info(language)
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "demo": settings.DEMO,
        "language": language,
        "language_dir": "rtl" if info["bidi"] else "ltr",
        "language_links": _LazyLinks(request, language),
        "main_menu": menus.main(language, request.path),
        "footer_menu": menus.footer(language),
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

    A search keeps its query; a work that is not translated is offered under the other language's
    interface with a notice; what exists in one language only leads to its parent's translation.
    """
    links = []
    pages = _translations(request)
    for code, _name in settings.LANGUAGES:
        info = get_language_info(code)
        links.append(
            LanguageLink(
                code=code,
                name=info["name_local"].capitalize(),
                url=_address(request, code, pages),
                current=code == language,
                dir="rtl" if info["bidi"] else "ltr",
            )
        )
    return links


def _translations(request: HttpRequest) -> dict[str, str] | None:
    """Give language -> address of the page that is shown, or None where it is not a page."""
    page = getattr(request, "shown_page", None)
    if page is None:
        return None
    found = {
        other.locale.language_code: other.get_url(request) or "" for other in page.live_translations
    }
    if isinstance(page, WorkPage):
        reference = page.work.reference
        for code, _name in settings.LANGUAGES:
            found.setdefault(code, f"/{code}/w/{reference}/")
    return found


def _address(request: HttpRequest, code: str, pages: dict[str, str] | None) -> str:
    if pages is not None:
        return pages.get(code) or f"/{code}/"
    path = urlsplit(request.get_full_path())
    translated = in_language(path.path, code)
    if translated is None:
        return f"/{code}/"
    return f"{translated}?{path.query}" if path.query else translated
