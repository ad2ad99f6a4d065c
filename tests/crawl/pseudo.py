"""Catalogues in which every string is marked, so that one that bypasses them is seen.

"Search" becomes "⟦fr Šéârčh⟧" in French: what a page shows without the brackets is no translation,
and what stands in brackets of another language was translated for another reader. What editors
write and what terms are called gets the same marks in the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.test import override_settings
from django.utils import translation

from portal.operations import catalogues
from search.facets import FACETS

OPEN, CLOSE = "⟦", "⟧"
_PLAIN = "aceinorsuyzACEINORSUYZ"
_ACCENTED = "âčéïñöřšüýžÂČÉÏÑÖŘŠÜÝŽ"
_ACCENTS = str.maketrans(_PLAIN, _ACCENTED)
# Placeholders, tags and entities stay as they are.
_FIXED = re.compile(r"(%\(\w+\)[a-z]|%[sd%]|\{\w*\}|<[^>]*>|&\w+;)")


def marked(language: str, text: str) -> str:
    """Mark a text as one of a language."""
    parts = _FIXED.split(text)
    accented = (p if _FIXED.fullmatch(p) else p.translate(_ACCENTS) for p in parts)
    return f"{OPEN}{language} {''.join(accented)}{CLOSE}"


def content(language: str, text: str) -> str:
    """Mark what an editor writes, without accents: searches find it."""
    return f"{OPEN}{language} {text}{CLOSE}"


def write_catalogues(folder: Path, languages: Iterable[str]) -> None:
    """Write a marked catalogue of each language for every string of the project."""
    sources = [catalogues.read(path) for path in catalogues.catalogue_files()]
    for language in languages:
        # English has no catalogue of its own; here it gets one.
        plurals = catalogues.plural_forms(language)
        forms = int(re.search(r"nplurals=(\d)", plurals)[1])  # type: ignore[index]
        made = Catalog(locale=language)
        made._num_plurals = forms  # type: ignore[assignment]
        made._plural_expr = plurals.split("plural=")[1].rstrip(";")  # type: ignore[assignment]
        for source in sources:
            for message in source:
                if message.id and made.get(message.id, message.context) is None:
                    _add(made, language, message, forms)
        target = folder / language / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(parents=True)
        with target.open("wb") as file:
            write_mo(file, made)


def _add(made: Catalog, language: str, message: Any, forms: int) -> None:
    if isinstance(message.id, str):
        made.add(message.id, marked(language, message.id), context=message.context)
    else:
        texts = tuple(marked(language, message.id[-1]) for _form in range(forms))
        made.add(message.id, texts, context=message.context)


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """Read the interface's strings from other catalogues."""
    before = translation.get_language()
    with override_settings(LOCALE_PATHS=[folder]):
        if before:
            translation.activate(before)
        assert str(FACETS[0].label).startswith(OPEN), "the marked catalogues are not read"
        yield
    if before:
        translation.activate(before)
