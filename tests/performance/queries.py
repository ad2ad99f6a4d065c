"""What is searched for: some searches of each kind, drawn from the same words and terms."""

from __future__ import annotations

from urllib.parse import urlencode

from portal.taxonomy.models import Kind

from .prose import Language
from .works import Generator

Pairs = list[tuple[str, str]]


def searches(made: Generator, each: int) -> dict[str, list[str]]:
    """Give kind of search -> `each` addresses of search pages."""

    def terms(kind: Kind, facet: str, place: int) -> tuple[str, str]:
        values = made.terms[kind].values
        return (facet, values[place % len(values)].code)

    def words(language: str, rank: int) -> str:
        return _word(made.languages[language], rank)

    def country(place: int) -> tuple[str, str]:
        return ("region", made.countries.values[place].code)

    kinds: dict[str, list[tuple[str, Pairs]]] = {
        "everything": [("en", [])] * each,
        "common word": [("en", [("q", words("en", 25 + 5 * i))]) for i in range(each)],
        "rare word": [("en", [("q", words("en", 9000 + 700 * i))]) for i in range(each)],
        "two words": [
            ("en", [("q", f"{words('en', 60 + 9 * i)} {words('en', 90 + 11 * i)}")])
            for i in range(each)
        ],
        "one facet": [("en", [terms(Kind.THEME, "theme", i)]) for i in range(each)],
        "two facets": [
            ("en", [terms(Kind.SDG, "sdg", i), terms(Kind.TERRITORY, "territory", i)])
            for i in range(each)
        ],
        "three facets": [
            ("en", [terms(Kind.THEME, "theme", i), terms(Kind.SDG, "sdg", i), country(i)])
            for i in range(each)
        ],
        "word and facet": [
            ("en", [("q", words("en", 40 + 7 * i)), terms(Kind.SDG, "sdg", i)]) for i in range(each)
        ],
        "by title": [
            ("en", [terms(Kind.SECTION, "section", i), ("sort", "title")]) for i in range(each)
        ],
        "French": [("fr", [("q", words("fr", 60 + 9 * i))]) for i in range(each)],
        "Arabic": [("ar", [("q", words("ar", 60 + 9 * i))]) for i in range(each)],
    }
    return {
        kind: [_address(language, pairs) for language, pairs in asked]
        for kind, asked in kinds.items()
    }


def completions(made: Generator, each: int) -> list[str]:
    """Give what people may have typed so far: the first letters of words of all frequencies."""
    words = [_word(made.languages["en"], 30 + 300 * number) for number in range(each)]
    return [word[: 3 + number % 3] for number, word in enumerate(words)]


def _word(language: Language, rank: int) -> str:
    """Give a word of that rank, or the next one that has four letters."""
    return next(word for word in language.words[rank:] if len(word) > 3)


def _address(language: str, pairs: Pairs) -> str:
    query = urlencode(pairs)
    return f"/{language}/search/" + (f"?{query}" if query else "")
