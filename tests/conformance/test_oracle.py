"""Hits, totals and counts are those that looking at every work gives."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from search.document import SearchDocument
from search.engines.base import NO_NEIGHBOURS, Engine
from search.facets import FACET_NAMES
from search.geography import Box, Near
from search.request import SearchRequest, Sort
from search.text import parse_words
from tests.search import oracle
from tests.search.works import text, work

WORDS = ["harbour", "orchard", "quartz", "tunnel", "willow", "zebra", "cobalt", "fjord"]
AUDIENCES = ("public", "members", "section:africa", "section:mewa", "group:7")
# How many random searches for each set of works: a server is asked over a network, and what tells
# the engines apart shows in a few.
ROUNDS = {"embedded": 25, "elasticsearch": 8}
CODES = {
    "theme": ["housing", "housing/rent", "R&D", 'a"b', "x:y, z", "100%"],
    "region": ["002", "014", "KEN", "TZA", "150", "FRA"],
    "year": ["2019", "2020", "2021"],
    "sdg": ["sdg-06", "6.1", "6.2", "sdg-11"],
    "language": ["en", "fr"],
}
PARENTS = {
    "housing/rent": ("housing",),
    "KEN": ("014", "002"),
    "TZA": ("014", "002"),
    "014": ("002",),
    "FRA": ("150",),
    "6.1": ("sdg-06",),
    "6.2": ("sdg-06",),
}


def random_work(rng: random.Random, number: int) -> SearchDocument:
    """Make a work of random words, codes with their ancestors, and audience."""
    facets = {}
    for name, codes in CODES.items():
        chosen = rng.sample(codes, rng.randint(0, 2))
        facets[name] = list(
            dict.fromkeys(c for code in chosen for c in (code, *PARENTS.get(code, ())))
        )

    def words(most: int) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))

    languages = rng.choice([("en",), ("fr",), ("en", "fr"), ("pt",), ("xx", "es")])
    return work(
        f"{rng.randrange(16**6):06x}-{number}",
        texts={code: text(words(3), code, words(6), words(12)) for code in languages},
        facets=facets,
        audience=rng.choice([("public",), rng.sample(AUDIENCES[1:], rng.randint(1, 3))]),
        labels="\n".join(words(2) for _ in range(rng.randint(0, 2))),
        year=rng.choice([None, 2019, 2020, 2021]),
        published=f"202{rng.randint(0, 4)}-01-0{rng.randint(1, 3)}T00:00:00+00:00",
        rank=rng.choice([0.0, 0.5, 1.0]),
        point=rng.choice([None, random_place(rng), random_place(rng), (-1.25, 36.75)]),
    )


def random_place(rng: random.Random) -> tuple[float, float]:
    """Make a place: most of them near to the antimeridian or a pole, where reckoning goes wrong."""
    latitude = rng.choice([rng.uniform(-20, 20), rng.uniform(-89, 89), rng.uniform(80, 90)])
    longitude = rng.choice([rng.uniform(-180, 180), rng.uniform(170, 180), rng.uniform(-180, -170)])
    return round(latitude, 4), round(longitude, 4)


def random_area(rng: random.Random) -> dict[str, Near | Box]:
    """Make a circle, a box, both or, mostly, none."""
    chosen = rng.random()
    (south, west), (north, east) = random_place(rng), random_place(rng)
    box = Box(west, min(south, north), east, max(south, north))
    near = Near(*random_place(rng), kilometres=rng.choice([1.0, 500.0, 3000.0, 12000.0, 21000.0]))
    if chosen < 0.2:
        return {"near": near}
    if chosen < 0.4:
        return {"box": box}
    return {"near": near, "box": box} if chosen < 0.5 else {}


def random_neighbours(
    rng: random.Random, documents: Sequence[SearchDocument]
) -> Mapping[str, float]:
    """Make neighbours, mostly none; one of them is not indexed."""
    if rng.random() < 0.5:
        return NO_NEIGHBOURS
    chosen = rng.sample([document.id for document in documents], min(len(documents), 10))
    return {key: rng.uniform(0.4, 1.0) for key in (*chosen, "gone")}


def random_request(rng: random.Random) -> SearchRequest:
    """Make a random search."""
    pieces: list[str] = []
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        word = rng.choice(WORDS)
        pieces.append(rng.choice([word, word, f'"{word} {rng.choice(WORDS)}"', f"-{word}"]))
    if rng.random() < 0.3:
        pieces.append(rng.choice(WORDS)[: rng.randint(3, 5)])
    names = rng.sample(sorted(CODES), rng.randint(0, 3))
    return SearchRequest(
        words=parse_words(" ".join(pieces)),
        language=rng.choice(["en", "fr", "ar", "pt"]),
        selections={name: tuple(rng.sample(CODES[name], rng.randint(1, 2))) for name in names},
        sort=rng.choice(list(Sort)),
        size=rng.choice([1, 7, 20, 500]),
        any_word=rng.random() < 0.3,
        **random_area(rng),  # type: ignore[arg-type]
    )


def check(
    engine: Engine,
    documents: Sequence[SearchDocument],
    request: SearchRequest,
    audiences: frozenset[str],
    neighbours: Mapping[str, float] = NO_NEIGHBOURS,
) -> None:
    """Compare one answer, over all its pages, with the oracle's."""
    expected = oracle.matching(documents, request, audiences, neighbours)
    by_id = {document.id: document for document in expected}
    result = engine.search(request, audiences, neighbours)
    assert result.total == len(expected)
    assert result.facets == oracle.counts(documents, request, audiences, neighbours)
    found: list[str] = []
    scores: list[float] = []
    for number in range(1, result.total // request.size + 3):
        page = SearchRequest(**{**vars(request), "page": number})
        answer = engine.search(page, audiences, neighbours)
        assert answer.total == len(expected)
        for hit in answer.hits:
            assert hit.by_meaning is not oracle.worded(by_id[hit.document.id], request)
        found += [hit.document.id for hit in answer.hits]
        scores += [hit.score for hit in answer.hits]
    assert sorted(found) == sorted(document.id for document in expected)
    worded = request.words.terms or request.words.phrases
    if request.sort is not Sort.RELEVANCE or not worded:
        assert found == oracle.ordered(expected, request)
        return
    assert scores == sorted(scores, reverse=True)
    for i in range(1, len(found)):
        if scores[i] == scores[i - 1]:
            pair = [by_id[found[i - 1]], by_id[found[i]]]
            assert oracle.ordered(pair, SearchRequest()) == found[i - 1 : i + 1]


@pytest.mark.parametrize("seed", range(6))
def test_every_answer_is_the_oracles(engine: Engine, seed: int) -> None:
    rng = random.Random(seed)
    documents = [random_work(rng, number) for number in range(rng.choice([3, 40, 150]))]
    half = len(documents) // 2
    engine.rebuild(documents[:half])
    engine.write(documents[half:], {})
    for _ in range(ROUNDS[engine.name]):
        audiences = frozenset(rng.sample(AUDIENCES, rng.randint(1, 4)))
        check(engine, documents, random_request(rng), audiences, random_neighbours(rng, documents))


def test_a_count_is_what_ticking_gives(engine: Engine) -> None:
    rng = random.Random(77)
    documents = [random_work(rng, number) for number in range(80)]
    engine.rebuild(documents)
    public = frozenset({"public"})
    for _ in range(10):
        request = random_request(rng)
        neighbours = random_neighbours(rng, documents)
        result = engine.search(request, public, neighbours)
        for name, values in result.facets.items():
            for code, count in values.items():
                ticked = engine.search(request.select(name, [code]), public, neighbours)
                assert ticked.total == count


def test_all_values_of_all_facets_are_counted(engine: Engine) -> None:
    codes = [f"code-{number}" for number in range(400)]
    engine.rebuild(
        [work(f"w{number}", facets={name: [code] for name in FACET_NAMES})
         for number, code in enumerate(codes)]
    )  # fmt: skip
    result = engine.search(SearchRequest(selections={"hub": ("code-7",)}), frozenset({"public"}))
    assert result.facets["hub"] == dict.fromkeys(codes, 1)
    assert result.facets["theme"] == {"code-7": 1}


def test_a_selection_that_nothing_carries_finds_nothing(engine: Engine) -> None:
    engine.rebuild([work("a", facets={"theme": ["housing"]})])
    public = frozenset({"public"})
    result = engine.search(SearchRequest(selections={"theme": ("nothing",)}), public)
    assert (result.total, result.hits) == (0, ())
    assert result.facets["theme"] == {"housing": 1}
    assert engine.search(SearchRequest(selections={"unknown": ("x",)}), public).total == 0
