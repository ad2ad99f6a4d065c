"""One type of page, with a field for each facet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from wagtail.models import Page
from wagtail.search import index

from search.facets import FACET_NAMES


class BenchPage(Page):
    """A work as Wagtail's search can count it: one value a facet, since a field holds one."""

    body = models.TextField()

    search_fields: ClassVar = [
        *Page.search_fields,
        index.SearchField("body"),
        *(index.FilterField(f"facet_{name}") for name in FACET_NAMES),
    ]

    class Meta:
        """The app's name: it is no app of the portal."""

        app_label = "pages"


for _name in FACET_NAMES:
    BenchPage.add_to_class(f"facet_{_name}", models.CharField(max_length=100, blank=True))
