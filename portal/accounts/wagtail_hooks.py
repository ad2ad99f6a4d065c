"""Where those who look after accounts find invitations in the admin."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from . import invitation_admin, invitations, users_admin  # noqa: F401 - its hooks
from .admin_menu import MenuItemFor
from .roles import ROLES, invitable_roles


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern | URLResolver]:
    """Put the pages about invitations below the admin's address."""
    return [path("invitations/", include(invitation_admin))]


@hooks.register("register_settings_menu_item")
def register_menu_item() -> MenuItem:
    """Offer the invitations among the settings, beside users and groups."""
    return MenuItemFor(
        lambda user: bool(invitable_roles(user)),
        _("Invitations"),
        reverse("portal_invitations:index"),
        name="invitations",
        icon_name="mail",
        order=590,
    )


def _about(log_entry: Any) -> dict[str, str]:
    names = {role.code: str(role.name) for role in ROLES}
    role = log_entry.data.get("role", "")
    sections = ", ".join(log_entry.data.get("sections", []))
    name = names.get(role, role)
    return {"role": f"{name} ({sections})" if sections else name}


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    """Name in the site's history who invited whom to what."""

    @actions.register_action(invitations.SENT)
    class SentFormatter(LogFormatter):
        """Says to which role."""

        label = _("Invitation sent")

        def format_message(self, log_entry: Any) -> str:
            """Give the role."""
            return gettext("Invitation sent, as %(role)s") % _about(log_entry)

    @actions.register_action("portal.two_factor.turn_off")
    class TurnedOffFormatter(LogFormatter):
        """Says that an operator let somebody in."""

        label = _("Second step turned off")
        message = _("Second step turned off by an operator")

    @actions.register_action(invitations.REVOKED)
    class RevokedFormatter(LogFormatter):
        """Says to which role."""

        label = _("Invitation taken back")

        def format_message(self, log_entry: Any) -> str:
            """Give the role."""
            return gettext("Invitation taken back, as %(role)s") % _about(log_entry)

    @actions.register_action(invitations.ACCEPTED)
    class AcceptedFormatter(LogFormatter):
        """Says to which role."""

        label = _("Invitation accepted")

        def format_message(self, log_entry: Any) -> str:
            """Give the role."""
            return gettext("Invitation accepted, as %(role)s") % _about(log_entry)
