"""The map's data: the same search, the same privacy, as GeoJSON."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from search.engines import base
from search.engines import embedded as embedded_module
from search.engines.base import Engine, EngineUnavailable
from search.indexer import drain
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("world")]


@pytest.fixture
def practices(index: Engine) -> dict[str, Any]:
    """Works with a place, without one, and one that nobody may see."""
    found = {
        "lagos": works.practice("africa", title="Lagos", latitude=6.45, longitude=3.39),
        "ibadan": works.practice("africa", title="Ibadan", latitude=7.38, longitude=3.95),
        "quito": works.hub(title="Quito", latitude=-0.18, longitude=-78.47),
        "nowhere": works.practice(title="Nowhere", latitude=None, longitude=None),
        "hidden": works.practice(title="Hidden", latitude=6.5, longitude=3.4),
    }
    PageViewRestriction.objects.create(
        page=found["hidden"], restriction_type=PageViewRestriction.LOGIN
    )
    drain()
    return found


def ask(client: Client, **query: str) -> dict[str, Any]:
    answer = client.get("/api/v1/map", query)
    assert answer.status_code == 200
    assert answer["content-type"] == "application/geo+json"
    found: dict[str, Any] = answer.json()
    return found


def titles(found: dict[str, Any]) -> list[str]:
    return sorted(feature["properties"]["title"] for feature in found["features"])


def test_points(client: Client, practices: dict[str, Any]) -> None:
    found = ask(client)
    assert found["type"] == "FeatureCollection"
    assert titles(found) == ["Ibadan", "Lagos", "Quito"]
    assert found["total"] == 3
    lagos = next(f for f in found["features"] if f["properties"]["title"] == "Lagos")
    assert lagos["geometry"] == {"type": "Point", "coordinates": [3.39, 6.45]}
    assert lagos["properties"]["url"].endswith(practices["lagos"].url)
    assert lagos["properties"]["cluster"] is False


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"type": "hub"}, ["Quito"]),
        ({"q": "Lagos"}, ["Lagos"]),
        ({"box": "-90,-10,-70,10"}, ["Quito"]),
        ({"box": "3,6,-70,8"}, ["Ibadan", "Lagos"]),
        ({"near": "6.45,3.39", "within": "20"}, ["Lagos"]),
        ({"near": "6.45,3.39", "within": "200"}, ["Ibadan", "Lagos"]),
        ({"q": "Lagos", "type": "hub"}, []),
    ],
)
@pytest.mark.usefixtures("practices")
def test_it_obeys_the_search(client: Client, query: dict[str, str], expected: list[str]) -> None:
    found = ask(client, **query)
    assert titles(found) == expected
    listed = client.get("/api/v1/search", query).json()
    assert [hit["title"] for hit in listed["hits"] if hit["title"] != "Nowhere"] or not expected


@pytest.mark.usefixtures("practices")
def test_many_are_clustered_by_tile(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_POINTS", 2)
    monkeypatch.setattr(embedded_module, "MAX_POINTS", 2)
    found = ask(client, zoom="1")
    assert [f["properties"]["cluster"] for f in found["features"]] == [True, True]
    assert [f["properties"]["tile"] for f in found["features"]] == [
        f["id"] for f in found["features"]
    ]
    assert sum(f["properties"]["count"] for f in found["features"]) == found["total"] == 3
    assert len(ask(client, zoom="12")["features"]) == 3


@pytest.mark.usefixtures("practices")
@pytest.mark.parametrize("zoom", ["-1", "abc", "19", "99", "9" * 50, "١", "1.5", "nan"])
def test_a_zoom_that_is_none_is_answered_and_said(client: Client, zoom: str) -> None:
    found = ask(client, zoom=zoom)
    assert found["total"] == 3
    assert zoom[:60] in found["notices"][0]


@pytest.mark.usefixtures("practices")
@pytest.mark.parametrize("zoom", ["", "0", "18"])
def test_a_zoom_is_understood(client: Client, zoom: str) -> None:
    assert ask(client, zoom=zoom)["notices"] == []


@pytest.mark.usefixtures("practices")
def test_it_may_be_kept_for_a_minute(client: Client) -> None:
    assert client.get("/api/v1/map")["cache-control"] == "public, max-age=60"


@pytest.mark.usefixtures("practices")
def test_what_is_not_understood_is_said(client: Client) -> None:
    found = ask(client, box="nonsense", near="1,2,3", theme="no-such-theme", lang="fr")
    assert len(found["notices"]) == 3


def test_no_engine_no_map(client: Client, index: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: Any, **kwargs: Any) -> None:
        raise EngineUnavailable("The server is down.")

    monkeypatch.setattr(index, "map", down)
    answer = client.get("/api/v1/map")
    assert answer.status_code == 503
    assert answer["retry-after"] == "30"
    assert "The server is down" not in answer.json()["detail"]
