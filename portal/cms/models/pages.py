"""The pages of the tree: home, sections, lists and content pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from portal.taxonomy.models import Kind, Term
from search.facets import WorkType
from search.public import only_public

from ..blocks import ARTICLE
from .base import BasePage


class HomePage(BasePage):
    """The first page of one language."""

    heading = models.CharField(
        _("heading"), max_length=120, blank=True, help_text=_("The question over the search box.")
    )
    introduction = models.TextField(_("introduction"), blank=True)

    parent_page_types: ClassVar = ["wagtailcore.Page"]
    content_panels: ClassVar = [
        *BasePage.content_panels,
        FieldPanel("heading"),
        FieldPanel("introduction"),
    ]
    template = "cms/home.html"

    class Meta:
        verbose_name = _("home page")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Find the page of an address in one query, where Wagtail asks once for every level.

        Raises Http404.
        """
        if not path_components:
            return super().route(request, path_components)
        url_path = f"{self.url_path}{'/'.join(path_components)}/"
        found = Page.objects.filter(url_path=url_path, path__startswith=self.path)
        row = found.values_list("pk", "content_type").first()
        model = ContentType.objects.get_for_id(row[1]).model_class() if row else None
        if row is None or model is None:
            raise Http404
        page: Any = model._default_manager.select_related("locale").get(pk=row[0])
        return page.route(request, [])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the newest works and the figures of the whole, from one search."""
        from ..home import home_context

        return super().get_context(request, *args, **kwargs) | home_context(request)


class ContentPage(BasePage):
    """A page of text: about, criteria, privacy ..."""

    introduction = models.TextField(_("introduction"), blank=True)
    body = StreamField(ARTICLE, verbose_name=_("text"), blank=True)

    parent_page_types: ClassVar = ["cms.HomePage", "cms.ContentPage"]
    subpage_types: ClassVar = ["cms.ContentPage"]
    content_panels: ClassVar = [
        *BasePage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]
    template = "cms/content_page.html"

    class Meta:
        verbose_name = _("content page")


class SectionIndexPage(BasePage):
    """The list of UCLG's sections."""

    introduction = models.TextField(_("introduction"), blank=True)

    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.SectionPage"]
    max_count_per_parent = 1
    content_panels: ClassVar = [*BasePage.content_panels, FieldPanel("introduction")]
    template = "cms/section_index.html"

    class Meta:
        verbose_name = _("list of sections")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the sections, in the taxonomy's order."""
        context = super().get_context(request, *args, **kwargs)
        context["sections"] = (
            only_public(SectionPage.objects.child_of(self))
            .select_related("term")
            .order_by("term__position")
        )
        return context


class SectionPage(BasePage):
    """A section of UCLG: its public page, and the node under which its works stand.

    The tree makes it from the taxonomy's section (`tree.make_tree`); nobody does by hand.
    """

    is_creatable = False
    term = models.ForeignKey(
        Term,
        verbose_name=_("section"),
        on_delete=models.PROTECT,
        limit_choices_to={"kind": Kind.SECTION},
        related_name="+",
    )
    introduction = models.TextField(_("introduction"), blank=True)
    body = StreamField(ARTICLE, verbose_name=_("text"), blank=True)
    website = models.URLField(_("website"), blank=True)

    override_translatable_fields: ClassVar = [
        *BasePage.override_translatable_fields,
        SynchronizedField("term", overridable=False),
        SynchronizedField("website", overridable=False),
    ]
    parent_page_types: ClassVar = ["cms.SectionIndexPage"]
    subpage_types: ClassVar = [
        "hubs.HubPage",
        "practices.GoodPracticePage",
        "practices.CaseStudyPage",
    ]
    content_panels: ClassVar = [
        *BasePage.content_panels,
        FieldPanel("term", read_only=True),
        FieldPanel("introduction"),
        FieldPanel("body"),
        FieldPanel("website"),
    ]
    template = "cms/section_page.html"

    class Meta:
        verbose_name = _("section")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what this section has published, as a search."""
        from ..lists import list_context

        context = super().get_context(request, *args, **kwargs)
        return context | list_context(request, {"section": (self.term.code,)})


class WorkIndexPage(BasePage):
    """The list of one type of work; works without a section stand under it."""

    introduction = models.TextField(_("introduction"), blank=True)
    lists = models.CharField(_("lists"), max_length=20, choices=WorkType.choices)

    override_translatable_fields: ClassVar = [
        *BasePage.override_translatable_fields,
        SynchronizedField("lists", overridable=False),
    ]
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["practices.PolicyNotePage", "practices.ResourcePage"]
    content_panels: ClassVar = [
        *BasePage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("lists"),
    ]
    template = "cms/work_index.html"

    class Meta:
        verbose_name = _("list of works")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the works of this type, as a search."""
        from ..lists import list_context

        context = super().get_context(request, *args, **kwargs)
        return context | list_context(request, {"type": (self.lists,)})
