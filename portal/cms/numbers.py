"""Numbers as people of a language write them."""

from __future__ import annotations

from functools import lru_cache

from babel.numbers import format_decimal


@lru_cache(maxsize=4096)
def spelled(value: int | float, language: str) -> str:
    """Write a number with the language's separators and Western digits.

    Kept in memory: a search page writes two hundred counts, most of them the same small ones.
    """
    return format_decimal(value, locale=language, numbering_system="latn")
