"""What is said of a password that is too short, in every language of the interface.

Django's own catalogues lack these sentences in Arabic and Portuguese.
"""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LengthValidator(MinimumLengthValidator):
    """Refuses passwords that are too short, as Django's does."""

    def get_error_message(self) -> str:
        """Say that it is too short, and how long it must be."""
        return _("This password is too short: at least %(count)d characters are needed.") % {
            "count": self.min_length
        }

    def get_help_text(self) -> str:
        """Say how long a password must be."""
        return _("At least %(count)d characters.") % {"count": self.min_length}
