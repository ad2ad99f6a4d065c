"""A latitude or a longitude as people write it."""

# ruff: noqa: RUF002 - minutes and seconds of an angle have signs of their own

from __future__ import annotations

import re

from search.places import PlaceError, read_place

_SIDES = re.compile(r"[NSEWO]\s*$", re.I)


def read_degrees(text: str, *, latitude: bool) -> float | None:
    """Read one coordinate in degrees: 36.7988, 36,7988, or 36°47′56″N; None where it is none.

    A number beyond the poles or the date line is none, either.
    """
    text = text.strip().replace("−", "-")
    if "°" not in text:
        try:
            value = (
                float(text.replace(",", ".")) if text.count(",") + text.count(".") <= 1 else None
            )
        except ValueError:
            return None
        limit = 90 if latitude else 180
        return value if value is not None and abs(value) <= limit else None
    if not _SIDES.search(text):
        return None
    try:
        pair = read_place(f"{text} 0°E" if latitude else f"0°N {text}")
    except PlaceError:
        return None
    return pair[0] if latitude else pair[1]
