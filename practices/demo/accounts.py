"""The log-ins of the demonstration; they exist only under development settings."""

from __future__ import annotations

from django.conf import settings

from portal.accounts.models import User
from portal.accounts.roles import EDITOR, SECTION_STAFF, TRANSLATOR, group_of

# mail address, password, what the person may do
ACCOUNTS: list[tuple[str, str, str]] = [
    ("admin@example.org", "local4action", "administrator"),
    ("editor@example.org", "local4action", "Secretariat editor"),
    ("translator@example.org", "local4action", "translator"),
    ("africa@example.org", "local4action", "staff of the section Africa"),
]


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
        if email.startswith("editor@"):
            user.groups.add(group_of(EDITOR))
        elif email.startswith("translator@"):
            user.groups.add(group_of(TRANSLATOR))
        else:
            user.groups.add(group_of(SECTION_STAFF, email.split("@")[0]))
    return made
