"""The log-ins of the demonstration; they exist only under development settings."""

from __future__ import annotations

from django.conf import settings

from portal.accounts.models import User
from portal.accounts.roles import EDITOR, SECTION_STAFF, TRANSLATOR, Role, group_of

PASSWORD = "local4action"  # noqa: S105 - of a demonstration
# mail address, password, what the person may do
ACCOUNTS: list[tuple[str, str, str]] = [
    ("admin@example.org", PASSWORD, "administrator"),
    ("editor@example.org", PASSWORD, "Secretariat editor"),
    ("translator@example.org", PASSWORD, "translator"),
    ("africa@example.org", PASSWORD, "staff of the section Africa"),
    ("mewa@example.org", PASSWORD, "staff of the section MEWA"),
    ("mewa-second@example.org", PASSWORD, "staff of the section MEWA, too"),
    ("member@example.org", PASSWORD, "member"),
]
_ROLES: dict[str, tuple[Role, str]] = {
    "editor@example.org": (EDITOR, ""),
    "translator@example.org": (TRANSLATOR, ""),
    "africa@example.org": (SECTION_STAFF, "africa"),
    "mewa@example.org": (SECTION_STAFF, "mewa"),
    "mewa-second@example.org": (SECTION_STAFF, "mewa"),
}


def make_accounts() -> int:
    """Make the accounts that are missing; give how many. Does nothing outside a demonstration."""
    if not settings.DEMO:
        return 0
    made = 0
    for email, password, _label in ACCOUNTS:
        if User.objects.filter(email=email).exists():
            continue
        made += 1
        if email.startswith("admin@"):
            User.objects.create_superuser(email, password)
            continue
        user = User.objects.create_user(email, password)
        if email in _ROLES:
            user.groups.add(group_of(*_ROLES[email]))
    return made
