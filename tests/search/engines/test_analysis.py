"""Words, folded forms, stems and pairs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines import analysis
from search.engines.analysis import Term
from search.engines.folding import MAX_TERM


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Sécurité", "securite"),
        (unicodedata.normalize("NFD", "Sécurité"), "securite"),
        ("İSTANBUL", "istanbul"),
        ("ısı", "isi"),
        ("STRAẞE", "strasse"),
        ("Łódź", "lodz"),
        ("Ёлка", "елка"),
        ("Σίσυφος", "σισυφοσ"),
        ("أَلْمَدِينَــة", "المدينه"),
        ("ﻣﺪﻳﻨﺔ", "مدينه"),
        ("ＡＢＣ１２", "abc12"),
        ("ｶﾞｽ", "ガス"),
        ("٢٠٢٣", "2023"),
        ("कि", "कि"),
        ("\u0301", ""),
        ("ـ", ""),
        ("a" * 100, "a" * MAX_TERM),
    ],
)
def test_fold(word: str, folded: str) -> None:
    assert analysis.fold(word) == folded


def test_index_and_query_terms() -> None:
    assert analysis.exact_terms("L’Hospitalet de_la Ville") == [
        "l",
        "hospitalet",
        "de",
        "la",
        "ville",
    ]
    assert analysis.query_terms("L’Hospitalet") == [Term("hospitalet", "Hospitalet")]
    assert analysis.query_terms("l'") == [Term("l", "l")]
    assert analysis.query_terms("city's") == [Term("city", "city")]
    assert [term.exact for term in analysis.query_terms("co-op")] == ["co", "op"]
    assert analysis.query_terms("(!)") == []
    assert analysis.exact_terms("第3届用水") == ["第", "3", "届用", "用水", "水"]
    assert analysis.query_terms("用水管") == [Term("用水"), Term("水管")]
    assert analysis.query_terms("水") == [Term("水", single=True)]
    assert analysis.phrase_terms("用水 B") == [(0, "用水"), (2, "b")]
    assert len(analysis.exact_terms("水" * 1000)) == 1000


def test_stems_need_a_known_language_and_its_script() -> None:
    assert analysis.stem_language("pt-BR") == "pt"
    assert analysis.stem_language("nb") == "no"
    assert analysis.stem_language("xx") == analysis.stem_language("zh") == ""
    assert analysis.stems("water", "ar") == ()
    assert analysis.stems("город", "en") == ()


@pytest.mark.parametrize("language", analysis.STEMMED)
def test_every_stemmer_works(language: str) -> None:
    for word in ("municipalities", "городами", "المدينة", "πόλεις", "योजनाओं", "é"):
        assert all(analysis.stems(word, language))


@given(st.text(max_size=80))
def test_tokens_lie_in_their_text(text: str) -> None:
    prepared = analysis.prepare(text)
    end = 0
    for token in analysis.tokens(prepared):
        assert end <= token.start < token.end <= len(prepared)
        end = token.end
        if token.word != prepared[token.start : token.end]:
            assert "'" in token.word or "_" in prepared[token.start : token.end]


@given(st.text(max_size=80))
def test_terms_hold_no_space_and_find_their_own_text(text: str) -> None:
    terms = analysis.exact_terms(text)
    assert all(term and not any(sign.isspace() for sign in term) for term in terms)
    assert analysis.BREAK not in terms
    for term in analysis.query_terms(text):
        assert term.exact in terms or (
            term.single and any(one.startswith(term.exact) for one in terms)
        )


@given(st.text(max_size=40))
def test_composed_or_not_is_the_same(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", text)
    assert analysis.exact_terms(composed) == analysis.exact_terms(decomposed)
    assert analysis.fold_text(composed) == analysis.fold_text(decomposed)
