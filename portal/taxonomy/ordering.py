"""In which order terms are listed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from .models import Kind
from .snapshot import Entry

# Kinds without an order of their own: they are listed by label, in the reader's language.
BY_LABEL = frozenset({Kind.COUNTRY})


def fold(text: str) -> str:
    """Give a text without case and accents, to compare and to sort by."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def in_order(entries: Iterable[Entry], language: str) -> list[Entry]:
    """Order terms of one kind, given in the taxonomy's order, for a reader of a language."""
    entries = list(entries)
    if entries and entries[0].kind in BY_LABEL:
        entries.sort(key=lambda entry: fold(entry.label(language)))
    return entries
