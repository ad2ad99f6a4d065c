from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HubsConfig(AppConfig):
    """Local4Action HUBs: their profiles, updates and participants."""

    name = "hubs"
    verbose_name = _("Hubs")

    def ready(self) -> None:
        """Register what search needs to know of hubs."""
        from . import documents  # noqa: F401 - registering is the purpose
