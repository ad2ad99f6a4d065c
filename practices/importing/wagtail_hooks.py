"""Where editors find imports in the admin, and what the histories say of them."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from portal.accounts.admin_menu import MenuItemFor

from . import urls
from .execution import IMPORTED
from .tasks import ASKED, STEPS
from .undo import UNDONE
from .views import UPLOADED, may_import


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern | URLResolver]:
    """Put the pages of imports below the admin's address."""
    return [path("imports/", include(urls))]


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    """Offer the imports in the menu."""
    return MenuItemFor(
        may_import,
        pgettext_lazy("menu", "Import"),
        reverse("importing:index"),
        name="imports",
        icon_name="upload",
        order=450,
    )


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    """Name in the histories what was done with an import."""
    start, undo = (ASKED[state] for state in STEPS if state in ASKED)
    actions.register_action(UPLOADED, _("Uploaded a file"), _("Uploaded the file"))
    actions.register_action(start, _("Started an import"), _("Started the import"))
    actions.register_action(undo, _("Asked to undo an import"), _("Asked to undo the import"))

    @actions.register_action(IMPORTED)
    class ImportedFormatter(LogFormatter):
        """Says how many rows became what."""

        label = _("Import finished")

        def format_message(self, log_entry: Any) -> str:
            """Give the numbers."""
            return (
                gettext(
                    "Imported: %(made)d made, %(changed)d changed, %(same)d unchanged, "
                    "%(refused)d refused"
                )
                % log_entry.data["counts"]
            )

    @actions.register_action(UNDONE)
    class UndoneFormatter(LogFormatter):
        """Says what undoing did."""

        label = _("Import undone")

        def format_message(self, log_entry: Any) -> str:
            """Give the numbers."""
            return (
                gettext("Undone: %(removed)d removed, %(restored)d restored, %(kept)d kept")
                % log_entry.data["counts"]
            )
