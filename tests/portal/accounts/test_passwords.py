"""What is said of passwords, in the reader's language."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def said(password: str, language: str) -> list[str]:
    """Give what is wrong with a password, in a language."""
    with override(language), pytest.raises(ValidationError) as refusal:
        validate_password(password)
    return refusal.value.messages


@pytest.mark.parametrize("password", ["xkqz", "1029384756", "password12"])
def test_every_reason_is_said_in_every_language(password: str) -> None:
    reasons = {language: tuple(said(password, language)) for language in LANGUAGES}
    assert len(set(reasons.values())) == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_password_is_told_how_long_it_must_be(language: str) -> None:
    assert any("10" in text for text in said("xkqz", language))
