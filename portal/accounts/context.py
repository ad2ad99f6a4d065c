"""What the head of every page knows of the reader's account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from .roles import is_secretariat, sections_of


def account(request: HttpRequest) -> dict[str, Any]:
    """Give who reads, made only where a template asks.

    Whoever sends no session's cookie is nobody: their pages are made without looking at sessions,
    so that caches may keep them (`PrivatePagesMiddleware` marks the others).
    """
    return {"reader": SimpleLazyObject(lambda: _reader(request))}


def is_known(request: HttpRequest) -> bool:
    """Tell whether who asks has logged in. Without a session's cookie no session is read."""
    user = getattr(request, "user", None)
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or user is None:
        return False
    return bool(user.is_authenticated)


def _reader(request: HttpRequest) -> dict[str, Any]:
    if not is_known(request):
        return {"known": False, "desk": "", "has_admin": False}
    user = request.user
    return {
        "known": True,
        "desk": desk_of(user),
        "has_admin": user.has_perm("wagtailadmin.access_admin"),
    }


def desk_of(user: Any) -> str:
    """Give the address of a person's desk: the Secretariat's, else that of the first section."""
    sections = sorted(sections_of(user))
    if is_secretariat(user):
        return reverse("submissions:secretariat")
    return reverse("submissions:desk", args=sections[:1]) if sections else ""
