from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, and the roles that they hold."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Keep addresses in step with accounts, and say what is held of a person."""
        from . import holdings, signals  # noqa: F401 - connects the receivers

        holdings.register()
