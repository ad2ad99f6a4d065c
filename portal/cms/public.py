"""What closes a work to the public beside its pages' own restrictions: audience and original."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from wagtail.models import Page

from search.document import PUBLIC
from search.public import register_closing, restricted

from .models import Work


def closed_work() -> Exists:
    """Give the condition that a page tells a work that is not for everybody.

    A work is closed by its audience, from the day on which it was taken down, and by an original
    that is a draft or restricted: facts are the original's, and a translation must not tell what
    the original keeps.
    """
    today = timezone.localdate()
    hidden_original = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale=OuterRef("source_locale")
    ).filter(Q(live=False) | restricted())
    return Exists(
        Work.objects.filter(translation_key=OuterRef("translation_key")).filter(
            ~Q(audience=PUBLIC) | Q(taken_down_on__lte=today) | Exists(hidden_original)
        )
    )


register_closing(closed_work)
