"""What a publication means for translations."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published
from wagtail_localize.models import TranslationSource

from portal.cms.models import BasePage

from . import review


@receiver(page_published, dispatch_uid="portal.translation.published")
def follow(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    """Give translators the passages as published, and mark what a machine wrote.

    Without this, translators would see the text of the day on which they were asked, and nobody
    would know that a translation is out of date.
    """
    if not isinstance(instance, BasePage) or instance.alias_of_id:
        return
    source = TranslationSource.objects.filter(
        object_id=instance.translation_key, translations__enabled=True
    ).first()
    if source is None:
        return
    if source.locale_id == instance.locale_id:
        source.update_from_db()
    else:
        review.mark(instance)
