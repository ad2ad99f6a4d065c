"""Partial dates and periods, as people read them."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date, format_skeleton
from django.utils.translation import gettext

from portal.taxonomy.language import current_language, writing_locale


def locale() -> str:
    """Give the locale whose dates and lists the reader knows: British ones in English."""
    return writing_locale(current_language())


def short(start: str, end: str, is_open: bool = False) -> str:
    """Write a period in years: "2012–2015", "2012–" while it goes on, "2012"."""
    first, last = start[:4], end[:4]
    if first and last and first != last:
        return f"{first}–{last}"
    if first and is_open:
        return f"{first}–"
    return first or last


def spelled(value: str) -> str:
    """Write a partial date in the reader's language: a year, a month of a year, or a day."""
    if len(value) == 4:
        return value
    if len(value) == 7:
        day = date(int(value[:4]), int(value[5:7]), 1)
        return format_skeleton("yMMMM", day, locale=locale())
    return format_date(date.fromisoformat(value), format="long", locale=locale())


def long(start: str, end: str, is_open: bool = False) -> str:
    """Write a period in full: "May 2012 – ongoing"."""
    if not start:
        return spelled(end) if end else ""
    if end:
        return f"{spelled(start)} – {spelled(end)}" if end != start else spelled(start)
    if is_open:
        return gettext("%(start)s – ongoing") % {"start": spelled(start)}
    return spelled(start)
