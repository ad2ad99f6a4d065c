from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """The search: request, engines, index and API."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Connect the signals that fill the outbox, and register the system checks."""
        from . import checks, signals  # noqa: F401 - connecting is the purpose
        from .meaning import checks as encoder_checks  # noqa: F401
