from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    """Works, pages, pictures and documents."""

    name = "portal.cms"
    label = "cms"
    verbose_name = _("Content")

    def ready(self) -> None:
        """Register the checks, the term-usage source, the signals and what closes a work."""
        from . import checks, public, restrictions, signals  # noqa: F401 - registering is the purpose
