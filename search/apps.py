from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Everything about finding."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Connect the signals that fill the outbox."""
        from . import signals  # noqa: F401 - connecting is the purpose
