"""What is known of languages."""

from __future__ import annotations

import pytest
from django.test import override_settings
from django.utils.translation import override

from portal.taxonomy import language


@pytest.mark.parametrize(
    ("code", "own", "direction", "mark", "full"),
    [
        ("en", "English", "ltr", "EN", "en_GB"),
        ("fr", "Français", "ltr", "FR", "fr_FR"),
        ("pt-br", "Português", "ltr", "PT", "pt_PT"),
        ("ar", "العربية", "rtl", "ع", "ar_EG"),
        ("fa", "فارسی", "rtl", "FA", "fa_IR"),
        ("zh-Hans", "中文", "ltr", "ZH", "zh_CN"),
        ("id", "Indonesia", "ltr", "ID", "id_ID"),
        ("qqx", "qqx", "ltr", "QQX", "qqx"),
    ],
)
def test_names_directions_and_places(
    code: str, own: str, direction: str, mark: str, full: str
) -> None:
    assert language.own_name(code) == own
    assert language.direction(code) == direction
    assert language.mark(code) == mark
    assert language.full_locale(code) == full
    assert language.is_known(code) is (own != code)


def test_names_in_the_readers_language() -> None:
    assert language.name("zh-Hans", "fr") == "chinois"
    assert language.name("qqx", "fr") == "qqx"


def test_the_readers_language_has_no_territory() -> None:
    with override("pt-br"):
        assert language.current_language() == "pt"
    with override(None):
        assert language.current_language() == "en"


def test_dates_and_lists_are_british_in_english() -> None:
    assert [language.writing_locale(code) for code in ("en", "fr", "qqx")] == ["en_GB", "fr", "en"]


@override_settings(LANGUAGES=[("en", "English"), ("de", "German")], LABEL_LANGUAGES=["de", "zh"])
def test_labels_are_offered_in_the_interfaces_languages_first() -> None:
    assert language.label_languages() == [("en", "English"), ("de", "Deutsch"), ("zh", "中文")]
