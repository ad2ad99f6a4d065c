"""Numbers and their nouns agree in every language, as its grammar says."""

from __future__ import annotations

import pytest
from babel.messages.plurals import get_plural
from django.conf import settings
from django.utils.translation import ngettext, override

from portal.cms.templatetags.portal import result_count, show_count, work_count
from portal.operations import catalogues

# One number for each of the six forms of Arabic: none, one, two, few, many, other.
SIX = (0, 1, 2, 5, 11, 100)
PLURALS = {
    (message.id[0], message.id[1])
    for path in catalogues.catalogue_files()
    for message in catalogues.read(path)
    if message.pluralizable
}


def forms(language: str, numbers: tuple[int, ...]) -> list[str]:
    """Give the words for each number of works, the digits left out."""
    with override(language):
        return [
            "".join(letter for letter in work_count(number) if not letter.isdigit()).strip()
            for number in numbers
        ]


def test_none_is_singular_in_french() -> None:
    assert forms("fr", (0, 1, 2, 1000))[0] == forms("fr", (1,))[0] != forms("fr", (2,))[0]
    for language in ("en", "es"):
        assert forms(language, (0,)) == forms(language, (2,)) != forms(language, (1,))


def test_arabic_has_its_six_forms() -> None:
    with override("ar"):
        for count in (work_count, result_count, show_count):
            said = [count(number) for number in SIX]
            assert len(set(said)) == 6, said
    # Numbers beyond a hundred go by their last two digits.
    few, many = forms("ar", (103, 111))
    assert few == forms("ar", (3,))[0]
    assert many == forms("ar", (11,))[0]


@pytest.mark.parametrize("language", [c for c, _n in settings.LANGUAGES if c != "en"])
def test_every_plural_is_said_in_every_form(language: str) -> None:
    assert PLURALS
    wanted = get_plural(language).num_plurals
    with override(language):
        for singular, plural in PLURALS:
            said = {ngettext(singular, plural, number) for number in (*SIX, 3, 101)}
            assert not said & {singular, plural}, f"{plural!r} is not translated"
            assert 1 <= len(said) <= wanted
