from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    """Mails that wait, were sent or failed."""

    name = "portal.mail"
    label = "mail"
    verbose_name = _("Mails")
