"""What running the portal adds to Wagtail's admin."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

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


class BackgroundMenuItem(MenuItem):
    """The report, for editors and administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Tell whether the person sees it."""
        return reports.may_see(request.user)


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    """Offer the background work among the reports."""
    return BackgroundMenuItem(
        _("Background work"),
        reverse("background:work"),
        name="background-work",
        icon_name="cogs",
        order=8992,
    )
