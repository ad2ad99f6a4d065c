"""The panels that page types share; each page type joins these lists in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import Media
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)

from .forms import TERM_FIELDS


class CountedPanel(FieldPanel):
    """A field of prose that shows how many words it holds and how many it may."""

    def __init__(self, field_name: str, *, words: int, **kwargs: Any) -> None:
        kwargs.setdefault(
            "attrs",
            {"data-word-limit": str(words), "data-word-text": _("{count} of {limit} words")},
        )
        super().__init__(field_name, **kwargs)
        self.words = words

    def clone_kwargs(self) -> dict[str, Any]:
        """Give what makes this panel again."""
        return {**super().clone_kwargs(), "words": self.words}

    class BoundPanel(FieldPanel.BoundPanel):
        """The panel of one form."""

        @property
        def media(self) -> Media:
            """Add the script that counts."""
            return super().media + Media(js=["js/word-count.js"])


def summary_panels() -> list[Panel]:
    """What every work says first."""
    from .models.workpage import SUMMARY_WORDS

    return [
        FieldPanel("title"),
        CountedPanel("summary", words=SUMMARY_WORDS),
        FieldPanel("place"),
        FieldPanel("text_language"),
    ]


def place_panels() -> list[Panel]:
    """Where it is."""
    return [
        MultiFieldPanel(
            [
                FieldPanel("country"),
                FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                FieldRowPanel([FieldPanel("territory"), FieldPanel("population")]),
            ],
            heading=_("Place"),
        ),
    ]


def period_panels() -> list[Panel]:
    """When it is."""
    return [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("start"), FieldPanel("end")]),
                FieldPanel("status"),
            ],
            heading=_("Period"),
        )
    ]


def term_panels(kinds: Iterable[str]) -> list[Panel]:
    """Check boxes for the kinds of terms that a page type carries."""
    wanted = set(kinds)
    return [
        FieldPanel(name, classname="collapsed" if name == "targets" else "")
        for name, kind in TERM_FIELDS.items()
        if kind in wanted
    ]


def relation_panels() -> list[Panel]:
    """The hub a work belongs to, related works, who contributed."""
    return [
        InlinePanel("related_works", label=_("Hub or related work")),
        InlinePanel("contributors", label=_("Contributor")),
    ]


def media_panels() -> list[Panel]:
    """Pictures, documents, links."""
    return [
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Cover")),
        FieldPanel("media"),
        FieldPanel("documents"),
        FieldPanel("links"),
    ]


def rights_panels() -> list[Panel]:
    """Licence, citation, contact and example label."""
    return [
        FieldPanel("licence"),
        FieldPanel("citation"),
        FieldPanel("example_sections"),
        MultiFieldPanel(
            [
                HelpPanel(
                    content=_("The address is never shown: readers write through a form."),
                ),
                FieldPanel("contact_name"),
                FieldPanel("contact_organisation"),
                FieldPanel("contact_email"),
                FieldPanel("contact_consent"),
            ],
            heading=_("Contact"),
        ),
    ]


def work_tabs(story: list[Panel], facts: list[Panel], promote: list[Panel]) -> TabbedInterface:
    """Join the panels of a work's page into its tabs."""
    return TabbedInterface(
        [
            ObjectList([*summary_panels(), *story], heading=_("Story")),
            ObjectList([*facts, *relation_panels()], heading=_("Facts")),
            ObjectList(media_panels(), heading=_("Media and links")),
            ObjectList(rights_panels(), heading=_("Rights and contact")),
            ObjectList(promote, heading=_("Promote")),
        ]
    )
