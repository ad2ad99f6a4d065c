"""Hits, totals and counts are those that looking at every work gives."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from search.document import SearchDocument
from search.engines.base import Engine
from search.facets import FACET_NAMES
from search.request import SearchRequest, Sort
from search.text import parse_words
from tests.search import oracle
from tests.search.works import text, work

WORDS = ["harbour", "orchard", "quartz", "tunnel", "willow", "zebra", "cobalt", "fjord"]
AUDIENCES = ("public", "members", "section")
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
        audience=rng.choice(AUDIENCES),
        labels="\n".join(words(2) for _ in range(rng.randint(0, 2))),
        year=rng.choice([None, 2019, 2020, 2021]),
        published=f"202{rng.randint(0, 4)}-01-0{rng.randint(1, 3)}T00:00:00+00:00",
        rank=rng.choice([0.0, 0.5, 1.0]),
    )


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
    )


def check(
    engine: Engine,
    documents: Sequence[SearchDocument],
    request: SearchRequest,
    audiences: frozenset[str],
) -> None:
    """Compare one answer, over all its pages, with the oracle's."""
    expected = oracle.matching(documents, request, audiences)
    result = engine.search(request, audiences)
    assert result.total == len(expected)
    assert result.facets == oracle.counts(documents, request, audiences)
    found: list[str] = []
    scores: list[float] = []
    page = request
    for number in range(1, result.total // request.size + 3):
        page = SearchRequest(**{**vars(request), "page": number})
        hits = engine.search(page, audiences).hits
        found += [hit.document.id for hit in hits]
        scores += [hit.score for hit in hits]
    assert engine.search(page, audiences).total == len(expected)
    assert sorted(found) == sorted(document.id for document in expected)
    worded = request.words.terms or request.words.phrases
    if request.sort is not Sort.RELEVANCE or not worded:
        assert found == oracle.ordered(expected, request)
        return
    assert scores == sorted(scores, reverse=True)
    by_id = {document.id: document for document in expected}
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
    for _ in range(25):
        audiences = frozenset(rng.sample(AUDIENCES, rng.randint(1, 3)))
        check(engine, documents, random_request(rng), audiences)


def test_a_count_is_what_ticking_gives(engine: Engine) -> None:
    rng = random.Random(77)
    engine.rebuild([random_work(rng, number) for number in range(80)])
    public = frozenset({"public"})
    for _ in range(10):
        request = random_request(rng)
        result = engine.search(request, public)
        for name, values in result.facets.items():
            for code, count in values.items():
                assert engine.search(request.select(name, [code]), public).total == count


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
