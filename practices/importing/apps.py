from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportingConfig(AppConfig):
    """Imports: their files, what became of each row, and the columns that are remembered."""

    name = "practices.importing"
    label = "importing"
    verbose_name = _("Imports")
