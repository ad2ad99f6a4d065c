"""What the search adds to Wagtail's admin."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.accounts.admin_menu import MenuItemFor

from . import reports

_URLS = [
    path("", reports.dead_letters, name="dead_letters"),
    path("retry/", reports.retry, name="retry_all"),
    path("retry/<int:row_id>/", reports.retry, name="retry"),
]


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern | URLResolver]:
    """Put the report below the admin's address."""
    return [path("reports/not-indexed/", include((_URLS, "search_reports")))]


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    """Offer what was given up among the reports."""
    return MenuItemFor(
        reports.may_see,
        _("Works not indexed"),
        reverse("search_reports:dead_letters"),
        name="works-not-indexed",
        icon_name="warning",
        order=8995,
    )
