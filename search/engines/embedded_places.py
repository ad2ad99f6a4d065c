"""What the index cannot do with places: circles, and the clusters of a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import FieldType, Occur, Query

from ..geography import EARTH_RADIUS, Box, Cluster, Near, tile

_CLOSE = 1e-6  # kilometres; where two ways to reckon a distance may differ, the exact one decides


class Places:
    """The different places of an index, each as the term that stands for it there."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = list(terms)
        degrees = [tuple(map(float, term.split(","))) for term in self._terms]
        self._degrees: NDArray[np.float64] = np.array(degrees, dtype=np.float64).reshape(-1, 2)

    def near(self, schema: tantivy.Schema, near: Near) -> Query:
        """Match the works whose place lies in a circle."""
        away = self._distances(near)
        inside = away <= near.kilometres
        for index in np.flatnonzero(np.abs(away - near.kilometres) <= _CLOSE):
            inside[index] = near.contains(*map(float, self._degrees[index]))
        count = int(inside.sum())
        if count * 2 <= len(self._terms):
            return _any_place(schema, [self._terms[i] for i in np.flatnonzero(inside)])
        outside = _any_place(schema, [self._terms[i] for i in np.flatnonzero(~inside)])
        return Query.boolean_query([(Occur.Must, somewhere()), (Occur.MustNot, outside)])

    def _distances(self, near: Near) -> NDArray[np.float64]:
        """Give the distance of every place from the middle of a circle, as `geography` does."""
        latitudes, longitudes = np.radians(self._degrees).T
        middle, meridian = np.radians([near.latitude, near.longitude])
        north = np.sin((latitudes - middle) / 2) ** 2
        east = np.sin((longitudes - meridian) / 2) ** 2
        half = np.minimum(1.0, north + np.cos(middle) * np.cos(latitudes) * east)
        away: NDArray[np.float64] = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(half))
        return away


def place_term(latitude: float, longitude: float) -> str:
    """Give the term that stands for a place."""
    return f"{latitude!r},{longitude!r}"


def somewhere() -> Query:
    """Match the works that have a place."""
    return Query.exists_query("latitude")


def inside(schema: tantivy.Schema, box: Box) -> Query:
    """Match the works whose place lies in a box."""
    between = [(Occur.Must, _range(schema, "latitude", box.south, box.north))]
    if box.west <= box.east:
        between.append((Occur.Must, _range(schema, "longitude", box.west, box.east)))
    else:
        sides = [
            (Occur.Should, _range(schema, "longitude", box.west, None)),
            (Occur.Should, _range(schema, "longitude", None, box.east)),
        ]
        between.append((Occur.Must, Query.boolean_query(sides)))
    return Query.boolean_query(between)


def clusters(
    latitudes: Sequence[float], longitudes: Sequence[float], zoom: int
) -> tuple[Cluster, ...]:
    """Give the clusters of places: those of one tile together, in the order of x and y."""
    counts = Counter(zip(latitudes, longitudes, strict=True))
    tiles: dict[tuple[int, int], list[float]] = {}
    for (latitude, longitude), count in counts.items():
        sums = tiles.setdefault(tile(latitude, longitude, zoom), [0, 0.0, 0.0])
        sums[0] += count
        sums[1] += latitude * count
        sums[2] += longitude * count
    return tuple(
        Cluster(zoom, x, y, int(count), latitude / count, longitude / count)
        for (x, y), (count, latitude, longitude) in sorted(tiles.items())
    )


def _any_place(schema: tantivy.Schema, terms: list[str]) -> Query:
    return Query.term_set_query(schema, "place", terms)


def _range(schema: tantivy.Schema, field: str, low: float | None, high: float | None) -> Query:
    return Query.range_query(
        schema,
        field,
        FieldType.Float,
        None if low is None else float(low),
        None if high is None else float(high),
    )
