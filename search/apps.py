from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Everything about finding."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Connect the signals that fill the outbox, and register the system check."""
        from . import checks, signals  # noqa: F401 - connecting is the purpose
