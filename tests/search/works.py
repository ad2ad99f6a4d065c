"""Small works to search for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from search.document import PUBLIC, LanguageText, SearchDocument


def work(
    key: str,
    title: str = "Untitled",
    *,
    language: str = "en",
    summary: str = "",
    body: str = "",
    place: str = "",
    texts: Mapping[str, LanguageText] | None = None,
    facets: Mapping[str, Sequence[str]] | None = None,
    audience: str = PUBLIC,
    labels: str = "",
    version: int = 1,
    year: int | None = None,
    published: str = "2024-01-01T00:00:00+00:00",
    rank: float = 0.0,
    reference: str = "",
) -> SearchDocument:
    """Make a work with one text, or with the texts given."""
    return SearchDocument(
        id=key,
        reference=reference,
        type="good-practice",
        version=version,
        texts=texts or {language: text(title, language, summary, body, place)},
        facets={name: tuple(codes) for name, codes in (facets or {}).items()},
        audience=audience,
        labels=labels,
        year=year,
        published=published,
        rank=rank,
    )


def text(
    title: str, language: str = "en", summary: str = "", body: str = "", place: str = ""
) -> LanguageText:
    """Make what a work says in one language."""
    return LanguageText(title, f"/{language}/work/", language, summary, place, body)
