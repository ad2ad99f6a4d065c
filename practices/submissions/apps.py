from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    """Submissions by members, their review by sections and the Secretariat."""

    name = "practices.submissions"
    label = "submissions"
    verbose_name = _("Submissions")

    def ready(self) -> None:
        """Let authors and reviewers see files; say what is held of people; let files go."""
        from portal.cms.media import register_seeing

        from . import personal
        from .files import may_see_file
        from .word import keeping

        register_seeing(may_see_file)
        personal.register()
        keeping.listen()
