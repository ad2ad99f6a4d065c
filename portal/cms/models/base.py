"""What every page of the portal shares."""

from __future__ import annotations

from typing import Any, ClassVar

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField


class NotPublishable(ValidationError):
    """A page lacks what publication needs; `messages` says what."""


class BasePage(Page):
    """A page with a slug that is valid and the same in every language."""

    override_translatable_fields: ClassVar = [SynchronizedField("slug", overridable=False)]
    promote_panels: ClassVar = [
        FieldPanel("slug"),
        FieldPanel("seo_title"),
        FieldPanel("search_description"),
    ]
    show_in_menus_default = False

    class Meta:
        abstract = True

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Make the slug from the title, transliterated where it is not Latin."""
        if not self.slug and self.title:
            base = slugify(anyascii(self.title))[:80].strip("-") or "page"
            self.slug = self._free_slug(base)
        super().full_clean(*args, **kwargs)

    def _free_slug(self, base: str) -> str:
        """Give `base`, or `base-2`, `base-3` ... where a sibling has it."""
        parent = self.get_parent() if self.path else None
        number, slug = 1, base
        while not Page._slug_is_available(slug, parent, self):
            number += 1
            slug = f"{base}-{number}"
        return slug

    def missing(self) -> dict[str, str]:
        """Give what publication still needs: field name -> a sentence. Nothing by default."""
        return {}

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Publish a revision, unless it lacks what publication needs.

        Editors, workflows, scheduled publication and translations all pass here. Raises
        NotPublishable.
        """
        missing = revision.as_object().missing()
        if missing:
            raise NotPublishable(
                _("“%(title)s” cannot be published yet: %(missing)s")
                % {"title": self.title, "missing": " ".join(missing.values())}
            )
        return super().publish(revision, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the page's own language, which may not be the interface's."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["text_language"] = self.locale.language_code
        return context
