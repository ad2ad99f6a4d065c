"""Translations as editors and translators make them."""

from __future__ import annotations

from typing import Any

from django.test import TestCase
from wagtail.models import Locale
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)


def ask(page: Any, language: str = "fr") -> Translation:
    """Ask for a translation, as the admin's form does."""
    locale = Locale.objects.get(language_code=language)
    source, _made = TranslationSource.update_or_create_from_instance(page)
    translation, _made = Translation.objects.get_or_create(source=source, target_locale=locale)
    translation.save_target(publish=False)
    return translation


def translate_all(translation: Translation, mark: str = "FR", by: str = "manual") -> None:
    """Translate every string; `by` is "manual" or "machine"."""
    for segment in StringSegment.objects.filter(source=translation.source):
        StringTranslation.objects.update_or_create(
            translation_of_id=segment.string_id,
            locale=translation.target_locale,
            context_id=segment.context_id,
            defaults={"data": f"{mark} {segment.string.data}", "translation_type": by},
        )


def publish(translation: Translation) -> None:
    """Publish a translation, which happens when the transaction is through."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        translation.save_target(publish=True)


def target(translation: Translation) -> Any:
    """Give the translated page as its last version has it."""
    page = translation.get_target_instance()
    return page.get_latest_revision_as_object()
