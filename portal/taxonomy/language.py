"""Languages: the reader's, and the names, directions and places of any.

Everything is asked of Django and Babel, so that one more language of the interface is a setting,
a catalogue and its tree of pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from babel.core import Locale, UnknownLocaleError, get_global
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

T = TypeVar("T")

# What the language switch shows where a code in Latin letters says nothing to the reader.
_MARKS = {"ar": "ع"}


def short(code: str) -> str:
    """Give the language of a code without script and territory: "zh" of "zh-Hans"."""
    return code.replace("_", "-").split("-", maxsplit=1)[0].lower()


def current_language() -> str:
    """Give the reader's language, as settings.LANGUAGES writes it."""
    return short(get_language() or settings.LANGUAGE_CODE)


class ForeignText(str):
    """A text that is in another language than its reader's, and says in which."""

    language: str

    def __new__(cls, text: str, language: str) -> ForeignText:
        """Make it of a text and its language."""
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Give what it is made of, so that it can be kept in a cache."""
        return str(self), self.language


def said(text: str) -> SafeString:
    """Write a text as HTML: one in another language than its reader's says in which it is."""
    if not isinstance(text, ForeignText):
        return conditional_escape(text)
    return format_html('<span lang="{}" dir="auto">{}</span>', text.language, text)


def best(texts: Mapping[str, T], language: str) -> T | None:
    """Give the text in a language, else in the first fallback language that has one, else None."""
    for code in (language, *settings.FALLBACK_LANGUAGES):
        if text := texts.get(code):
            return text
    return None


def label_languages() -> list[tuple[str, str]]:
    """List the languages in which terms may have labels, the interface's first."""
    codes = [*(code for code, _name in settings.LANGUAGES), *settings.LABEL_LANGUAGES]
    return [(code, own_name(code)) for code in dict.fromkeys(codes)]


def is_known(code: str) -> bool:
    """Tell whether a code is that of a language."""
    return short(code) in LANG_INFO or _babel(short(code)) is not None


@lru_cache(maxsize=512)
def own_name(code: str) -> str:
    """Give a language's name in itself, or the code of one that nobody knows."""
    found = short(code)
    locale = _babel(found)
    known = locale.get_display_name() if locale else LANG_INFO.get(found, {}).get("name_local")
    return f"{known[0].upper()}{known[1:]}" if known else code


def name(code: str, language: str) -> str:
    """Give a language's name in another, or in itself where that one has none for it."""
    locale = _babel(short(language))
    return (locale.languages.get(short(code)) if locale else None) or own_name(code)


def direction(code: str) -> str:
    """Give the direction in which a language is written: "rtl" or "ltr"."""
    locale = _babel(short(code))
    if locale is not None:
        return str(locale.text_direction)
    return "rtl" if LANG_INFO.get(short(code), {}).get("bidi") else "ltr"


def mark(code: str) -> str:
    """Give the sign that stands for a language where there is no room for its name."""
    return _MARKS.get(short(code), short(code).upper())


def writing_locale(code: str) -> str:
    """Give the locale by which dates and lists are written: British English, plain French."""
    found = short(code)
    territory = settings.LANGUAGE_TERRITORIES.get(found)
    if territory:
        return f"{found}_{territory}"
    return found if _babel(found) else settings.LANGUAGE_CODE


@lru_cache(maxsize=512)
def full_locale(code: str) -> str:
    """Give a language with the territory where most read it ("fr_FR"), or the code alone."""
    found = short(code)
    likely = get_global("likely_subtags").get(found, "").split("_")
    territory = settings.LANGUAGE_TERRITORIES.get(found) or likely[-1]
    return f"{found}_{territory}" if len(territory) == 2 and territory.isupper() else found


@lru_cache(maxsize=512)
def _babel(code: str) -> Locale | None:
    try:
        return Locale.parse(code)
    except (UnknownLocaleError, ValueError, TypeError):
        return None
