"""Places: circles and boxes as filters, and the works of a search on a map."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from search.document import SearchDocument
from search.engines.base import MAX_POINTS, Engine
from search.geography import Box, Near, Point, distance, tile
from search.request import SearchRequest, Sort
from search.text import parse_words
from tests.search.works import text, work

PUBLIC = frozenset({"public"})
NAIROBI, MOMBASA = (-1.2864, 36.8172), (-4.0547, 39.6636)
SUVA, APIA, POLE = (-18.1416, 178.4419), (-13.8333, -171.7667), (89.9, 10.0)


@pytest.fixture
def places(engine: Engine) -> Engine:
    """The engine with works in five places, and one in none."""
    engine.rebuild(
        [
            work("nairobi", point=NAIROBI, facets={"region": ["KEN"]}),
            work("mombasa", point=MOMBASA, facets={"region": ["KEN"]}),
            work("suva", point=SUVA),
            work("apia", point=APIA),
            work("pole", point=POLE),
            work("nowhere", facets={"region": ["KEN"]}),
        ]
    )
    return engine


def ids(engine: Engine, **search: object) -> set[str]:
    request = SearchRequest(**search)  # type: ignore[arg-type]
    result = engine.search(request, PUBLIC)
    assert result.total == len(result.hits)
    mapped = engine.map(request, PUBLIC, 5)
    assert mapped.total == len(mapped.points)
    assert {point.id for point in mapped.points} == {hit.document.id for hit in result.hits}
    return {hit.document.id for hit in result.hits}


CIRCLES: dict[Near, set[str]] = {
    Near(*NAIROBI, 1): {"nairobi"},
    Near(*NAIROBI, 430): {"nairobi"},
    Near(*NAIROBI, 450): {"nairobi", "mombasa"},
    Near(*SUVA, 1300): {"suva", "apia"},
    Near(-16, 180, 1100): {"suva", "apia"},
    Near(90, -170, 20): {"pole"},
    Near(0, 0, 20038): {"nairobi", "mombasa", "suva", "apia", "pole"},
    Near(0, 0, 1): set(),
}
BOXES: dict[Box, set[str]] = {
    Box(36, -5, 40, 0): {"nairobi", "mombasa"},
    Box(36, -2, 40, 0): {"nairobi"},
    Box(170, -20, -170, -10): {"suva", "apia"},
    Box(170, -20, 180, -10): {"suva"},
    Box(-180, -90, 180, 90): {"nairobi", "mombasa", "suva", "apia", "pole"},
    Box(-180, 80, 180, 90): {"pole"},
    Box(0, 0, 1, 1): set(),
}


def test_in_a_circle(places: Engine) -> None:
    assert {near: ids(places, near=near) for near in CIRCLES} == CIRCLES


def test_in_a_box(places: Engine) -> None:
    assert {box: ids(places, box=box) for box in BOXES} == BOXES


def test_the_edges_of_a_box_belong_to_it(engine: Engine) -> None:
    engine.rebuild([work("a", point=(10.0, 20.0))])
    assert ids(engine, box=Box(20, 10, 30, 15)) == {"a"}
    assert ids(engine, box=Box(15, 5, 20, 10)) == {"a"}


def test_circle_and_box_together_and_in_the_counts(places: Engine) -> None:
    box = Box(36, -5, 40, 0)
    assert ids(places, near=Near(*NAIROBI, 100), box=box) == {"nairobi"}
    assert ids(places, near=Near(*SUVA, 100), box=box) == set()
    result = places.search(SearchRequest(near=Near(*NAIROBI, 100)), PUBLIC)
    assert result.facets["region"] == {"KEN": 1}
    assert places.search(SearchRequest(box=box), PUBLIC).facets["region"] == {"KEN": 2}
    assert places.search(SearchRequest(), PUBLIC).facets["region"] == {"KEN": 3}


def test_points_show_what_the_reader_sees(engine: Engine) -> None:
    texts = {"en": text("Water <1>"), "fr": text("Eau", "fr")}
    engine.rebuild(
        [
            work("b", texts=texts, point=NAIROBI, reference="GP-0012"),
            work("a", "Fuego", language="es", point=SUVA),
            work("closed", point=SUVA, audience="members"),
            work("nowhere"),
        ]
    )
    request = SearchRequest(language="fr", sort=Sort.TITLE, page=7, size=1)
    mapped = engine.map(request, PUBLIC, 0)
    assert (mapped.total, mapped.clusters) == (2, ())
    assert mapped.points == (
        Point("a", "", "good-practice", "Fuego", "/es/a-work/", "es", *SUVA),
        Point("b", "GP-0012", "good-practice", "Eau", "/fr/a-work/", "fr", *NAIROBI),
    )
    assert engine.map(request, frozenset(), 0).total == 0


def test_a_map_shows_what_the_search_finds(engine: Engine) -> None:
    engine.rebuild(
        [
            work("a", "Water", point=NAIROBI, facets={"theme": ["x"]}),
            work("b", "Fire", point=NAIROBI, facets={"theme": ["y"]}),
            work("c", "Eau", point=SUVA),
            work("d", "Eau"),
        ]
    )

    def shown(words: str, **search: object) -> list[str]:
        request = SearchRequest(words=parse_words(words), **search)  # type: ignore[arg-type]
        neighbours = {"c": 0.5, "d": 0.5}
        return [point.id for point in engine.map(request, PUBLIC, 3, neighbours).points]

    assert shown("water") == ["a", "c"]
    assert shown("") == ["a", "b", "c"]
    assert shown("water fire", any_word=True) == ["a", "b", "c"]
    assert shown("", selections={"theme": ("y",)}) == ["b"]
    assert shown("water -eau") == ["a"]


def test_many_works_are_clustered_by_tile(engine: Engine) -> None:
    rng = random.Random(9)

    def place() -> tuple[float, float]:
        return round(rng.uniform(-60, 80), 3) + 0.0005, round(rng.uniform(-180, 180), 3)

    documents: list[SearchDocument] = [
        work(str(number), point=NAIROBI if number % 4 == 0 else place())
        for number in range(MAX_POINTS + 500)
    ]
    engine.rebuild([*documents, work("nowhere"), work("closed", point=SUVA, audience="members")])
    mapped = engine.map(SearchRequest(), PUBLIC, 2)
    assert (mapped.total, mapped.points) == (len(documents), ())
    expected = defaultdict(list)
    for document in documents:
        assert document.point
        expected[tile(*document.point, 4)].append(document.point)
    assert [(one.x, one.y) for one in mapped.clusters] == sorted(expected)
    for cluster in mapped.clusters:
        inside = expected[cluster.x, cluster.y]
        assert (cluster.zoom, cluster.count) == (4, len(inside))
        assert cluster.latitude == pytest.approx(sum(p[0] for p in inside) / len(inside), abs=1e-5)
        assert cluster.longitude == pytest.approx(sum(p[1] for p in inside) / len(inside), abs=1e-5)
    box = Box(30, -20, 45, 10)
    few = engine.map(SearchRequest(box=box), PUBLIC, 2)
    assert (
        few.total
        == len(few.points)
        == sum(box.contains(*one.point or (99, 0)) for one in documents)
    )


def test_at_most_so_many_points(engine: Engine) -> None:
    engine.rebuild([work(f"{i:04}", point=(i / 100, 0.0)) for i in range(MAX_POINTS)])
    mapped = engine.map(SearchRequest(), PUBLIC, 18)
    assert (mapped.total, len(mapped.points), mapped.clusters) == (MAX_POINTS, MAX_POINTS, ())
    engine.write([work("more", point=(0.0, 0.0))], {})
    mapped = engine.map(SearchRequest(), PUBLIC, 18)
    assert (mapped.total, mapped.points) == (MAX_POINTS + 1, ())
    assert sum(cluster.count for cluster in mapped.clusters) == MAX_POINTS + 1
    assert mapped.clusters[0].zoom == 20


def test_the_edge_of_a_circle_is_reckoned_exactly(engine: Engine) -> None:
    away = distance(*NAIROBI, *MOMBASA)
    engine.rebuild([work("a", point=MOMBASA)])
    assert ids(engine, near=Near(*NAIROBI, away + 0.001)) == {"a"}
    assert ids(engine, near=Near(*NAIROBI, away - 0.001)) == set()
