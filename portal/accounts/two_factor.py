"""Who needs a second factor, and who has one."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from .roles import is_secretariat


def must_have(user: Any) -> bool:
    """Tell whether a person may publish, and so needs a second factor here."""
    return settings.REQUIRE_TWO_FACTOR and user.is_authenticated and is_secretariat(user)


def has(user: Any) -> bool:
    """Tell whether a person has set up an app. Recovery codes alone are no second factor."""
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()
