"""Titles and passages are safe HTML in which the matches are marked."""

from __future__ import annotations

import re

from search.engines.base import Engine, Hit
from search.request import SearchRequest
from search.text import parse_words
from tests.search.works import text, work

PUBLIC = frozenset({"public"})


def first(engine: Engine, words: str, language: str = "en") -> Hit:
    request = SearchRequest(words=parse_words(words), language=language)
    return engine.search(request, PUBLIC).hits[0]


def test_markup_never_comes_alive(engine: Engine) -> None:
    hostile = '<script>alert("water")</script> & <mark>'
    engine.rebuild([work("a", hostile, summary=hostile, place="<img src=x onerror=water>")])
    for words in ("", "water", "script", "alert water", "mark"):
        hit = first(engine, words)
        for html in (hit.title, hit.passage):
            assert not re.search(r"<(?!/?mark>)", html)
            assert html.count("<mark>") == html.count("</mark>")
    assert "<mark>" not in first(engine, "").title
    assert first(engine, "").passage == ""
    assert "&lt;script&gt;alert(&quot;<mark>water</mark>&quot;)" in first(engine, "water").title


def test_inflected_accented_and_half_typed_words_are_marked(engine: Engine) -> None:
    engine.rebuild(
        [work("a", "Sécurités de l’eau", language="fr", summary="La sécurité des logements")]
    )
    hit = first(engine, "securite logem", "fr")
    assert hit.title == "<mark>Sécurités</mark> de l’eau"
    assert hit.passage == "La <mark>sécurité</mark> des <mark>logements</mark>"


def test_runs_and_phrases_are_marked(engine: Engine) -> None:
    engine.rebuild(
        [work("zh", "城市用水管理", language="zh"), work("en", "Public housing for all")]
    )
    assert first(engine, "用水").title == "城市<mark>用水</mark>管理"
    assert first(engine, "用水管").title == "城市<mark>用水管</mark>理"
    assert first(engine, "水").title == "城市用<mark>水</mark>管理"
    assert first(engine, '"public housing"').title == "<mark>Public housing</mark> for all"


def test_the_passage_shows_where_the_words_stand_together(engine: Engine) -> None:
    filler = "lorem ipsum dolor sit amet " * 60
    body = f"{filler} water {filler} water and housing {filler}"
    engine.rebuild([work("a", "Title", summary="Nothing of it", body=body)])
    passage = first(engine, "water housing").passage
    assert "<mark>water</mark> and <mark>housing</mark>" in passage
    assert len(re.sub(r"</?mark>", "", passage)) <= 230
    assert passage.startswith("… ")
    assert passage.endswith(" …")


def test_the_language_shown(engine: Engine) -> None:
    texts = {
        "en": text("Water"),
        "es": text("Agua", "es", "en la ciudad"),
        "xx": text("Yaku", "xx"),
    }
    engine.rebuild([work("a", texts=texts, labels="housing\nlogement")])
    assert first(engine, "agua", "en").language == "en"
    assert first(engine, "agua", "fr").language == "es"
    assert first(engine, "yaku", "fr").language == "xx"
    assert first(engine, "", "fr").language == "en"
    hit = first(engine, "logement", "es")
    assert (hit.language, hit.title, hit.passage) == ("es", "Agua", "en la ciudad")
