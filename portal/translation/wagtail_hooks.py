"""Where translators and reviewers find their work in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page

from portal.accounts.admin_menu import MenuItemFor
from portal.cms.models import BasePage

from . import localize, urls
from .review import MACHINE_APPROVED
from .views import may_see


@hooks.register("register_admin_urls", order=-1)
def register_urls() -> list[URLPattern | URLResolver]:
    """Put the pages about translations below the admin's address."""
    return [
        path("translations/", include(urls)),
        # Before wagtail-localize's own: the first address that fits answers.
        path("localize/submit/page/<int:page_id>/", localize.SubmitPageTranslationView.as_view()),
        path(
            "localize/update/<int:translation_source_id>/",
            localize.UpdateTranslationsView.as_view(),
        ),
        path("localize/translate/<int:translation_id>/pofile/upload/", localize.upload_pofile),
        path(
            "localize/translate/<int:translation_id>/machine_translate/",
            localize.machine_translate,
        ),
    ]


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    """Offer the coverage among the reports."""
    return MenuItemFor(
        may_see,
        _("Translation coverage"),
        reverse("portal_translation:report"),
        name="translation-coverage",
        icon_name="wagtail-localize-language",
        order=8990,
    )


def _buttons(
    page: Page, user: Any, view_name: str | None = None, next_url: str | None = None
) -> Iterator[Button]:
    """Offer a page's languages."""
    if page.is_root() or not issubclass(page.specific_class or Page, BasePage):
        return
    if page.permissions_for_user(user).can_edit():
        yield Button(
            _("Languages"),
            reverse("portal_translation:page", args=[page.pk]),
            priority=59,
            icon_name="wagtail-localize-language",
        )


hooks.register("register_page_header_buttons", _buttons)
hooks.register("register_page_listing_more_buttons", _buttons)


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    """Name in the histories what a person approved of a machine's work."""

    @actions.register_action(MACHINE_APPROVED)
    class MachineFormatter(LogFormatter):
        """Says how much."""

        label = _("Machine translation approved")

        def format_message(self, log_entry: Any) -> str:
            """Give the number of passages."""
            count = int(log_entry.data.get("passages", 0))
            return ngettext(
                "Approved %(count)d passage that a machine translated",
                "Approved %(count)d passages that a machine translated",
                count,
            ) % {"count": count}
