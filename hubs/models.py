"""The hub profile."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail_localize.fields import SynchronizedField

from portal.cms import panels
from portal.cms.blocks import PROSE, UPDATES
from portal.cms.lists import first_works
from portal.cms.models import WorkPage
from portal.cms.text import stream_text
from portal.taxonomy.models import Kind, Term
from search.facets import WorkType

SHOWN_WORKS = 6


class HubStatus(models.TextChoices):
    """Where a hub stands."""

    ANNOUNCED = "announced", _("Announced")
    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")


class LabelEdition(models.TextChoices):
    """The calls through which a hub got its label."""

    CALL_1 = "call-1", _("Call 1 (2020)")
    CALL_2 = "call-2", _("Call 2 (2021)")
    CALL_LDC = "call-ldc", _("Call for least developed countries (2021)")


class HubPage(WorkPage):
    """A process led by local or regional governments for one to three years.

    A hub is a collection, too: practices, cases, notes and events name it as theirs.
    """

    work_type = WorkType.HUB
    statuses = HubStatus
    term_kinds = (*WorkPage.term_kinds, Kind.COMPONENT)

    host = models.CharField(_("host"), max_length=200, blank=True)
    label_edition = models.CharField(
        _("label edition"), max_length=20, choices=LabelEdition.choices, blank=True
    )
    objective = StreamField(PROSE, verbose_name=_("objective"), blank=True)
    method = StreamField(PROSE, verbose_name=_("method and milestones"), blank=True)
    outputs = StreamField(PROSE, verbose_name=_("expected outputs"), blank=True)
    funding = StreamField(PROSE, verbose_name=_("funding"), blank=True)
    join = StreamField(PROSE, verbose_name=_("how to join"), blank=True)
    updates = StreamField(UPDATES, verbose_name=_("updates"), blank=True)

    override_translatable_fields: ClassVar = [
        *WorkPage.override_translatable_fields,
        SynchronizedField("host", overridable=False),
        SynchronizedField("participants", overridable=False),
    ]
    parent_page_types: ClassVar = ["cms.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "hubs/hub_page.html"
    PARTS: ClassVar = ("objective", "method", "outputs", "funding", "join")
    edit_handler = panels.work_tabs(
        [
            *(FieldPanel(name) for name in PARTS),
            FieldPanel("updates"),
        ],
        [
            MultiFieldPanel([FieldPanel("host"), FieldPanel("label_edition")], heading=_("Label")),
            *panels.place_panels(),
            *panels.period_panels(),
            *panels.term_panels(term_kinds),
            InlinePanel("participants", label=_("Participant")),
        ],
        WorkPage.promote_panels,
    )

    class Meta:
        verbose_name = _("hub")
        verbose_name_plural = _("hubs")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the first works that belong to this hub; a search has them all."""
        context = super().get_context(request, *args, **kwargs)
        reference = self.work.reference
        if reference:
            context["collection"] = first_works(request, {"hub": (reference,)}, SHOWN_WORKS)
        return context

    def missing(self) -> dict[str, str]:
        """Give what publication needs: a summary, a host and an objective."""
        found = super().missing()
        if not self.original.host:
            found["host"] = str(_("A host is needed."))
        if not self.objective:
            found["objective"] = str(_("An objective is needed."))
        return found

    def example_choices(self) -> list[tuple[str, Any]]:
        """List the parts that may be marked as example texts."""
        fields = {name: self._meta.get_field(name) for name in self.PARTS}
        return [
            ("summary", _("Summary")),
            *((name, str(field.verbose_name).capitalize()) for name, field in fields.items()),
            ("updates", _("Updates")),
        ]

    def body_parts(self) -> list[str]:
        """Give host, participants, all parts and the updates."""
        names = [row.name for row in self.people]
        parts = [stream_text(getattr(self, name)) for name in (*self.PARTS, "updates")]
        return [self.original.host, *names, *parts]

    @cached_property
    def people(self) -> list[Participant]:
        """List who hosts the original or takes part in it."""
        return list(self.original.participants.all())

    @property
    def sections(self) -> list[dict[str, Any]]:
        """Give the filled parts with their headings, for the public page."""
        labels = dict(self.example_choices())
        examples = set(self.original.example_sections)
        return [
            {
                "name": name,
                "label": labels[name],
                "value": getattr(self, name),
                "example": name in examples,
            }
            for name in self.PARTS
            if getattr(self, name)
        ]

    @property
    def dated_updates(self) -> list[Any]:
        """Give the updates, the newest first."""
        return sorted(self.updates, key=lambda block: block.value["date"], reverse=True)


class Participant(Orderable):
    """A member that hosts or takes part in a hub."""

    class Role(models.TextChoices):
        """What the participant does."""

        HOST = "host", _("Host")
        CO_HOST = "co-host", _("Co-host")
        MEMBER = "member", _("Member")
        PARTNER = "partner", _("Partner")

    page = ParentalKey(HubPage, on_delete=models.CASCADE, related_name="participants")
    name = models.CharField(_("name"), max_length=200)
    country = models.ForeignKey(
        Term,
        verbose_name=_("country"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to={"kind": Kind.COUNTRY},
        related_name="+",
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)

    panels: ClassVar = [FieldPanel("name"), FieldPanel("country"), FieldPanel("role")]

    def __str__(self) -> str:
        return self.name
