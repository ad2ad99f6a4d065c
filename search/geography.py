"""Places on the globe: circles, boxes and map tiles, in degrees and kilometres."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_RADIUS = 6371.0088
"""Kilometres; the mean radius of the IUGG."""
MAX_LATITUDE = 85.05112878
"""Degrees; where the square of Web Mercator ends."""


@dataclass(frozen=True)
class Near:
    """A circle: the place at its centre (degrees) and its radius in kilometres."""

    latitude: float
    longitude: float
    kilometres: float

    def contains(self, latitude: float, longitude: float) -> bool:
        """Tell whether a place lies within the circle."""
        away = distance(self.latitude, self.longitude, latitude, longitude)
        return away <= self.kilometres


@dataclass(frozen=True)
class Box:
    """What lies between two meridians and two parallels (degrees), edges included.

    A west greater than the east means a box across the antimeridian.
    """

    west: float
    south: float
    east: float
    north: float

    def contains(self, latitude: float, longitude: float) -> bool:
        """Tell whether a place lies within the box."""
        if not self.south <= latitude <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= longitude <= self.east
        return longitude >= self.west or longitude <= self.east


@dataclass(frozen=True)
class Point:
    """A work on the map: its place and what a reader sees of it."""

    id: str
    reference: str
    type: str
    title: str
    url: str
    language: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Cluster:
    """The works of one tile of the map: how many, and the mean of their places (degrees)."""

    zoom: int
    x: int
    y: int
    count: int
    latitude: float
    longitude: float


def distance(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Give the great-circle distance of two places in kilometres (the haversine formula)."""
    one, other = math.radians(latitude), math.radians(to_latitude)
    north = math.sin((other - one) / 2) ** 2
    east = math.sin(math.radians(to_longitude - longitude) / 2) ** 2
    half = min(1.0, north + math.cos(one) * math.cos(other) * east)
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(half))


def tile(latitude: float, longitude: float, zoom: int) -> tuple[int, int]:
    """Give the column and row of the Web Mercator tile that holds a place.

    The formula is that of slippy map tiles (wiki.openstreetmap.org/wiki/Slippy_map_tilenames).
    """
    across = 2**zoom
    latitude = max(-MAX_LATITUDE, min(MAX_LATITUDE, latitude))
    x = math.floor((longitude + 180) / 360 * across)
    y = math.floor((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * across)
    return max(0, min(across - 1, x)), max(0, min(across - 1, y))
