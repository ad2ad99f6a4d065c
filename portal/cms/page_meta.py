"""What the head of every public page says of it: description, address, languages, picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext

from portal.taxonomy.language import full_locale
from portal.taxonomy.snapshot import Entry

from . import links, social_card, structured
from .addresses import in_language, root, whole
from .models import HomePage, WorkPage

DESCRIPTION_LETTERS: Final = 300


@dataclass(frozen=True)
class PageMeta:
    """What a page's head says. `alternates` are its languages, each with code and address."""

    title: str
    description: str
    url: str
    kind: str
    locale: str
    image: str
    image_alt: str
    published: Any = None
    modified: Any = None
    section: str = ""
    alternates: list[dict[str, str]] = field(default_factory=list)
    data: SafeString | str = ""

    @property
    def other_locales(self) -> list[str]:
        """List the locales of the translations, this page's own left out."""
        found = (full_locale(row["code"]) for row in self.alternates if row["code"] != "x-default")
        return [locale for locale in found if locale != self.locale]


def describe(request: HttpRequest, context: Mapping[str, Any]) -> PageMeta:
    """Say of a page, or of an entry point or search, what its head says."""
    page = context.get("page")
    if isinstance(page, WorkPage):
        return _of_work(request, page, is_public=not context.get("audience"))
    if page is not None and hasattr(page, "meta_description"):
        return _of_page(request, page)
    return _of_route(request, context)


def _of_work(request: HttpRequest, page: WorkPage, *, is_public: bool) -> PageMeta:
    """Describe a work; one that is not for everybody has no card that a messenger could fetch."""
    base = root(request)
    language = page.locale.language_code
    card = social_card.work_card(page) if is_public else social_card.portal_card(language)
    image = f"{base}{card.url}"
    nodes = [
        structured.work(page, base, image),
        structured.breadcrumbs(_steps(request, page)),
        structured.publisher(base),
    ]
    themes = page.theme_entries
    return PageMeta(
        title=page.seo_title or page.title,
        description=_short(page.meta_description),
        url=page.full_url,
        kind="article",
        locale=full_locale(page.own_language),
        image=image,
        image_alt=" · ".join(part for part in (card.kind, page.title, card.place) if part),
        published=page.first_published_at,
        modified=page.last_published_at,
        section=themes[0].label(language) if themes else "",
        alternates=page.alternates,
        data=structured.script(nodes),
    )


def _steps(request: HttpRequest, page: Any) -> list[tuple[str, str]]:
    """Give the way to a page, from the home page of its language to itself."""
    return [
        (f"{root(request)}/{page.locale.language_code}/", gettext("Home")),
        *((whole(request, url), name) for url, name in page.trail),
        (page.full_url, page.title),
    ]


def _of_page(request: HttpRequest, page: Any) -> PageMeta:
    base = root(request)
    language = page.locale.language_code
    is_home = isinstance(page, HomePage)
    nodes = [structured.publisher(base)]
    if is_home:
        nodes.append(structured.website(base, language))
    else:
        nodes.append(structured.breadcrumbs(_steps(request, page)))
    title = page.seo_title or (settings.WAGTAIL_SITE_NAME if is_home else page.title)
    url, alternates = _of_part(request, page.full_url, page.alternates)
    return PageMeta(
        title=title,
        description=_short(page.meta_description),
        url=url,
        kind="website",
        locale=full_locale(language),
        alternates=alternates,
        data=structured.script(nodes),
        **_portal_picture(base, language),
    )


def _of_route(request: HttpRequest, context: Mapping[str, Any]) -> PageMeta:
    """Describe an entry point or the search, which exist in every language of the interface."""
    base = root(request)
    language = str(context.get("language") or settings.LANGUAGE_CODE)
    entry, term = context.get("entry"), context.get("term")
    term = term if isinstance(term, Entry) else None
    title = context.get("heading") or getattr(entry, "title", "") or gettext("Search")
    lead = (term.description(language) if term else "") or getattr(entry, "lead", "")
    url = f"{base}{request.path}"
    alternates = [
        {"code": code, "url": f"{base}{in_language(request.path, code) or request.path}"}
        for code, _name in settings.LANGUAGES
    ]
    default = next(row["url"] for row in alternates if row["code"] == settings.LANGUAGE_CODE)
    alternates.append({"code": "x-default", "url": default})
    url, alternates = _of_part(request, url, alternates)
    steps = [(f"{base}{links.home(language)}", gettext("Home"))]
    if term and entry:
        steps.append((f"{base}{request.path.rsplit('/', 2)[0]}/", str(entry.title)))
    steps.append((f"{base}{request.path}", str(title)))
    return PageMeta(
        title=str(title),
        description=_short(str(lead)),
        url=url,
        kind="website",
        locale=full_locale(language),
        alternates=alternates,
        data=structured.script([structured.breadcrumbs(steps), structured.publisher(base)]),
        **_portal_picture(base, language),
    )


def _of_part(
    request: HttpRequest, url: str, alternates: list[dict[str, str]]
) -> tuple[str, list[dict[str, str]]]:
    """Give address and translations of a later part of a list.

    It is a page of its own, and not the same one in another language.
    """
    number = request.GET.get("page", "")
    if number.isascii() and number.isdecimal() and int(number[:9]) > 1:
        return f"{url}?page={int(number[:9])}", []
    return url, alternates


def _portal_picture(base: str, language: str) -> dict[str, str]:
    card = social_card.portal_card(language)
    alt = ": ".join(part for part in (settings.WAGTAIL_SITE_NAME, card.title) if part)
    return {"image": f"{base}{card.url}", "image_alt": alt}


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(DESCRIPTION_LETTERS)
