"""What tells people from programs that fill in every form they find, before anybody is bothered.

A field that people do not see must stay empty, and a person takes some seconds to write. Neither
loses what was typed: the form comes back, with a word why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

HONEYPOT = "website"
STAMP = "opened"
SECONDS = 4
_SALT = "submissions.opened"


def stamp(data: Mapping[str, Any]) -> str:
    """Give the value of the hidden field that says when a form was opened.

    data: what was sent already; its own stamp stays where it is a true one.
    """
    given = str(data.get(STAMP, ""))
    return given if _opened(given) else signing.dumps(int(timezone.now().timestamp()), salt=_SALT)


def _opened(text: str) -> int | None:
    """Give when a form was opened, or None for a stamp that is not ours."""
    try:
        return int(signing.loads(text, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def caught(data: Mapping[str, Any]) -> str:
    """Say what is suspicious about a form that was sent, or "" where nothing is."""
    if data.get(HONEYPOT):
        return _("A field that must stay empty was filled in. Please send the form once more.")
    opened = _opened(str(data.get(STAMP, "")))
    if opened is None:
        return _("The form was changed on its way. Please send it once more.")
    if timezone.now().timestamp() - opened < SECONDS:
        return _("That was very fast. Please read it over, and send it once more.")
    return ""
