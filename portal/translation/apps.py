from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationConfig(AppConfig):
    """Translators' work and its review."""

    name = "portal.translation"
    label = "translation"
    verbose_name = _("Translations")

    def ready(self) -> None:
        """Register the signals."""
        from . import signals  # noqa: F401 - registering is the purpose
