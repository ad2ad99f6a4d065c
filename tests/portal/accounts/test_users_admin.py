"""Wagtail's pages of users: no way to more rights than one has."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from portal.accounts import personal
from portal.accounts.models import User
from portal.accounts.roles import EDITOR, group_of
from tests.factories import UserFactory
from tests.fixtures import person

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]
BULK = "/admin/bulk/accounts/user/{action}/?next=/admin/&id={pk}"


@pytest.fixture
def admin(client: Client) -> Client:
    """The browser of an administrator who is no superuser."""
    client.force_login(person("administrator"))
    return client


@pytest.fixture
def root(db: None) -> User:
    return UserFactory.create(email="root@example.org", is_superuser=True)


def edit(user: User) -> str:
    return reverse("wagtailusers_users:edit", args=[user.pk])


def data(**changed: object) -> dict[str, object]:
    return {
        "email": "somebody@example.org",
        "first_name": "Some",
        "last_name": "Body",
        "is_active": "on",
        **changed,
    }


class TestSuperusers:
    def test_their_address_is_not_an_administrators_to_change(
        self, admin: Client, root: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        admin.post(edit(root), data(email="mine@example.org"))
        root.refresh_from_db()
        assert root.email == "root@example.org"
        assert f"on accounts of superusers [{root.pk}]" in caplog.text

    def test_nor_is_their_form_shown(self, admin: Client, root: User) -> None:
        assert admin.get(edit(root)).status_code == 302

    @pytest.mark.parametrize(
        ("action", "sent"),
        [("set_active_state", {"mark_as_active": "False"}), ("assign_role", {}), ("delete", {})],
    )
    def test_nor_is_anything_done_to_several_at_once(
        self, admin: Client, root: User, action: str, sent: dict[str, object]
    ) -> None:
        if action == "assign_role":
            sent = {"role": group_of(EDITOR).pk}
        admin.post(BULK.format(action=action, pk=root.pk), sent)
        root.refresh_from_db()
        assert (root.is_active, root.groups.count()) == (True, 0)

    def test_they_change_one_another(self, client: Client, root: User) -> None:
        client.force_login(UserFactory.create(is_superuser=True))
        client.post(edit(root), data(is_superuser="on"))
        root.refresh_from_db()
        assert (root.email, root.is_superuser) == ("somebody@example.org", True)


class TestEverybodyElse:
    def test_a_forged_tick_makes_nobody_a_superuser(self, admin: Client) -> None:
        other = UserFactory.create()
        assert "is_superuser" not in admin.get(edit(other)).context["form"].fields
        admin.post(edit(other), data(is_superuser="on", groups=[group_of(EDITOR).pk]))
        other.refresh_from_db()
        assert (other.email, other.is_superuser) == ("somebody@example.org", False)
        assert [one.name for one in other.groups.all()] == ["editor"]

    def test_several_get_a_role_at_once(self, admin: Client) -> None:
        other = UserFactory.create()
        admin.post(BULK.format(action="assign_role", pk=other.pk), {"role": group_of(EDITOR).pk})
        assert [one.name for one in other.groups.all()] == ["editor"]


class TestDeletion:
    @pytest.mark.parametrize("way", ["one", "several"])
    def test_who_is_deleted_is_erased_from_what_they_sent(
        self, admin: Client, monkeypatch: pytest.MonkeyPatch, way: str
    ) -> None:
        other = UserFactory.create()
        address = (
            reverse("wagtailusers_users:delete", args=[other.pk])
            if way == "one"
            else BULK.format(action="delete", pk=other.pk)
        )
        erased = []
        held = personal.Holding("test", lambda _person: [], lambda person: erased.append(person.pk))
        monkeypatch.setitem(personal._holdings, "test", held)
        admin.post(address)
        assert erased == [other.pk]
        assert not User.objects.filter(pk=other.pk).exists()
        entry = ModelLogEntry.objects.get(action="wagtail.delete", object_id=str(other.pk))
        assert not entry.label  # histories keep no name
