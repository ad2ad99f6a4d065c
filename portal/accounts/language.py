"""In which language the portal writes to a person."""

from __future__ import annotations

from django.conf import settings

from portal.taxonomy.language import current_language

from .models import User


def known_language(code: str) -> str:
    """Give a language of the interface: the code itself if it is one, else the present one."""
    return code if code in dict(settings.LANGUAGES) else current_language()


def language_of(person: User | None) -> str:
    """Give the language that a person chose for mails, or the one being read."""
    return known_language(person.language if person else "")
