"""What closes pages beside their own restrictions: audience, original, language."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from wagtail.models import Locale, Page

from search.audience import SECRETARIAT
from search.public import register_closing, restricted

from .models import Work


def closed_work(audiences: frozenset[str]) -> Exists:
    """Give the condition that a page tells a work that is not for readers of these audiences.

    A work is closed by its audience, from the day on which it was taken down, and by an original
    that is a draft or restricted: facts are the original's, and a translation must not tell what
    the original keeps. The Secretariat may read works of every audience.
    """
    today = timezone.localdate()
    hidden_original = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale=OuterRef("source_locale")
    ).filter(Q(live=False) | restricted(audiences))
    closing = Q(taken_down_on__lte=today) | Q(Exists(hidden_original))
    if SECRETARIAT not in audiences:
        closing |= ~Q(audience__in=sorted(audiences))
    return Exists(Work.objects.filter(closing, translation_key=OuterRef("translation_key")))


def language_taken_away(_audiences: frozenset[str]) -> Exists:
    """Give the condition that a page is in a language that the settings name no more.

    Its address answers nobody, so nothing may lead there.
    """
    known = [code for code, _name in settings.LANGUAGES]
    locales = Locale.all_objects.filter(pk=OuterRef("locale_id"))
    return Exists(locales.exclude(language_code__in=known))


register_closing(closed_work)
register_closing(language_taken_away)
