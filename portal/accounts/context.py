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


def _reader(request: HttpRequest) -> dict[str, Any]:
    nobody = {"known": False, "desk": "", "has_admin": False}
    user = getattr(request, "user", None)
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or user is None:
        return nobody
    if not user.is_authenticated:
        return nobody
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
