from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticesConfig(AppConfig):
    """Good practices, case studies, policy notes and resources."""

    name = "practices"
    verbose_name = _("Practices")

    def ready(self) -> None:
        """Register what search needs to know of these pages."""
        from . import checks, documents  # noqa: F401 - registering is the purpose
