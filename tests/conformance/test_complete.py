"""Autocomplete: titles and places, from the first letter on, under the filters of the search."""

from __future__ import annotations

from search.document import LanguageText
from search.engines.analysis import fold_text
from search.engines.base import Engine
from search.geography import Box, Near
from search.request import SearchRequest, Sort
from search.text import parse_words
from tests.search.works import text, work

PUBLIC = frozenset({"public"})


def ids(engine: Engine, typed: str, **search: object) -> list[str]:
    request = SearchRequest(words=parse_words(typed), **search)  # type: ignore[arg-type]
    return [hit.document.id for hit in engine.complete(request, PUBLIC)]


COMPLETED = [
    ("en", "Water for all", "w"),
    ("en", "Water for all", "wat"),
    ("en", "Water for all", "WATER"),
    ("en", "Water for all", "for wat"),
    ("en", "Water for all", "water f"),
    ("en", "Water for all", '"for all"'),
    ("fr", "Sécurité des femmes", "securite d"),
    ("fr", "Securite des femmes", "sécu"),
    ("fr", "L’eau de la ville", "l'eau"),
    ("fr", "L’eau de la ville", "ea"),
    ("ar", "إدارة المياه", "ادار"),
    ("zh", "我们的城市用水", "城"),
    ("zh", "我们的城市用水", "城市"),
    ("zh", "我们的城市用水", "水"),
    ("tr", "İstanbul", "ist"),
]
NOT_COMPLETED = [
    *("", "x", "wat for", "pipes", "pi", "housing", "hous", "wates", "-water", "GP-0012"),
]


def test_completes(engine: Engine) -> None:
    titles = {title: language for language, title, _ in COMPLETED}
    engine.rebuild(
        document
        for title, language in titles.items()
        for document in (
            work(f"titled {title}", title, language=language),
            work(f"placed {title}", "Quartz", language=language, place=title),
        )
    )
    for _, title, typed in COMPLETED:
        same = [other for other in titles if fold_text(other) == fold_text(title)]
        expected = {f"{kind} {one}" for one in same for kind in ("titled", "placed")}
        assert set(ids(engine, typed)) == expected, typed


def test_only_titles_and_places_and_only_the_last_word_half(engine: Engine) -> None:
    engine.rebuild(
        [
            work("a", "Water for all", summary="pipes", body="pipes", labels="Housing",
                 reference="GP-0012")
        ]
    )  # fmt: skip
    assert [typed for typed in NOT_COMPLETED if ids(engine, typed)] == []


def test_words_may_stand_in_several_languages(engine: Engine) -> None:
    texts = {"en": text("Water"), "fr": LanguageText("Eau", "/fr/", "fr", place="Nantes")}
    engine.rebuild([work("a", texts=texts)])
    assert ids(engine, "water nan") == ["a"]
    (hit,) = engine.complete(SearchRequest(words=parse_words("ea"), language="es"), PUBLIC)
    assert (hit.language, hit.title, hit.passage) == ("fr", "<mark>Eau</mark>", "")
    (hit,) = engine.complete(SearchRequest(words=parse_words("wa"), language="fr"), PUBLIC)
    assert (hit.language, hit.title) == ("fr", "Eau")


def test_titles_that_begin_so_come_first(engine: Engine) -> None:
    engine.rebuild(
        [
            work("inside", "City water, water, water", published="2025-01-01"),
            work("begins", "Water in very many cities of the region and the world"),
            work("place", "Plan", place="Water", published="2025-01-01"),
        ]
    )
    assert ids(engine, "wat")[0] == "begins"
    assert set(ids(engine, "wat")) == {"begins", "inside", "place"}
    assert ids(engine, "water") == ["begins", "inside", "place"]
    assert ids(engine, "water i") == ["begins"]


def test_equals_fall_by_date_then_id(engine: Engine) -> None:
    engine.rebuild(
        [work(f"{i:02}", "Water", published=f"20{10 + i % 3}-01-01T00:00:00Z") for i in range(40)]
    )
    newest = [f"{i:02}" for i in range(2, 40, 3)]
    assert ids(engine, "wa") == newest[:8]
    assert ids(engine, "wa", sort=Sort.TITLE, page=3, size=2) == newest[:8]
    request = SearchRequest(words=parse_words("wa"))
    assert len(engine.complete(request, PUBLIC, limit=100)) == 40


def test_filters_hold(engine: Engine) -> None:
    engine.rebuild(
        [
            work("a", "Water plan", facets={"theme": ["x"]}, point=(0.0, 0.0)),
            work("b", "Water works", facets={"theme": ["y"]}, point=(50.0, 0.0)),
            work("closed", "Water secret", audience="members", facets={"theme": ["x"]}),
        ]
    )
    assert ids(engine, "wat") == ["a", "b"]
    assert ids(engine, "water s") == []
    assert ids(engine, "wat", selections={"theme": ("y",)}) == ["b"]
    assert ids(engine, "wat", near=Near(0, 0, 10)) == ["a"]
    assert ids(engine, "wat", box=Box(-1, 40, 1, 60)) == ["b"]
    assert ids(engine, "water -plan") == ["b"]
    assert ids(engine, "water secret", any_word=True) == []
    assert not engine.complete(SearchRequest(words=parse_words("wat")), frozenset())
