from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TaxonomyConfig(AppConfig):
    """Terms, countries, regions, goals and targets: the portal's controlled vocabularies."""

    name = "portal.taxonomy"
    label = "taxonomy"
    verbose_name = _("Taxonomy")

    def ready(self) -> None:
        """Connect the signals that keep the snapshot's version."""
        from . import signals  # noqa: F401 - connecting is the purpose
