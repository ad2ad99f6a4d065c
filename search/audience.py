"""Who may read: the audiences of works, and those to which a reader belongs.

An audience is a keyword. A work that is not for everybody carries those of whoever may read it, and
the Secretariat's besides; a search finds the works that share one with its reader.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest

from portal.accounts.context import is_known
from portal.accounts.roles import SECTION_STAFF, is_secretariat

PUBLIC: Final = "public"
"""Everybody."""
MEMBERS: Final = "members"
"""Whoever has logged in."""
SECRETARIAT: Final = "secretariat"
"""The World Secretariat's editors and administrators, who may read everything."""
SECTION_PREFIX: Final = f"{SECTION_STAFF.code}:"
"""Before a section's code: its staff. So, too, their group is called."""
GROUP_PREFIX: Final = "group:"
"""Before a group's number: the people of a group that is no section's."""
PUBLIC_ONLY: Final = frozenset({PUBLIC})


def audiences_of(request: HttpRequest) -> frozenset[str]:
    """Give the audiences to which whoever asks belongs: the one place that decides it.

    Remembered on the request, whose answer then goes into no cache but the reader's own
    (`portal.cms.middleware.AudienceMiddleware`). Without a session nothing is read.
    """
    request.audiences_asked = True  # type: ignore[attr-defined]
    return remembered(request)


def remembered(request: HttpRequest) -> frozenset[str]:
    """Give the same for what says nothing of works and pages, as a menu."""
    known: frozenset[str] | None = getattr(request, "audiences", None)
    if known is None:
        # What is refused before it is known who asks is refused to everybody alike.
        known = of_user(request.user) if is_known(request) else PUBLIC_ONLY
        request.audiences = known  # type: ignore[attr-defined]
    return known


def of_user(user: Any) -> frozenset[str]:
    """Give the audiences of a person: everybody's alone for who is not logged in or inactive."""
    if not user.is_authenticated or not user.is_active:
        return PUBLIC_ONLY
    if is_secretariat(user):
        return frozenset({PUBLIC, MEMBERS, SECRETARIAT})
    groups = user.groups.values_list("pk", "name")
    return frozenset({PUBLIC, MEMBERS, *(of_group(key, name) for key, name in groups)})


def of_group(key: int, name: str) -> str:
    """Give the audience of a group of people: a section's staff are called by its code."""
    return name if name.startswith(SECTION_PREFIX) else f"{GROUP_PREFIX}{key}"
