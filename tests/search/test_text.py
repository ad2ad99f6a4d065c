"""What people type is read as words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text import MAX_CHARACTERS, MAX_TERMS, Words, parse_words


@pytest.mark.parametrize(
    ("typed", "terms", "phrases", "excluded"),
    [
        ("water  city", ["water", "city"], [], []),
        ('"Barcelona', ["Barcelona"], [], []),
        ('a "b c" d', ["a", "d"], ["b c"], []),
        ("“b c” «d e» « f g »", [], ["b c", "d e", "f g"], []),
        ('"b c” “d e"', [], ["b c", "d e"], []),
        ("„Wort eins“ zwei", ["zwei"], ["Wort eins"], []),
        ("「用水 管理」", [], ["用水 管理"], []),
        ('"one"', ["one"], [], []),
        ('"" "a b"', [], ["a b"], []),
        ("-x y", ["y"], [], ["x"]),
        ("−x –y", [], [], ["x", "y"]),
        ('-"b c" d', ["d"], [], ["b c"]),
        ('a -"b', ["a"], [], ["b"]),
        ("-(foo", [], [], ["(foo"]),
        ("- x", ["x"], [], []),
        ("co-op 2019-2020", ["co-op", "2019-2020"], [], []),
        ("L'Hospitalet", ["L'Hospitalet"], [], []),
        ("foo:bar (baz) a/b", ["foo:bar", "(baz)", "a/b"], [], []),
        ("( / ! * - ''", [], [], []),
        ("", [], [], []),
    ],
)
def test_pieces(typed: str, terms: list[str], phrases: list[str], excluded: list[str]) -> None:
    words = parse_words(typed)
    assert list(words.terms) == terms
    assert list(words.phrases) == phrases
    assert list(words.excluded) == excluded
    assert not words.cut
    assert bool(words) == bool(terms or phrases or excluded)


@pytest.mark.parametrize(
    "typed", ["x" * 10_000, "mot " * 2_000, '"' + "a " * 40 + '"', "a " * 17, "ab" * 99 + " abcd"]
)
def test_what_is_too_long_is_cut_and_said(typed: str) -> None:
    words = parse_words(typed)
    assert words.cut
    assert 0 < len(words.text) <= MAX_CHARACTERS


def test_a_cut_falls_between_words() -> None:
    assert parse_words("a" * 150 + " " + "b" * 100).terms == ("a" * 150,)
    exact = "a" * 100 + " " + "b" * 99
    assert parse_words(exact) == Words(exact, tuple(exact.split()))


@given(st.text(alphabet=st.sampled_from("ab水 \t\"“”„«»「」'’-–−()*:/\\\u0301\x00é"), max_size=300))
def test_anything_can_be_typed(typed: str) -> None:
    words = parse_words(typed)
    pieces = [*words.terms, *" ".join((*words.phrases, *words.excluded)).split()]
    assert len(pieces) <= MAX_TERMS
    assert all(any(sign.isalnum() for sign in piece) for piece in pieces)
    again = parse_words(words.text)
    assert (again.terms, again.phrases, again.excluded) == (
        words.terms,
        words.phrases,
        words.excluded,
    )
