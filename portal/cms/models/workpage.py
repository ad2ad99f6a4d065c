"""The page of a work in one language, and the facts that its original carries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Locale, PageViewRestriction
from wagtail_localize.fields import SynchronizedField

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind, Term
from portal.taxonomy.snapshot import Entry, snapshot
from search.audience import SECRETARIAT, audiences_of
from search.facets import WorkType
from search.public import readable_by

from .. import errors, links
from ..addresses import whole
from ..blocks import DOCUMENTS, LINKS, MEDIA
from ..fields import OwnField, PartialDateField
from ..forms import WorkPageForm
from ..text import count_words
from .base import BasePage
from .facts import Facts
from .licence import Licence
from .relations import Contributor, RelatedWork
from .work import Work

if TYPE_CHECKING:
    from .pages import SectionPage

SUMMARY_WORDS = 150
OLD_AFTER_DAYS = 5 * 365


def languages_of(pages: Iterable[WorkPage]) -> set[str]:
    """Give the languages of the texts of a work's pages, each page's own."""
    return {page.own_language.split("-")[0] for page in pages}


class WorkPage(Facts, BasePage):
    """A work in one language: the part that hubs, practices, notes and resources share.

    Prose belongs to each language's page. Facts (country, terms, period, hubs ...) are read from
    the original (`original`), never from a translation's copy.
    """

    is_creatable = False
    work_type: ClassVar[WorkType]
    term_kinds: ClassVar[tuple[str, ...]] = (Kind.THEME, Kind.SDG, Kind.TARGET, Kind.AGENDA)
    statuses: ClassVar[type[models.TextChoices] | None] = None
    base_form_class = WorkPageForm
    wanted_reference: str = ""
    made_with: Work | None = None

    summary = models.TextField(
        _("summary"), blank=True, help_text=_("What a reader must know, in 150 words at most.")
    )
    text_language = models.CharField(
        _("language of the text"),
        max_length=12,
        blank=True,
        help_text=_("Only where the text is in another language than this page: zh, ru ..."),
    )
    place = models.CharField(_("place"), max_length=150, blank=True)
    cover = models.ForeignKey(
        "cms.PortalImage",
        verbose_name=_("cover picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Where there is none, the portal draws a pattern."),
    )
    cover_alt = models.CharField(
        _("alternative text of the cover"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    media = StreamField(MEDIA, verbose_name=_("pictures and videos"), blank=True)
    documents = StreamField(DOCUMENTS, verbose_name=_("documents"), blank=True)
    links = StreamField(LINKS, verbose_name=_("links"), blank=True)

    country = models.ForeignKey(
        Term,
        verbose_name=_("country"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to={"kind": Kind.COUNTRY},
        related_name="+",
    )
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Degrees with a decimal point, north positive: 55.6761"),
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Degrees with a decimal point, east positive: 12.5683"),
    )
    territory = models.ForeignKey(
        Term,
        verbose_name=_("type of territory"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to={"kind": Kind.TERRITORY},
        related_name="+",
    )
    population = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)
    start = PartialDateField(
        _("from"), blank=True, help_text=_("A year, year-month or year-month-day.")
    )
    end = PartialDateField(_("to"), blank=True, help_text=_("Empty while it goes on."))
    status = models.CharField(_("status"), max_length=20, blank=True)
    licence = models.CharField(
        _("licence"), max_length=20, choices=Licence.choices, default=Licence.CC_BY
    )
    citation = models.CharField(
        _("citation"),
        max_length=500,
        blank=True,
        help_text=_("How to cite it; made from title, place and date where empty."),
    )
    example_sections = models.JSONField(
        _("example texts"),
        default=list,
        blank=True,
        help_text=_("Parts that are plausible examples, not facts; the page says so."),
    )
    contact_name = models.CharField(_("contact"), max_length=150, blank=True)
    contact_organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    contact_email = models.EmailField(
        _("mail address"), blank=True, help_text=_("Never shown; readers write through a form.")
    )
    contact_consent = models.BooleanField(
        _("has agreed to be contacted through the portal"), default=False
    )

    override_translatable_fields: ClassVar = [
        *BasePage.override_translatable_fields,
        OwnField("text_language"),
        *(
            SynchronizedField(name, overridable=False)
            for name in (
                "start",
                "end",
                "status",
                "citation",
                "example_sections",
                "contact_name",
                "contact_organisation",
                "contact_email",
                "contact_consent",
                "work_terms",
                "related_works",
                "contributors",
            )
        ),
    ]

    class Meta:
        verbose_name = _("work's page")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the page and make sure that its work exists, in one transaction."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            Work.for_page(self)

    def copy_for_translation(
        self,
        locale: Locale,
        copy_parents: bool = False,
        alias: bool = False,
        exclude_fields: Iterable[str] | None = None,
    ) -> Any:
        """Make a page for a translation; only an alias keeps the language of this page's text."""
        excluded = [*(exclude_fields or ()), *(() if alias else ("text_language",))]
        return super().copy_for_translation(locale, copy_parents, alias, excluded)

    def clean(self) -> None:
        """Check what must hold for drafts, too: points are whole, periods run forward."""
        super().clean()
        errors: dict[str, Any] = {}
        if (self.latitude is None) != (self.longitude is None):
            errors["longitude"] = _("A point needs both its latitude and its longitude.")
        if self.latitude == 0 and self.longitude == 0:
            errors["latitude"] = _("0° N 0° E lies in the sea; leave the point empty instead.")
        if self.start and self.end and self.end < self.start[: len(self.end)]:
            errors["end"] = _("The end lies before the beginning.")
        if self.cover_id and not self.cover_alt:
            errors["cover_alt"] = _("A picture needs an alternative text.")
        if count_words(self.summary) > SUMMARY_WORDS:
            errors["summary"] = gettext(
                "The summary has %(count)d words; at most %(limit)d are allowed."
            ) % {"count": count_words(self.summary), "limit": SUMMARY_WORDS}
        if errors:
            raise ValidationError(errors)

    def missing(self) -> dict[str, str]:
        """Give what publication needs: every work a summary. Types add what else they need."""
        missing = {}
        if not self.summary.strip():
            missing["summary"] = gettext("A summary is needed.")
        return missing

    @cached_property
    def work(self) -> Work:
        """Give the work that this page tells in its language."""
        work = (
            Work.objects.filter(translation_key=self.translation_key)
            .select_related("source_locale", "verification")
            .first()
        )
        return work or Work(
            translation_key=self.translation_key,
            source_locale=self.locale,
            work_type=self.work_type,
        )

    @cached_property
    def live_translations(self) -> list[Any]:
        """List the pages of the work that its reader may read, each with its text's language."""
        pages = WorkPage.objects.filter(translation_key=self.translation_key, alias_of__isnull=True)
        found = readable_by(pages, self.audiences)
        return list(found.select_related("locale").order_by("locale_id"))

    def all_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """Give what restricts the page: its own, what is above it, and the same of its original.

        So, Wagtail asks for the original's password, too, before it shows a translation.
        """
        if self.is_original or self.original is self:
            return super().all_view_restrictions()
        paths = [
            page.path[:end]
            for page in (self, self.original)
            for end in range(page.steplen, len(page.path) + 1, page.steplen)
        ]
        return PageViewRestriction.objects.filter(page__path__in=paths)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the page, or say that its work was taken down, to those for whom it was.

        Readers who are not of the work's audience are refused; so are all while the original is no
        published page. Restrictions have been asked for before. Raises Http404.
        """
        if not {self.work.audience, SECRETARIAT} & audiences_of(request):
            raise Http404
        if self.work.is_taken_down:
            return errors.gone(request, self.work.taken_down_reason)
        if not self.original.live:
            raise Http404
        return super().serve(request, *args, **kwargs)

    @property
    def is_original(self) -> bool:
        """Tell whether facts are this page's own."""
        return self.work.source_locale_id == self.locale_id

    @cached_property
    def original(self) -> WorkPage:
        """Give the page that carries the facts."""
        if self.is_original:
            return self
        page = (
            type(self)
            .objects.filter(
                translation_key=self.translation_key, locale_id=self.work.source_locale_id
            )
            .first()
        )
        return page or self

    @cached_property
    def verification_entry(self) -> Entry | None:
        """Give the work's verification level."""
        return snapshot().by_pk(self.work.verification_id)

    @cached_property
    def section(self) -> SectionPage | None:
        """Give the section under whose node the page stands, if any."""
        from .pages import SectionPage

        ends = range(self.steplen, len(self.path), self.steplen)
        pages = SectionPage.objects.select_related("locale")
        page = pages.filter(path__in=[self.path[:end] for end in ends]).first()
        language = current_language()
        if page is None or page.locale.language_code == language:
            return page
        others = readable_by(pages.filter(translation_key=page.translation_key), self.audiences)
        return others.filter(locale__language_code=language).first() or page

    @property
    def own_language(self) -> str:
        """Give the language of the text (BCP 47): the page's, unless it says another."""
        return self.text_language or self.locale.language_code

    @cached_property
    def languages(self) -> list[str]:
        """List the languages in which the work can be read, the interface's order first."""
        codes = languages_of(self.live_translations)
        order = [code for code, _name in settings.LANGUAGES]
        return sorted(codes, key=lambda code: (order.index(code) if code in order else 99, code))

    @cached_property
    def hubs(self) -> list[WorkPage]:
        """List the pages of the hubs to which the work belongs, in the best language."""
        return self._named(RelatedWork.Relation.HUB)

    @cached_property
    def related(self) -> list[WorkPage]:
        """List the pages of the related works, in the best language."""
        return self._named(RelatedWork.Relation.RELATED)

    def _named(self, relation: str) -> list[WorkPage]:
        rows = [r for r in self.named_works if r.relation == relation]
        return [page for row in rows if (page := self._named_pages.get(row.work.translation_key))]

    @cached_property
    def named_works(self) -> list[RelatedWork]:
        """List the original's relations, each with its work."""
        rows = list(self.original.related_works.all())
        works = Work.objects.in_bulk([row.work_id for row in rows]) if rows else {}
        for row in rows:
            row.work = works[row.work_id]
        return rows

    @cached_property
    def _named_pages(self) -> dict[Any, WorkPage]:
        """Give the page of each named work that the reader may read, in the best language."""
        keys = {row.work.translation_key: row.work for row in self.named_works}
        if not keys:
            return {}
        order = [current_language(), self.locale.language_code, "", *settings.FALLBACK_LANGUAGES]
        found: dict[Any, tuple[int, WorkPage]] = {}
        # Aliases are left out here: asked for them, SQLite walks through all pages that are none.
        pages = readable_by(WorkPage.objects.filter(translation_key__in=keys), self.audiences)
        for page in pages.select_related("locale").order_by("locale_id"):
            if page.alias_of_id is not None:
                continue
            code = page.locale.language_code
            if page.locale_id == keys[page.translation_key].source_locale_id:
                code = code if code in order[:2] else ""  # the original
            rank = order.index(code) if code in order else len(order)
            if page.translation_key not in found or rank < found[page.translation_key][0]:
                found[page.translation_key] = (rank, page)
        return {key: page for key, (_rank, page) in found.items()}

    @property
    def reader_url(self) -> str:
        """Give where a reader reads the work: this page, or under the reader's own interface."""
        language = current_language()
        if self.locale.language_code == language:
            return self.get_url() or ""
        return links.work(language, self.work.reference)

    @cached_property
    def authors(self) -> list[Contributor]:
        """List the original's contributors."""
        return list(self.original.contributors.all())

    @property
    def citation_text(self) -> str:
        """Give how to cite the work."""
        if self.original.citation:
            return self.original.citation
        authors = ", ".join(row.name for row in self.authors)
        year = self.first_published_at.year if self.first_published_at else ""
        parts = [authors, f"“{self.title}”", "Local4Action HUBs, UCLG", str(year)]
        return ". ".join(part for part in [*parts, self.work.reference] if part) + "."

    @property
    def is_old(self) -> bool:
        """Tell whether nobody has changed or checked the text for five years."""
        checked = self.work.verified_on
        changed = self.last_published_at.date() if self.last_published_at else None
        latest = max((day for day in (checked, changed) if day), default=None)
        return latest is not None and (timezone.localdate() - latest).days > OLD_AFTER_DAYS

    def example_choices(self) -> list[tuple[str, Any]]:
        """List the parts that may be marked as example texts."""
        return [("summary", _("Summary"))]

    def body_parts(self) -> list[str]:
        """Give the texts beside title, summary and place that a search must find."""
        return []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the facts' page and the text's own language."""
        context = super().get_context(request, *args, **kwargs)
        context["facts"] = self.original
        context["text_language"] = self.own_language
        path = self.work.get_absolute_url()
        context["permanent_address"] = whole(request, path) if path else ""
        context["contact_address"] = settings.DEFAULT_FROM_EMAIL
        return context
