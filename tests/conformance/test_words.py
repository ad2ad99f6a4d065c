"""What people type finds what they mean: pairs that must match, and pairs that must not."""

from __future__ import annotations

import unicodedata

import pytest

from search.document import LanguageText
from search.engines.base import Engine, SearchResult
from search.request import SearchRequest
from search.text import parse_words
from tests.search.works import text, work

PUBLIC = frozenset({"public"})


def search(engine: Engine, words: str, language: str = "en") -> SearchResult:
    return engine.search(SearchRequest(words=parse_words(words), language=language), PUBLIC)


def found(engine: Engine, words: str, language: str = "en") -> list[str]:
    return [hit.document.id for hit in search(engine, words, language).hits]


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("fr", "sécurité", "securite"),
        ("fr", "sécurité", "sécurités"),
        ("fr", "sécurités", "securite"),
        ("fr", "securite", "sécurité"),
        ("fr", "SÉCURITÉ", "sécurité"),
        ("fr", unicodedata.normalize("NFD", "sécurité"), "sécurité"),
        ("fr", "sécurité", unicodedata.normalize("NFD", "sécurité")),
        ("fr", "l'eau", "eau"),
        ("fr", "l’eau", "l'eau"),
        ("fr", "l'eau", "d’eau"),
        ("fr", "réseaux municipaux", "réseau municipal"),
        ("fr", "œuvre", "oeuvre"),
        ("ca", "L'Hospitalet de Llobregat", "L’Hospitalet"),
        ("ca", "L’Hospitalet de Llobregat", "L'Hospitalet"),
        ("ca", "LʼHospitalet de Llobregat", "L'Hospitalet"),
        ("ca", "L'Hospitalet de Llobregat", "LʼHospitalet"),
        ("ca", "L'Hospitalet de Llobregat", "hospitalet"),
        ("ca", "L'Hospitalet de Llobregat", "l hospitalet"),
        ("it", "dell'acqua", "acqua"),
        ("es", "ciudades", "ciudad"),
        ("es", "ciudad", "ciudades"),
        ("es", "participación", "participacion"),
        ("es", "mujeres jóvenes", "mujer joven"),
        ("es", "niño", "nino"),
        ("pt", "regiões municipais", "região municipal"),
        ("pt", "participações", "participacao"),
        ("en", "housing policies", "policy"),
        ("en", "the city's streets", "city street"),
        ("en", "women", "woman"),
        ("en", "co-operation", ["cooperation", "co-operation"][1]),
        ("en", "ＷＡＴＥＲ", "water"),
        ("ar", "المَدِينَة", "المدينة"),
        ("ar", "المدينة", "مدينة"),
        ("ar", "مدينة", "المدينة"),
        ("ar", "مدينة", "مدينه"),
        ("ar", "والمياه", "مياه"),
        ("ar", "المـــدينة", "مدينة"),
        ("ar", "إدارة", "ادارة"),
        ("ar", "البلديات", "بلدية"),
        ("ru", "городов", "город"),
        ("ru", "город", "города"),
        ("ru", "жильё", "жилье"),
        ("tr", "İstanbul", "istanbul"),
        ("tr", "İSTANBUL", "Istanbul"),
        ("tr", "ısı", "isi"),
        ("tr", "şehirler", "sehir"),
        ("zh", "我们的城市用水管理得很好", "用水"),
        ("zh", "我们的城市用水管理得很好", "城市"),
        ("zh", "我们的城市用水管理得很好", "水"),
        ("zh", "我们的城市用水管理得很好", "好"),
        ("zh", "我们的城市用水管理得很好", "城市 管理"),
        ("ja", "東京のガスと水道", "ガス"),
        ("ja", "東京のガスと水道", "ｶﾞｽ"),
        ("ko", "서울의 주택", "서울"),
        ("th", "การเคหะของเมือง", "เคหะ"),
        ("hi", "शहर की योजना", "योजना"),
        ("de", "Straße", "strasse"),
        ("el", "πόλεις", "πολεις"),
        ("xx", "qallpa wasi", "wasi"),
        ("en", "year ٢٠٢٣", "2023"),
    ],
)
def test_matches(engine: Engine, language: str, written: str, typed: str) -> None:
    engine.rebuild([work("there", "Title", language=language, body=written)])
    assert found(engine, typed) == ["there"]
    assert found(engine, typed, language) == ["there"]
    engine.rebuild([work("there", written, language=language)])
    assert found(engine, typed) == ["there"]


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("en", "water", "fire"),
        ("en", "water", "water fire"),
        ("en", "university", "universe"),
        ("fr", "sécurité", "sécher"),
        ("zh", "城市用水", "市政"),
        ("zh", "城市用水", "大"),
        ("ar", "مدينة", "مياه"),
        ("ru", "город", "горка"),
        ("ne", "कि", "कु"),
        ("en", "article", "ar"),
    ],
)
def test_does_not_match(engine: Engine, language: str, written: str, typed: str) -> None:
    engine.rebuild([work("there", "Title", language=language, body=written)])
    assert found(engine, typed) == []


@pytest.mark.parametrize(
    "typed",
    ["(", "/", "!", "foo:bar", "*", "a OR b", "AND", "NOT", "[a TO b]", "title:x^2", "~", "\\",
     '"', '""', "'", "-", "- -", "+", "{}", "<b>", "?", "x" * 10_000, "mot " * 2_000, "ـ", "\u0301",
     '"(" water', "%", "&amp;", "a\x00b", "\ud800", "🏙", "水" * 500, "-".join("abcdefgh" * 20)],
)  # fmt: skip
def test_signs_are_no_query_language(engine: Engine, typed: str) -> None:
    engine.rebuild([work("there", "Water")])
    result = search(engine, typed)
    assert result.total == len(result.hits) <= 1


def test_an_open_quote_is_a_word(engine: Engine) -> None:
    engine.rebuild([work("there", "Barcelona")])
    assert found(engine, '"Barcelona') == ["there"]
    assert found(engine, "Barcelona)") == ["there"]
    assert found(engine, "(Barcelona OR") == []


def test_only_stop_words_and_single_letters(engine: Engine) -> None:
    engine.rebuild([work("there", "The house of the people"), work("plan", "Plan B")])
    assert found(engine, "of the") == ["there"]
    assert found(engine, "the") == ["there"]
    assert found(engine, "b") == ["plan"]
    assert found(engine, "l'") == []


def test_half_a_word_finds_less_surely(engine: Engine) -> None:
    engine.rebuild([work("begun", "Participatory budget"), work("whole", "Partici")])
    assert found(engine, "partici") == ["whole", "begun"]
    assert found(engine, "budget partic") == ["begun"]
    assert found(engine, "partic budget") == []
    assert found(engine, "pa") == []


def test_every_word_counts_wherever_it_stands(engine: Engine) -> None:
    texts = {
        "en": text("Water", summary="pipes"),
        "fr": LanguageText("Eau", "/fr/", "fr", place="Nantes", body="tuyaux"),
    }
    engine.rebuild([work("a", texts=texts, labels="Housing\nLogement\nسكن", reference="GP-0012")])
    assert found(engine, "water Nantes tuyau logements سكن") == ["a"]
    assert found(engine, "GP-0012") == found(engine, "gp0012") == found(engine, "GP 0012") == ["a"]
    assert found(engine, "water missing") == []


def test_phrases_stand_as_they_are(engine: Engine) -> None:
    engine.rebuild(
        [
            work("near", "Public housing for all", body="the Hospitalet of the poor"),
            work("far", "Housing made public", body="L’Hospitalet de Llobregat"),
            work("apart", "Public", body="housing"),
        ]
    )
    assert found(engine, '"public housing"') == ["near"]
    assert found(engine, "«public housing»") == ["near"]
    assert found(engine, "“L'Hospitalet de”") == ["far"]
    assert set(found(engine, "public housing")) == {"near", "far", "apart"}
    engine.rebuild([work("zh", "我们的城市用水管理", language="zh")])
    assert found(engine, '"用水 城市"') == []
    assert found(engine, '"城市用水管理 "') == ["zh"]


def test_a_leading_minus_excludes(engine: Engine) -> None:
    engine.rebuild([work("a", "Water and fire"), work("b", "Water alone"), work("c", "Co-op")])
    assert found(engine, "water -fire") == ["b"]
    assert sorted(found(engine, "-fire")) == ["b", "c"]
    assert found(engine, 'water -"and fire"') == ["b"]
    assert found(engine, "co-op") == ["c"]


def test_the_exact_title_comes_first(engine: Engine) -> None:
    many = "Right to the city. " * 20
    engine.rebuild(
        [
            work("repeats", "The right to the city, the city and its right", body=many, rank=1.0),
            work("exact", "Right to the City", published="1990-01-01"),
        ]
    )
    assert found(engine, "right to the city") == ["exact", "repeats"]


def test_titles_weigh_more_and_so_does_the_readers_language(engine: Engine) -> None:
    engine.rebuild([work("body", "Other", body="festival"), work("title", "Festival night")])
    assert found(engine, "festival") == ["title", "body"]
    engine.rebuild(
        [
            work("english", "Festival one", language="en"),
            work("french", "Festival deux", language="fr"),
            work("spanish", "Festival tres", language="es"),
        ]
    )
    assert found(engine, "festival", "fr")[0] == "french"
    assert found(engine, "festival", "es")[0] == "spanish"


def test_recency_and_verification_nudge_and_never_overrule(engine: Engine) -> None:
    engine.rebuild(
        [
            work("old", "Festival", published="2001-01-01", body="x"),
            work("new", "Festival", published="2024-01-01", body="x"),
            work("verified", "Festival", published="2001-01-01", body="x", rank=1.0),
            work("weak", "Other", body="festival", published="2024-01-01", rank=1.0),
        ]
    )
    assert found(engine, "festiva")[-1] == "weak"
    assert found(engine, "festival") == ["verified", "new", "old", "weak"]
