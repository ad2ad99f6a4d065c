"""Which section a government most likely belongs to, by its country.

UCLG's sections are not the world regions of the United Nations. Where their borders differ, or a
country's governments belong to more than one, nothing is said, and the author chooses.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import Entry, snapshot

# The section of the governments of a region (M49); the narrowest region that is listed counts.
_OF_REGION: Mapping[str, str] = {
    "002": "africa",
    "021": "north-america",
    "419": "latin-america",
    "030": "aspac",
    "034": "aspac",
    "035": "aspac",
    "009": "aspac",
    "143": "eurasia",
    "145": "mewa",
    "150": "europe",
}
# "" where the region does not tell.
_OF_COUNTRY: Mapping[str, str] = {
    "RUS": "eurasia",
    **dict.fromkeys(("AFG", "ARM", "AZE", "BLR", "CYP", "GEO", "IRN", "ISR", "MNG"), ""),
}


def section_of(country: Entry) -> Entry | None:
    """Give the section of the governments of a country, or None where the country does not tell."""
    code = _OF_COUNTRY.get(country.code)
    if code is None:
        above = (region.code for region in snapshot().ancestors(country))
        code = next((_OF_REGION[region] for region in above if region in _OF_REGION), "")
    found = snapshot().resolve(Kind.SECTION, code) if code else None
    return found if found is not None and found.current else None
