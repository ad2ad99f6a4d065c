"""EMAIL_URL as Django's mail settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from .environment import SettingError

_SCHEMES = {"smtp": (25, False, False), "smtp+tls": (587, True, False), "smtps": (465, False, True)}


def mail_settings(url: str) -> dict[str, Any]:
    """Read `smtp://`, `smtp+tls://` or `smtps://user:password@host:port`.

    Gives the EMAIL_* settings; an empty address gives none. Raises SettingError on another
    scheme.
    """
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        raise SettingError(f"EMAIL_URL must start with one of {', '.join(_SCHEMES)}")
    port, tls, ssl = _SCHEMES[parts.scheme]
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": tls,
        "EMAIL_USE_SSL": ssl,
    }
