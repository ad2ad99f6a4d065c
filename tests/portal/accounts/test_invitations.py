"""Inviting people: who may, what the link does once, what it says when it does nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from portal.accounts import consents, invitations
from portal.accounts.models import Invitation, User
from portal.accounts.roles import EDITOR, SECTION_STAFF, TRANSLATOR, sections_of
from tests.factories import UserFactory
from tests.fixtures import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
PASSWORD = "a password for tests"
NAME = {"first_name": "Awa", "last_name": "Ndiaye", "password1": PASSWORD, "agreement": "on"}
FORM = {"email": "Guest@example.org", "role": "section", "sections": ["africa"], "language": "fr"}


@pytest.fixture
def administrator(world: None, db: None) -> User:
    return person("administrator")


def invited(by: User, **fields: Any) -> Invitation:
    """Invite somebody to the section Africa."""
    given = {"role": SECTION_STAFF, "sections": ["africa"], "language": "fr", **fields}
    return invitations.invite("guest@example.org", invited_by=by, **given)


def path_of(invitation: Invitation) -> str:
    return invitations.link_of(invitation).removeprefix("http://localhost")


def send(client: Client, by: User, **data: Any) -> Any:
    client.force_login(by)
    return client.post("/admin/invitations/new/", {**FORM, **data})


class TestWhoMay:
    def test_an_editor_invites_section_staff(
        self, client: Client, editor: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            answer = send(client, editor, sections=["africa", "europe"])
        assert answer["location"] == "/admin/invitations/"
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.sections) == (
            "guest@example.org",
            ["africa", "europe"],
        )
        [message] = mail.outbox
        assert message.to == ["guest@example.org"]
        found = re.search(r"http://localhost(/fr/account/invitation/\S+)", str(message.body))
        assert found
        assert "guest" not in found[1]
        assert Client().get(found[1]).status_code == 200

    @pytest.mark.parametrize("role", ["editor", "translator", "administrator", "member", "x"])
    def test_an_editor_who_edits_the_form_invites_nobody_else(
        self, client: Client, editor: User, role: str, caplog: Any
    ) -> None:
        assert send(client, editor, role=role).status_code == 200
        assert "invites to a role not offered" in caplog.text
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize("role", ["section", "translator", "editor"])
    def test_an_administrator_invites_to_every_role_of_staff(
        self, client: Client, administrator: User, role: str
    ) -> None:
        assert send(client, administrator, role=role).status_code == 302
        assert Invitation.objects.get().role == role

    def test_others_do_not_see_the_pages(
        self, client: Client, staff: Callable[[str], User], translator: User, editor: User
    ) -> None:
        invitation = invited(editor)
        for user in (staff("africa"), translator):
            client.force_login(user)
            for tail in ("", "new/"):
                assert client.get(f"/admin/invitations/{tail}").status_code == 302
            for what in ("resend", "revoke"):
                client.post(f"/admin/invitations/{invitation.pk}/{what}/")
            assert b"/admin/invitations/" not in client.get("/admin/").content
        invitation.refresh_from_db()
        assert invitation.revoked is None

    def test_an_editor_neither_sees_nor_touches_invitations_of_editors(
        self, client: Client, editor: User, administrator: User
    ) -> None:
        invitation = invited(administrator, role=EDITOR, sections=[])
        client.force_login(editor)
        assert b"guest@example.org" not in client.get("/admin/invitations/").content
        client.post(f"/admin/invitations/{invitation.pk}/revoke/")
        invitation.refresh_from_db()
        assert invitation.revoked is None

    @pytest.mark.parametrize(
        ("data", "error"),
        [
            ({"sections": []}, "Choose at least one section"),
            ({"sections": ["nowhere"]}, "nowhere"),
            ({"email": "no address"}, "valid email"),
            ({"email": "x@example.org\nBcc: y@example.org"}, "valid email"),
            ({"language": "xx"}, "xx"),
        ],
    )
    def test_bad_input_is_named(
        self, client: Client, editor: User, data: dict[str, Any], error: str
    ) -> None:
        assert error in send(client, editor, **data).content.decode()
        assert not Invitation.objects.exists()

    def test_who_has_the_role_is_not_invited_again(
        self, client: Client, editor: User, staff: Callable[[str], User]
    ) -> None:
        user = staff("africa")
        answer = send(client, editor, email=user.email)
        assert b"has that role already" in answer.content
        assert (
            send(client, editor, email=user.email, sections=["africa", "europe"]).status_code == 302
        )

    def test_the_list_asks_as_much_for_one_as_for_many(
        self, client: Client, editor: User, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20):
            invitations.invite(f"g{number}@example.org", SECTION_STAFF, ["africa"], "en", editor)
        client.force_login(editor)
        client.get("/admin/invitations/")
        with django_assert_max_num_queries(16):
            page = client.get("/admin/invitations/").content.decode()
        assert page.count("/resend/") == 20


class TestAccepting:
    def test_the_link_makes_an_account_that_is_verified_and_logged_in(
        self, client: Client, editor: User
    ) -> None:
        invitation = invited(editor, sections=["africa", "europe"])
        page = client.get(path_of(invitation))
        assert page.status_code == 200
        assert "guest@example.org" in page.content.decode()
        answer = client.post(path_of(invitation), NAME)
        assert answer["location"] == "/fr/account/"
        user = User.objects.get(email="guest@example.org")
        assert sections_of(user) == {"africa", "europe"}
        assert (user.first_name, user.language) == ("Awa", "fr")
        assert consents.has_consented(user, consents.ACCOUNT)
        assert client.get("/admin/").status_code == 200
        again = Client().post("/en/account/login/", {"login": user.email, "password": PASSWORD})
        assert again["location"] == "/en/account/"
        actions = list(ModelLogEntry.objects.order_by("pk").values_list("action", flat=True))
        assert actions[-2:] == [invitations.SENT, invitations.ACCEPTED]

    def test_it_works_once(self, client: Client, editor: User) -> None:
        invitation = invited(editor)
        client.post(path_of(invitation), NAME)
        for answer in (Client().get(path_of(invitation)), Client().post(path_of(invitation), NAME)):
            assert answer.status_code == 410
        assert User.objects.filter(email="guest@example.org").count() == 1
        with pytest.raises(invitations.LinkRefused):
            invitations.accept(invitation)

    @pytest.mark.parametrize(
        ("age", "status"), [(timedelta(days=13, hours=23), 200), (timedelta(days=14), 410)]
    )
    def test_it_works_for_fourteen_days(
        self, client: Client, editor: User, age: timedelta, status: int
    ) -> None:
        invitation = invited(editor)
        Invitation.objects.update(sent=timezone.now() - age)
        assert client.get(path_of(invitation)).status_code == status

    def test_the_last_mail_counts(self, client: Client, editor: User) -> None:
        invitation = invited(editor)
        old = path_of(invitation)
        client.force_login(editor)
        client.post(f"/admin/invitations/{invitation.pk}/resend/")
        invitation.refresh_from_db()
        assert b"a newer one was sent" in Client().get(old.replace("/fr/", "/en/")).content
        assert Client().get(path_of(invitation)).status_code == 200

    def test_a_second_invitation_replaces_the_first(self, client: Client, editor: User) -> None:
        first, second = invited(editor), invited(editor, sections=["europe"])
        assert client.get(path_of(first)).status_code == 410
        assert client.get(path_of(second)).status_code == 200

    def test_one_that_was_taken_back_says_so(self, client: Client, editor: User) -> None:
        invitation = invited(editor)
        path = path_of(invitation)
        client.force_login(editor)
        client.post(f"/admin/invitations/{invitation.pk}/revoke/")
        answer = Client().get(path.replace("/fr/", "/en/"))
        assert answer.status_code == 410
        assert b"taken back" in answer.content
        assert ModelLogEntry.objects.filter(action=invitations.REVOKED).count() == 1

    @pytest.mark.parametrize("token", ["x", "WzEsIngiXQ:1abc:forged", "é", "a" * 900])
    def test_a_forged_one_says_so(
        self, client: Client, editor: User, token: str, caplog: Any
    ) -> None:
        invited(editor)
        answer = client.get(f"/en/account/invitation/{token}/")
        assert "Refused: a link of an invitation, wrong" in caplog.text
        assert answer.status_code == 410
        assert b"not one of ours" in answer.content

    def test_bad_input_loses_nothing(self, client: Client, editor: User) -> None:
        invitation = invited(editor)
        answer = client.post(path_of(invitation), {**NAME, "password1": "awa ndiaye"})
        assert answer.status_code == 200
        assert 'value="Ndiaye"' in answer.content.decode()
        assert not User.objects.filter(email="guest@example.org").exists()

    def test_who_has_an_account_logs_in_and_accepts(self, client: Client, editor: User) -> None:
        user = User.objects.create_user("guest@example.org", PASSWORD)
        path = path_of(invited(editor, role=TRANSLATOR, sections=[]))
        page = client.get(path).content.decode()
        assert "/fr/account/login/?next=" in page
        assert client.post(path, NAME).status_code == 200
        assert not user.groups.exists(), "the link alone opens nobody's account"
        client.force_login(user)
        assert client.post(path).status_code == 302
        assert [group.name for group in user.groups.all()] == ["translator"]

    def test_another_person_who_is_logged_in_gets_nothing(
        self, client: Client, editor: User
    ) -> None:
        User.objects.create_user("guest@example.org", PASSWORD)
        other = UserFactory.create()
        client.force_login(other)
        assert client.post(path_of(invited(editor))).status_code == 200
        assert not other.groups.exists()
