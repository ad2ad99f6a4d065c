"""Places as people and programs write them: decimals, degrees and minutes, boxes."""

# ruff: noqa: RUF001, RUF002 - minutes and seconds of an angle have signs of their own

from __future__ import annotations

import math
import re

from django.utils.translation import gettext as _

from .geography import Box, Near

WITHIN = 50.0
"""Kilometres around a place where nothing else is asked for."""
MAX_WITHIN = 2000.0
PLACES = 5
"""Decimal places of a degree that are kept: a metre. So an address says all that is searched."""
_NUMBER = r"\d{1,3}(?:[.,]\d+)?"
_ANGLE = re.compile(
    rf"(?P<degrees>{_NUMBER})\s*°\s*(?:(?P<minutes>{_NUMBER})\s*['′’]\s*)?"
    rf"(?:(?P<seconds>{_NUMBER})\s*(?:\"|″|”|''|′′)\s*)?(?P<side>[NSEWO])",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"[-+−]?\d{1,3}(?:\.\d+)?")


class PlaceError(ValueError):
    """A place or box cannot be understood; the text says why, for the reader."""


def read_place(text: str) -> tuple[float, float]:
    """Read latitude and longitude in degrees.

    Understands "41.38,2.17", "41.38 2.17", decimal commas ("41,38; 2,17") and degrees with minutes
    and seconds ("41°23′N 2°10′E"; O is west, as in French and Spanish). Raises PlaceError.
    """
    pair = _angles(text) if "°" in text else _decimals(text)
    if pair is None:
        raise PlaceError(
            _("“%(value)s” is no place; write latitude and longitude, as in 41.38,2.17.")
            % {"value": text[:60]}
        )
    latitude, longitude = pair
    if abs(latitude) > 90 >= abs(longitude):
        raise PlaceError(
            _("“%(value)s” lies nowhere: latitude comes first, then longitude.")
            % {"value": text[:60]}
        )
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise PlaceError(
            _("“%(value)s” lies nowhere: latitudes end at 90 degrees, longitudes at 180.")
            % {"value": text[:60]}
        )
    return _rounded(latitude), _rounded(longitude)


def read_near(place: str, within: str) -> Near:
    """Read a circle: its centre, and its radius in kilometres (WITHIN where empty).

    Raises PlaceError.
    """
    latitude, longitude = read_place(place)
    if not within:
        return Near(latitude, longitude, WITHIN)
    text = within.replace(",", ".")
    kilometres = float(text) if re.fullmatch(r"\d{1,5}(?:\.\d{1,3})?", text) else 0.0
    if not 0 < kilometres <= MAX_WITHIN:
        raise PlaceError(
            _("“%(value)s” is no distance; write 1 to %(most)d kilometres.")
            % {"value": within[:60], "most": MAX_WITHIN}
        )
    return Near(latitude, longitude, kilometres)


def read_box(text: str) -> Box:
    """Read "west,south,east,north" in degrees.

    Longitudes may run on beyond 180, as those of a map that was turned around the globe do; a
    box wider than the globe is the globe. Raises PlaceError.
    """
    parts = [_number(part) for part in text.split(",")]
    numbers = [part for part in parts if part is not None]
    if len(parts) != 4 or len(numbers) != 4:
        raise PlaceError(
            _("“%(value)s” is no area; write west,south,east,north in degrees.")
            % {"value": text[:60]}
        )
    west, south, east, north = numbers
    if not (-90 <= south <= north <= 90 and abs(west) <= 540 and abs(east) <= 540):
        raise PlaceError(
            _("“%(value)s” is no area: its south must not lie north of its north.")
            % {"value": text[:60]}
        )
    if east - west >= 360:
        return Box(-180.0, _rounded(south), 180.0, _rounded(north))
    sides = (_turned(west), south, _turned(east), north)
    return Box(*map(_rounded, sides))


def written(degrees: float) -> str:
    """Write degrees as an address does, with all places that are kept and no more."""
    return f"{degrees:.{PLACES}f}".rstrip("0").rstrip(".")


def _rounded(degrees: float) -> float:
    return round(degrees, PLACES) + 0.0  # no negative zero


def _angles(text: str) -> tuple[float, float] | None:
    found: dict[str, float] = {}
    for match in _ANGLE.finditer(text):
        parts = [_number(match[name] or "0") for name in ("degrees", "minutes", "seconds")]
        degrees, minutes, seconds = (part or 0.0 for part in parts)
        if minutes >= 60 or seconds >= 60:
            return None
        value = degrees + minutes / 60 + seconds / 3600
        side = match["side"].upper()
        axis = "latitude" if side in "NS" else "longitude"
        if axis in found:
            return None
        found[axis] = -value if side in "SWO" else value
    if len(found) != 2:
        return None
    return found["latitude"], found["longitude"]


def _decimals(text: str) -> tuple[float, float] | None:
    parts = [part for part in re.split(r"\s*;\s*|\s+,\s*|,\s+|\s+", text.strip()) if part]
    if len(parts) == 1:
        parts = parts[0].split(",")
        if len(parts) == 4:  # two numbers with decimal commas
            parts = [".".join(parts[:2]), ".".join(parts[2:])]
    numbers = [_number(part.rstrip(",")) for part in parts]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        return None
    return numbers[0], numbers[1]


def _number(text: str) -> float | None:
    text = text.strip().replace(",", ".").replace("−", "-")
    if not _DECIMAL.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _turned(longitude: float) -> float:
    if -180 <= longitude <= 180:
        return longitude
    return (longitude + 180) % 360 - 180
