"""What people type finds what they mean: pairs that must match, and pairs that must not."""

from __future__ import annotations

import pytest

from search.document import LanguageText
from search.engines.base import Engine, SearchResult
from search.request import SearchRequest
from search.text import parse_words
from tests.conformance.pairs import read_pairs
from tests.search.works import text, work

PUBLIC = frozenset({"public"})


def search(engine: Engine, words: str, language: str = "en") -> SearchResult:
    request = SearchRequest(words=parse_words(words), language=language, size=500)
    return engine.search(request, PUBLIC)


def found(engine: Engine, words: str, language: str = "en") -> list[str]:
    return [hit.document.id for hit in search(engine, words, language).hits]


PAIRS = read_pairs()
# Stands behind what is typed: only a search's last word may be half typed, and whole words are
# what the pairs are about.
LAST = "qzx"


@pytest.mark.parametrize("language", PAIRS)
def test_pairs(engine: Engine, language: str) -> None:
    pairs = PAIRS[language]
    documents = []
    for number, pair in enumerate(pairs):
        titled = text(pair.written, language, summary=LAST)
        inside = text("Title", language, summary=LAST, body=pair.written)
        documents += [work(f"title {number}", texts={language: titled})]
        documents += [work(f"body {number}", texts={language: inside})]
    engine.rebuild(documents)
    wrong = []
    for number, pair in enumerate(pairs):
        both = {f"title {number}", f"body {number}"}
        as_typed = (
            found(engine, pair.typed, language),
            found(engine, pair.typed, "es" if language == "en" else "en"),
        )
        whole_words = found(engine, f"{pair.typed} {LAST}", language)
        if pair.match:
            right = all(both <= set(ids) for ids in [*as_typed, whole_words])
        else:
            right = not both & set(whole_words)
        if not right:
            wrong.append(f"{pair.typed} / {pair.written}")
    assert not wrong, "; ".join(wrong)


def test_the_lists_are_long_enough() -> None:
    for language in ("en", "fr", "es", "pt", "ar"):
        matching = [pair for pair in PAIRS[language] if pair.match]
        assert len(matching) >= 40
        assert len(PAIRS[language]) - len(matching) >= 15
    assert min(len(PAIRS["zh"]), len(PAIRS["ru"])) >= 15
    for pairs in PAIRS.values():
        assert len({(pair.typed, pair.written) for pair in pairs}) == len(pairs)


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
