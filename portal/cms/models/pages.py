"""The pages of the tree: home, sections, lists and content pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind, Term
from search.audience import audiences_of
from search.facets import WorkType
from search.public import readable_by

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

        A place that has no page in the reader's language is shown in the best other one, as works
        are; the page says so. Raises Http404.
        """
        tail = "".join(f"{part}/" for part in path_components)
        page = self._below(tail) if tail else self
        if page is None or not page.live or page.alias_of_id or _is_foreign(page):
            page = self._elsewhere(tail, audiences_of(request)) or page
        if page is None:
            raise Http404
        page.show_to(request)
        if isinstance(page, HomePage):
            return super(HomePage, page).route(request, [])
        return page.route(request, [])

    def _below(self, tail: str) -> Any:
        """Find the page at a path below this one, live or not; None where there is none."""
        found = Page.objects.filter(url_path=f"{self.url_path}{tail}", path__startswith=self.path)
        return _specific(found.values_list("pk", "content_type").first())

    def _elsewhere(self, tail: str, audiences: frozenset[str]) -> Any:
        """Find the page at the same path below another home page: the reader's, the best.

        Only one that readers of these audiences may read.
        """
        languages = [code for code, _name in settings.LANGUAGES]
        homes = HomePage.objects.filter(locale__language_code__in=languages)
        codes = dict(homes.values_list("url_path", "locale__language_code"))
        places = {f"{path}{tail}": code for path, code in codes.items()}
        pages = readable_by(
            Page.objects.filter(url_path__in=places, alias_of__isnull=True), audiences
        )
        order = [current_language(), *settings.FALLBACK_LANGUAGES, *languages]
        rows = pages.values_list("url_path", "pk", "content_type")
        found = min(rows, key=lambda row: order.index(places[row[0]]), default=None)
        return _specific(found[1:] if found else None)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the newest works and the figures of the whole, from one search."""
        from ..home import home_context

        return super().get_context(request, *args, **kwargs) | home_context(request)


def _is_foreign(page: Any) -> bool:
    return bool(page.locale.language_code != current_language())


def _specific(row: tuple[int, int] | None) -> Any:
    """Give the page of a key and content type as its own model."""
    model = ContentType.objects.get_for_id(row[1]).model_class() if row else None
    if row is None or model is None:
        return None
    return model._default_manager.select_related("locale").get(pk=row[0])


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

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what stands before its text, and below a page that is not for everybody.

        What the code says stands first on some standing pages; no menu leads below the other ones.
        """
        from ..standing_pages import shown_on  # which makes pages of this type

        context = super().get_context(request, *args, **kwargs)
        context["shown_first"] = shown_on(self.translation_key)
        if context.get("audience"):
            below = readable_by(ContentPage.objects.child_of(self), self.audiences)
            context["below"] = below.order_by("path")
        return context


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
            readable_by(SectionPage.objects.child_of(self), self.audiences)
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
