"""The practice family, policy notes and resources."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField

from portal.cms import panels
from portal.cms.blocks import ARTICLE, RECOMMENDATIONS
from portal.cms.models import WorkPage
from portal.cms.text import stream_text
from portal.taxonomy.models import Kind
from search.facets import WorkType

from . import template
from .template import BY_NAME, STEP_LABELS, TEMPLATE, part_field


class PracticeStatus(models.TextChoices):
    """Where a practice stands."""

    PLANNED = "planned", _("Planned")
    ONGOING = "ongoing", _("Ongoing")
    COMPLETED = "completed", _("Completed")


def story_panels() -> list[Panel]:
    """The panels of the template, a group for each of its steps."""
    return [
        MultiFieldPanel(
            [
                panels.CountedPanel(part.name, words=part.words)
                for part in TEMPLATE
                if part.step is step
            ],
            heading=label,
        )
        for step, label in STEP_LABELS.items()
    ]


class PracticePage(WorkPage):
    """What good practices and case studies share: the template."""

    statuses = PracticeStatus
    term_kinds = (*WorkPage.term_kinds, Kind.AWARD)

    context = part_field("context")
    objectives = part_field("objectives")
    actions = part_field("actions")
    actors = part_field("actors")
    budget = part_field("budget")
    legal_framework = part_field("legal_framework")
    results = part_field("results")
    obstacles = part_field("obstacles")
    gender_inclusion = part_field("gender_inclusion")
    enabling_conditions = part_field("enabling_conditions")
    lessons = part_field("lessons")
    transfer_conditions = part_field("transfer_conditions")
    replicated_in = part_field("replicated_in")

    parent_page_types: ClassVar = ["cms.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    def missing(self) -> dict[str, str]:
        """Give what publication needs; `practices.template` decides."""
        return template.missing(self)

    def example_choices(self) -> list[tuple[str, Any]]:
        """List the parts that may be marked as example texts."""
        return [("summary", _("Summary")), *((part.name, part.label) for part in TEMPLATE)]

    def body_parts(self) -> list[str]:
        """Give the texts of all parts."""
        return [stream_text(getattr(self, name)) for name in BY_NAME]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Give the parts that hold more than figures by step, for the public page."""
        examples = set(self.original.example_sections)
        return [
            {
                "step": step,
                "label": label,
                "parts": [
                    {
                        "name": part.name,
                        "label": part.label,
                        "value": blocks,
                        "example": part.name in examples,
                    }
                    for part in TEMPLATE
                    if part.step is step and (blocks := self._prose(part.name))
                ],
            }
            for step, label in STEP_LABELS.items()
        ]

    def _prose(self, name: str) -> list[Any]:
        """Give the blocks of a part that are not figures."""
        return [block for block in getattr(self, name) if block.block_type != "indicator"]

    @property
    def indicators(self) -> list[Any]:
        """Give the results that are figures."""
        return [block for block in self.results if block.block_type == "indicator"]

    @property
    def indicators_are_examples(self) -> bool:
        """Tell whether the figures belong to a part that is marked as an example."""
        return "results" in self.original.example_sections


class GoodPracticePage(PracticePage):
    """A good practice of a local or regional government."""

    work_type = WorkType.GOOD_PRACTICE
    template = "practices/practice_page.html"
    edit_handler = panels.work_tabs(
        story_panels(),
        [
            *panels.place_panels(),
            *panels.period_panels(),
            *panels.term_panels(PracticePage.term_kinds),
        ],
        WorkPage.promote_panels,
    )

    class Meta:
        verbose_name = _("good practice")
        verbose_name_plural = _("good practices")


class CaseStudyPage(PracticePage):
    """A case study of the GOLD VI report."""

    work_type = WorkType.CASE_STUDY
    template = "practices/practice_page.html"
    term_kinds = (*PracticePage.term_kinds, Kind.PATHWAY)

    edition = models.CharField(_("edition"), max_length=40, default="GOLD VI")
    network = models.CharField(_("contributing network"), max_length=200, blank=True)
    paper_number = models.CharField(_("paper number"), max_length=40, blank=True)
    source_pdf = models.ForeignKey(
        "cms.PortalDocument",
        verbose_name=_("source PDF"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    source_pdf_url = models.URLField(_("address of the source PDF"), max_length=500, blank=True)

    override_translatable_fields: ClassVar = [
        *WorkPage.override_translatable_fields,
        SynchronizedField("edition", overridable=False),
        SynchronizedField("network", overridable=False),
        SynchronizedField("paper_number", overridable=False),
    ]
    edit_handler = panels.work_tabs(
        story_panels(),
        [
            *panels.place_panels(),
            *panels.period_panels(),
            MultiFieldPanel(
                [
                    FieldPanel("edition"),
                    FieldPanel("network"),
                    FieldPanel("paper_number"),
                    FieldPanel("source_pdf"),
                    FieldPanel("source_pdf_url"),
                ],
                heading=_("Report"),
            ),
            *panels.term_panels(term_kinds),
        ],
        WorkPage.promote_panels,
    )

    class Meta:
        verbose_name = _("GOLD VI case study")
        verbose_name_plural = _("GOLD VI case studies")


class PolicyNotePage(WorkPage):
    """A note or paper of a policy council, committee or initiative."""

    work_type = WorkType.POLICY_NOTE
    term_kinds = (*WorkPage.term_kinds, Kind.BODY, Kind.NOTE_TYPE)

    body = StreamField(ARTICLE, verbose_name=_("text"), blank=True)
    recommendations = StreamField(RECOMMENDATIONS, verbose_name=_("recommendations"), blank=True)

    parent_page_types: ClassVar = ["cms.WorkIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "practices/policy_note_page.html"
    edit_handler = panels.work_tabs(
        [FieldPanel("body"), FieldPanel("recommendations")],
        [
            FieldPanel("start", heading=_("Date")),
            FieldPanel("country"),
            *panels.term_panels(term_kinds),
        ],
        WorkPage.promote_panels,
    )

    class Meta:
        verbose_name = _("policy note")
        verbose_name_plural = _("policy notes")

    def example_choices(self) -> list[tuple[str, Any]]:
        """List the parts that may be marked as example texts."""
        return [
            ("summary", _("Summary")),
            ("body", _("Text")),
            ("recommendations", _("Recommendations")),
        ]

    def body_parts(self) -> list[str]:
        """Give text and recommendations."""
        return [stream_text(self.body), stream_text(self.recommendations)]

    def missing(self) -> dict[str, str]:
        """Give what publication needs: a summary, and a text or a document."""
        found = super().missing()
        if not self.body and not self.documents and not self.links:
            found["body"] = str(_("A text, a document or a link is needed."))
        return found


class ResourceType(models.TextChoices):
    """What a resource is."""

    CASE_COLLECTION = "case-collection", _("Collection of cases")
    COURSE = "course", _("Course")
    LEARNING_MODULE = "learning-module", _("Learning module")
    PEER_LEARNING_NOTE = "peer-learning-note", _("Peer-learning note")
    COUNTRY_PROFILE = "country-profile", _("Country profile")
    REPORT = "report", _("Report")
    GUIDE = "guide", _("Guide")
    DATASET = "dataset", _("Data")
    TOOL = "tool", _("Tool")


class ResourcePage(WorkPage):
    """A pointer to what lives elsewhere."""

    work_type = WorkType.RESOURCE
    term_kinds = (*WorkPage.term_kinds, Kind.AWARD)

    provider = models.CharField(_("provider"), max_length=200, blank=True)
    resource_url = models.URLField(_("address"), max_length=500)
    resource_type = models.CharField(
        _("type of resource"), max_length=30, choices=ResourceType.choices, blank=True
    )
    body = StreamField(ARTICLE, verbose_name=_("text"), blank=True)

    override_translatable_fields: ClassVar = [
        *WorkPage.override_translatable_fields,
        SynchronizedField("provider", overridable=False),
    ]
    parent_page_types: ClassVar = ["cms.WorkIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "practices/resource_page.html"
    edit_handler = panels.work_tabs(
        [FieldPanel("body")],
        [
            MultiFieldPanel(
                [
                    FieldPanel("resource_url"),
                    FieldPanel("provider"),
                    FieldPanel("resource_type"),
                ],
                heading=_("Where it lives"),
            ),
            FieldPanel("start", heading=_("Date")),
            *panels.place_panels(),
            *panels.term_panels(term_kinds),
        ],
        WorkPage.promote_panels,
    )

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    def example_choices(self) -> list[tuple[str, Any]]:
        """List the parts that may be marked as example texts."""
        return [("summary", _("Summary")), ("body", _("Text"))]

    def body_parts(self) -> list[str]:
        """Give the provider and the text."""
        return [self.original.provider, stream_text(self.body)]
