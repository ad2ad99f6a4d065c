"""The licences of works."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    """Under which terms a text may be used again."""

    CC_BY = "cc-by", _("CC BY 4.0: use it, name the author")
    CC_BY_SA = "cc-by-sa", _("CC BY-SA 4.0: use it, name the author, share alike")
    CC_BY_NC = "cc-by-nc", _("CC BY-NC 4.0: use it without commerce, name the author")
    SOURCE = "source", _("As the source allows")
    RESERVED = "all-rights-reserved", _("All rights reserved")
