"""What is forgotten of accounts and invitations, and what is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from portal.accounts import invitations, retention
from portal.accounts.models import Invitation, User
from portal.accounts.roles import EDITOR, TRANSLATOR, group_of
from portal.operations.schedule import JOBS
from tests.fixtures import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def signed_up(name: str, days: int, **fields: Any) -> User:
    """Make an account whose address nobody has verified."""
    joined = timezone.now() - timedelta(days=days)
    user = User.objects.create(email=f"{name}@example.org", date_joined=joined, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    return user


def test_accounts_that_nobody_opened_go() -> None:
    old = signed_up("old", 31)
    kept = [
        signed_up("new", 29),
        signed_up("staff", 31, is_superuser=True),
        signed_up("opened", 31, last_login=timezone.now()),
        User.objects.create_user("made@example.org", "a password for tests"),
        User.objects.create(email="by-hand@example.org", date_joined=old.date_joined),
    ]
    with_role = signed_up("role", 31)
    with_role.groups.add(group_of(EDITOR))
    changing = signed_up("changing", 31)
    EmailAddress.objects.create(user=changing, email="first@example.org", verified=True)
    User.objects.exclude(pk__in=[kept[0].pk]).update(date_joined=old.date_joined)
    assert retention.forget() == (0, 1)
    left = set(User.objects.values_list("pk", flat=True))
    assert left == {user.pk for user in (*kept, with_role, changing)}


def test_invitations_that_nobody_accepted_go() -> None:
    editor = person("editor")
    for name in ("old", "accepted", "new"):
        invitations.invite(f"{name}@example.org", TRANSLATOR, [], "en", editor)
    long_ago = timezone.now() - timedelta(days=91)
    Invitation.objects.exclude(email="new@example.org").update(sent=long_ago)
    Invitation.objects.filter(email="accepted@example.org").update(accepted=long_ago)
    assert retention.forget() == (1, 0)
    assert not Invitation.objects.filter(email="old@example.org").exists()
    assert Invitation.objects.count() == 2


def test_it_is_done_every_night() -> None:
    (job,) = (job for job in JOBS if job.name == "forget accounts")
    signed_up("old", 31)
    job.run()
    assert job.hour is not None
    assert not User.objects.filter(email="old@example.org").exists()
