"""Wagtail's pages of users, with the portal's own rules."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """Stands among the installed apps in the place of "wagtail.users"."""

    user_viewset = "portal.accounts.users_admin.UserViewSet"
