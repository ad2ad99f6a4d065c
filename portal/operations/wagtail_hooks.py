"""What running the portal adds to Wagtail's admin."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.accounts.admin_menu import MenuItemFor

from . import reports

_URLS = [
    path("", reports.work, name="work"),
    path("retry/", reports.retry, name="retry_all"),
    path("retry/<uuid:key>/", reports.retry, name="retry"),
]


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern | URLResolver]:
    """Put the report below the admin's address."""
    return [path("reports/background/", include((_URLS, "background")))]


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    """Offer the background work among the reports."""
    return MenuItemFor(
        reports.may_see,
        _("Background work"),
        reverse("background:work"),
        name="background-work",
        icon_name="cogs",
        order=8992,
    )
