"""What every page of the portal shares."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from anyascii import anyascii
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtail_localize.fields import SynchronizedField

from portal.taxonomy.language import current_language
from search.audience import PUBLIC_ONLY, audiences_of
from search.public import readable_by, refused

from .. import audience, links
from ..fields import OwnField
from ..forms import PageForm


class NotPublishable(ValidationError):
    """A page lacks what publication needs; `messages` says what, `page` is the page, if saved."""

    def __init__(self, message: str | list[str], page: Page | None = None) -> None:
        super().__init__(message)
        self.page = page


SLUG_CHARACTERS = 80


def slug_of(title: str) -> str:
    """Give the slug that a title asks for, transliterated where it is not Latin."""
    return slugify(anyascii(title))[:SLUG_CHARACTERS].strip("-") or "page"


class BasePage(Page):
    """A page with a slug that is valid and the same in every language.

    audiences: those of whoever it is shown to, everybody's until then; what it says of other pages
    is what these readers may read. refusing: the view restrictions that keep them out, once asked.
    """

    audiences: frozenset[str] = PUBLIC_ONLY
    refusing: QuerySet[PageViewRestriction] | None = None

    machine_translated = models.BooleanField(
        _("holds text of a machine that nobody has approved"), default=False, editable=False
    )

    override_translatable_fields: ClassVar = [
        SynchronizedField("slug", overridable=False),
        OwnField("machine_translated"),
    ]
    promote_panels: ClassVar = [
        FieldPanel("slug"),
        FieldPanel("seo_title"),
        FieldPanel("search_description"),
    ]
    show_in_menus_default = False
    base_form_class = PageForm

    class Meta:
        abstract = True

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Make the slug before everything is checked."""
        self._fill_slug()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        """Make the slug before a draft is checked, which Wagtail does less strictly."""
        self._fill_slug()
        super().minimal_clean()

    def _fill_slug(self) -> None:
        """Make the slug from the title, transliterated where it is not Latin.

        Like Wagtail, wait for the parent to be known: only then is it known what is free.
        """
        if self.slug or not self.title or not (self.path or hasattr(self, "_cached_parent_obj")):
            return
        base = slug_of(self.title)
        number, slug = 1, base
        while not Page._slug_is_available(slug, self.get_parent(), self):
            number += 1
            slug = f"{base}-{number}"
        self.slug: str = slug

    def missing(self) -> dict[str, str]:
        """Give what publication still needs: field name -> a sentence. Nothing by default."""
        return {}

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Publish a revision, unless it lacks what publication needs.

        Editors, workflows, scheduled publication and translations all pass here. Other packages
        may refuse, too: their functions for the hook "refuse_publication" get the page and give
        the reason, or "". Raises NotPublishable.
        """
        self.check_refusals()
        missing = revision.as_object().missing()
        if missing:
            raise NotPublishable(
                gettext("“%(title)s” cannot be published yet: %(missing)s")
                % {"title": self.title, "missing": " ".join(missing.values())},
                self,
            )
        return super().publish(revision, *args, **kwargs)

    def check_refusals(self) -> None:
        """Raise NotPublishable where another package refuses the page's publication."""
        for refuse in hooks.get_hooks("refuse_publication"):
            if reason := refuse(self):
                raise NotPublishable(reason, self)

    def show_to(self, request: HttpRequest) -> None:
        """Let the page say to whoever asks what they may read of others."""
        self.audiences = audiences_of(request)

    def all_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """Give what restricts the page for anybody: its own restrictions, and those above it."""
        found: QuerySet[PageViewRestriction] = super().get_view_restrictions()
        return found

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """Give the restrictions that keep out whoever the page is shown to.

        Wagtail asks before it shows a page, and in the admin, where the page is shown to nobody
        and all of them are given.
        """
        if self.refusing is not None:
            return self.refusing
        return self.all_view_restrictions().filter(refused(self.audiences))

    @cached_property
    def live_translations(self) -> list[Page]:
        """List the live pages of this place that its reader may read, in every language.

        Aliases are left out: they say one language's text under another's address.
        """
        pages = Page.objects.filter(translation_key=self.translation_key, alias_of__isnull=True)
        found = readable_by(pages, self.audiences)
        return list(found.select_related("locale").order_by("locale_id"))

    @property
    def alternates(self) -> list[dict[str, str]]:
        """Give code and address of each live translation, for `hreflang`; none if it is alone."""
        pages = [page for page in self.live_translations if page.full_url]
        if len(pages) < 2:
            return []
        found = [{"code": page.locale.language_code, "url": page.full_url} for page in pages]
        default = next((row for row in found if row["code"] == settings.LANGUAGE_CODE), found[0])
        return [*found, {"code": "x-default", "url": default["url"]}]

    @property
    def meta_description(self) -> str:
        """Give what search engines and messengers show: the description, else the first text."""
        texts = (
            self.search_description,
            getattr(self, "summary", ""),
            getattr(self, "introduction", ""),
        )
        return next((text for text in texts if text), "")

    @property
    def reader_url(self) -> str:
        """Give where a reader reads it: at its address, or at the same place of their language."""
        language, url = current_language(), self.get_url() or ""
        if self.locale.language_code == language or url.count("/") < 2:
            return url
        return links.home(language) + url.split("/", 2)[2]

    @property
    def trail(self) -> list[tuple[str, str]]:
        """Give address and title of the pages above this one that its reader may read.

        The home page is left out.

        They are the reader's language's where it has them; a page may be shown to readers of
        another.
        """
        above = readable_by(self.get_ancestors().filter(depth__gt=2), self.audiences)
        language = current_language()
        if self.locale.language_code != language:
            keys = above.values("translation_key")
            pages = Page.objects.filter(
                translation_key__in=keys, locale__language_code=language, alias_of__isnull=True
            )
            above = readable_by(pages, self.audiences)
        return [(page.get_url() or "", page.title) for page in above.order_by("depth")]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the page, and note for the language switch which page is shown."""
        self.show_to(request)
        request.shown_page = self  # type: ignore[attr-defined]
        return super().serve(request, *args, **kwargs)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """Show the draft, and note for the language switch which page is shown."""
        self.show_to(request)
        request.shown_page = self  # type: ignore[attr-defined]
        return super().serve_preview(request, mode_name)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the page's own language, and whether it is another than the interface's."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        language = self.locale.language_code
        context["text_language"] = language
        is_preview = getattr(request, "is_preview", False)
        context["other_language"] = language != current_language() and not is_preview
        if self.audiences != PUBLIC_ONLY:  # to everybody, only what is for everybody is shown
            context["audience"] = audience.describe(audience.of_page(self))
        return context
