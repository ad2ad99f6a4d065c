"""Which pages everybody may read."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import PageViewRestriction

Pages = TypeVar("Pages", bound=QuerySet[Any])


def only_public(pages: Pages) -> Pages:
    """Leave out the pages that are not for everybody, by their own or a higher restriction.

    The restrictions are looked at in the query itself: a page shows several such lists.
    """
    above = PageViewRestriction.objects.filter(
        page__path=Substr(OuterRef("path"), 1, Length(F("page__path")))
    )
    return pages.filter(~Exists(above))
