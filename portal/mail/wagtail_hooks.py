"""What the mails add to Wagtail's admin."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.accounts.admin_menu import MenuItemFor

from . import reports

_URLS = [
    path("", reports.mails, name="mails"),
    path("<int:mail_id>/", reports.mail, name="mail"),
    path("retry/", reports.retry, name="retry_all"),
    path("retry/<int:mail_id>/", reports.retry, name="retry"),
]


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern | URLResolver]:
    """Put the report below the admin's address."""
    return [path("reports/mails/", include((_URLS, "mail_reports")))]


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    """Offer the mails among the reports."""
    return MenuItemFor(
        reports.may_see,
        _("Mails"),
        reverse("mail_reports:mails"),
        name="mails",
        icon_name="mail",
        order=8990,
    )
