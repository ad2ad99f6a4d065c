"""Which language a reader gets where the address says none, and what is remembered of a choice."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language_from_path, get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from search.public import only_public

from .models import HomePage


def published_languages() -> set[str]:
    """Give the languages of the interface whose home page everybody may read."""
    # Aliases are left out here: asked for them, SQLite walks through all pages that are none.
    homes = only_public(HomePage.objects.order_by())
    known = {code for code, _name in settings.LANGUAGES}
    rows = homes.values_list("locale__language_code", "alias_of")
    return known & {code for code, original in rows if original is None}


def wanted_languages(request: HttpRequest) -> list[str]:
    """List the languages that a reader wants: the one chosen before, then the browser's."""
    accepted = parse_accept_lang_header(request.headers.get("accept-language", ""))
    asked = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""), *(c for c, _q in accepted)]
    found = []
    for code in asked:
        try:
            found.append(get_supported_language_variant(code))
        except LookupError:
            continue
    return list(dict.fromkeys(found))


def best_published(request: HttpRequest) -> str:
    """Give the first language wanted that has a home page, else the first fallback that has one."""
    published = published_languages()
    order = (*wanted_languages(request), *settings.FALLBACK_LANGUAGES, settings.LANGUAGE_CODE)
    return next((code for code in order if code in published), settings.LANGUAGE_CODE)


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Remember the language of a page to which the reader switched from one in another.

    Only the switch leads from one language's pages to another's. So the page before says that it
    was used: no second request, no script, nothing in the address.
    """
    name = settings.LANGUAGE_COOKIE_NAME
    language = get_language_from_path(request.path_info)
    if request.method != "GET" or not language or response.status_code >= 400:
        return
    try:
        before = urlsplit(request.headers.get("referer", ""))
    except ValueError:  # whoever asks may write anything into it
        return
    if before.netloc != request.get_host() or request.COOKIES.get(name) == language:
        return
    if get_language_from_path(before.path) in (None, language):
        return
    response.set_cookie(
        name,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    patch_cache_control(response, private=True)  # no shared cache hands one reader's choice on
