"""What the search adds to Wagtail's admin."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

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


class DeadLettersMenuItem(MenuItem):
    """The report, for administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Tell whether the person sees it."""
        return reports.may_see(request.user)


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    """Offer what was given up among the reports."""
    return DeadLettersMenuItem(
        _("Works not indexed"),
        reverse("search_reports:dead_letters"),
        name="works-not-indexed",
        icon_name="warning",
        order=8995,
    )
