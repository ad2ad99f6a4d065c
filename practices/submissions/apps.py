from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    """Submissions by members, their review by sections and the Secretariat."""

    name = "practices.submissions"
    label = "submissions"
    verbose_name = _("Submissions")
