"""The works of a search as GeoJSON (RFC 7946), for maps."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from .engines import get_engine
from .engines.base import MapResult
from .meaning.query import neighbours
from .request import parse_request
from .vocabulary import Vocabulary

MAX_ZOOM = 18
ZOOM = 2
"""What a map shows where no zoom is asked for: the world."""
KEPT = 60
"""Seconds for which a browser or proxy may keep the data of a map."""


def collection(
    data: QueryDict, language: str, urls: Callable[[str], str], audiences: frozenset[str]
) -> dict[str, Any]:
    """Give the works of a search that have a place as a FeatureCollection.

    data: the search's parameters and the map's `zoom`; pages and order mean nothing here. urls:
    makes an address absolute. audiences: the reader's. Up to 2,000 works are points; more are
    clusters, one for each tile. `total` and `notices` stand beside the features. Raises
    EngineUnavailable.
    """
    request = parse_request(data, language, Vocabulary(audiences=audiences))
    notices = list(request.notices)
    zoom = _zoom(data.get("zoom") or "", notices)
    engine = get_engine()
    found = engine.map(request, audiences, zoom, neighbours(engine, request, audiences))
    return {
        "type": "FeatureCollection",
        "features": [*_points(found, urls), *_clusters(found)],
        "total": found.total,
        "notices": notices,
    }


def _zoom(asked: str, notices: list[str]) -> int:
    if not asked:
        return ZOOM
    if re.fullmatch(r"[0-9]{1,2}", asked) and int(asked) <= MAX_ZOOM:
        return int(asked)
    notices.append(
        _("There is no zoom “%(value)s”; it goes from 0 to %(most)d.")
        % {"value": asked[:60], "most": MAX_ZOOM}
    )
    return ZOOM


def _points(found: MapResult, urls: Callable[[str], str]) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "id": point.reference,
            "geometry": _point(point.latitude, point.longitude),
            "properties": {
                "cluster": False,
                "reference": point.reference,
                "type": point.type,
                "title": point.title,
                "language": point.language,
                "url": urls(point.url),
            },
        }
        for point in found.points
    ]


def _clusters(found: MapResult) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "id": f"{one.zoom}/{one.x}/{one.y}",
            "geometry": _point(one.latitude, one.longitude),
            "properties": {
                "cluster": True,
                "count": one.count,
                "tile": f"{one.zoom}/{one.x}/{one.y}",
            },
        }
        for one in found.clusters
    ]


def _point(latitude: float, longitude: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}
