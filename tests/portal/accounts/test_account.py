"""A person's account: profile, mail address, consents, personal data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from wagtail.models import ModelLogEntry, PageLogEntry

from portal.accounts import consents, invitations, personal
from portal.accounts.models import Consent, Invitation, User
from portal.accounts.roles import SECTION_STAFF
from portal.mail.models import Mail
from portal.mail.outgoing import send
from tests import works
from tests.factories import UserFactory
from tests.fixtures import person

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]
PASSWORD = "a password for tests"


@pytest.fixture
def member(db: None) -> User:
    user = User.objects.create_user("member@example.org", PASSWORD, first_name="Awa")
    consents.give(user, consents.ACCOUNT)
    return user


@pytest.fixture
def home(client: Client, member: User) -> Client:
    """The browser of a member who has just shown who they are."""
    client.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
    again = client.post("/en/account/again/", {"password": PASSWORD, "next": "/en/account/"})
    assert again["location"] == "/en/account/"
    return client


@pytest.fixture
def poll() -> Iterator[consents.Purpose]:
    """Something else that people agree to."""
    purpose = consents.register_purpose(
        consents.Purpose("poll", "Questions", "You may ask me how you do.", "2026-01")
    )
    yield purpose
    consents._purposes.pop("poll")


class TestProfile:
    @pytest.mark.parametrize(
        "tail", ["", "mail-address/", "password/", "data/", "delete/", "two-factor/"]
    )
    def test_nobody_else_sees_it(self, client: Client, tail: str) -> None:
        answer = client.get(f"/en/account/{tail}")
        assert answer["location"].startswith("/en/account/login/?next=")

    def test_name_and_language_are_kept(self, home: Client, member: User) -> None:
        data = {"first_name": "Awa Marie", "last_name": "Ndiaye", "language": "fr"}
        assert home.post("/en/account/", data, follow=True).status_code == 200
        member.refresh_from_db()
        assert (str(member), member.language) == ("Awa Marie Ndiaye", "fr")

    def test_an_edited_form_changes_nothing_else(self, home: Client, member: User) -> None:
        data = {"language": "xx", "is_superuser": "on", "email": "root@example.org"}
        page = home.post("/en/account/", {**data, "first_name": "<b>"}).content.decode()
        assert "xx" in page
        assert 'value="&lt;b&gt;"' in page
        home.post("/en/account/", {**data, "language": "es"})
        member.refresh_from_db()
        assert (member.email, member.is_superuser) == ("member@example.org", False)

    def test_it_is_kept_by_no_cache(self, home: Client) -> None:
        assert "no-store" in home.get("/en/account/")["Cache-Control"]


class TestMailAddress:
    def change(self, home: Client, capture: Any, email: str = "other@example.org") -> Any:
        with capture(execute=True):
            return home.post("/en/account/mail-address/", {"email": email, "action_add": "1"})

    def test_a_new_one_counts_once_it_is_verified(
        self, home: Client, member: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        self.change(home, django_capture_on_commit_callbacks)
        member.refresh_from_db()
        assert member.email == "member@example.org"
        found = re.search(r"http://localhost(/\S+)", str(mail.outbox[0].body))
        assert found
        with django_capture_on_commit_callbacks(execute=True):
            home.post(found[1])
        member.refresh_from_db()
        assert member.email == "other@example.org"
        assert [a.email for a in EmailAddress.objects.filter(user=member)] == [member.email]
        told = Mail.objects.get(kind="account-address-changed")
        assert told.to == "member@example.org"

    def test_it_does_not_tell_who_else_has_an_account(
        self, home: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        UserFactory.create(email="taken@example.org")
        taken = self.change(home, django_capture_on_commit_callbacks, "taken@example.org")
        free = self.change(home, django_capture_on_commit_callbacks, "free@example.org")
        assert (taken.status_code, taken["location"]) == (free.status_code, free["location"])

    def test_a_change_can_be_cancelled(
        self, home: Client, member: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        self.change(home, django_capture_on_commit_callbacks)
        data = {"email": "other@example.org", "action_remove": "1"}
        home.post("/en/account/mail-address/", data)
        assert [a.email for a in EmailAddress.objects.filter(user=member)] == [member.email]

    def test_it_asks_who_one_is(self, client: Client, member: User) -> None:
        client.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
        answer = client.post(
            "/en/account/mail-address/", {"email": "o@example.org", "action_add": "1"}
        )
        assert answer["location"].startswith("/en/account/again/")


class TestConsents:
    def test_one_is_listed_and_withdrawn(
        self, home: Client, member: User, poll: consents.Purpose
    ) -> None:
        consents.give(member, "poll")
        assert b"You may ask me how you do." in home.get("/en/account/").content
        assert home.post("/en/account/consents/poll/withdraw/").status_code == 302
        assert not consents.has_consented(member, "poll")
        assert b"withdrawn on" in home.get("/en/account/").content
        assert home.post("/en/account/consents/poll/withdraw/").status_code == 404
        consents.give(member, "poll")
        assert Consent.objects.filter(person=member, purpose="poll").count() == 2

    def test_giving_it_twice_is_once(self, member: User) -> None:
        assert consents.give(member, consents.ACCOUNT) == Consent.objects.get(person=member)

    def test_that_of_the_account_leads_to_its_deletion(self, home: Client, member: User) -> None:
        answer = home.post("/en/account/consents/account/withdraw/")
        assert answer["location"] == "/en/account/delete/"
        assert consents.has_consented(member, consents.ACCOUNT)

    def test_a_link_withdraws_nothing(self, home: Client) -> None:
        assert home.get("/en/account/consents/account/withdraw/").status_code == 405


class TestPersonalData:
    def test_the_export_holds_what_is_registered(self, home: Client, member: User) -> None:
        answer = home.get("/en/account/data/")
        assert "attachment" in answer["Content-Disposition"]
        assert "no-store" in answer["Cache-Control"]
        data = json.loads(answer.content)
        assert set(data) == set(personal.holdings())
        assert data["account"]["mail_address"] == member.email
        assert data["consents"][0]["purpose"] == "account"
        assert "password" not in answer.content.decode()

    @pytest.mark.parametrize("tail", ["data/", "delete/"])
    def test_a_session_that_was_left_open_is_not_enough(
        self, client: Client, member: User, tail: str
    ) -> None:
        client.force_login(member)
        for answer in (client.get(f"/en/account/{tail}"), client.post(f"/en/account/{tail}")):
            assert answer["location"].startswith("/en/account/again/")
        assert User.objects.filter(pk=member.pk).exists()

    def test_erasure_takes_the_person_and_leaves_the_works(
        self, home: Client, member: User, editor: User
    ) -> None:
        page = works.practice(owner=member)
        PageLogEntry.objects.log_action(page, "wagtail.edit", user=member)
        ModelLogEntry.objects.log_action(member, "wagtail.edit", user=editor)
        invitations.invite(member.email, SECTION_STAFF, ["africa"], "en", editor)
        send("account-password-changed", member.email, "en", {})
        assert home.get("/en/account/delete/").status_code == 200
        answer = home.post("/en/account/delete/")
        assert answer["location"] == "/en/account/deleted/"
        assert home.get(answer["location"]).status_code == 200
        assert "_auth_user_id" not in home.session
        for rows in (User.objects, EmailAddress.objects.filter(email=member.email)):
            assert not rows.filter(email=member.email).exists()
        assert not Mail.objects.filter(to=member.email).exists()
        assert not Invitation.objects.filter(email=member.email).exists()
        page.refresh_from_db()
        assert page.owner_id is None
        assert page.live
        assert PageLogEntry.objects.filter(page=page.pk, user_id=member.pk).exists()
        logged = ModelLogEntry.objects.filter(object_id=str(member.pk))
        assert {entry.label for entry in logged if entry.content_type.model == "user"} == {""}

    def test_all_of_it_is_erased_or_nothing(self, home: Client, member: User) -> None:
        def fail(_person: User) -> None:
            raise RuntimeError("cannot")

        personal.register("broken", export=lambda _person: None, erase=fail)
        send("account-password-changed", member.email, "en", {})
        try:
            with pytest.raises(RuntimeError):
                home.post("/en/account/delete/")
        finally:
            personal._holdings.pop("broken")
        assert User.objects.filter(pk=member.pk).exists()
        assert Mail.objects.filter(to=member.email).exists()

    def test_the_last_administrator_stays(self, client: Client) -> None:
        last = person("administrator")
        UserFactory.create(is_superuser=True, is_active=False)
        client.force_login(last)
        client.post("/en/account/again/", {"password": PASSWORD, "next": "/en/account/"})
        assert b"last account of an administrator" in client.get("/en/account/delete/").content
        assert client.post("/en/account/delete/").status_code == 409
        assert User.objects.filter(pk=last.pk).exists()
        UserFactory.create(is_superuser=True)
        assert client.post("/en/account/delete/").status_code == 302
        assert not User.objects.filter(pk=last.pk).exists()

    def test_a_name_is_registered_once(self) -> None:
        with pytest.raises(ValueError, match="account"):
            personal.register("account", export=lambda _p: None, erase=lambda _p: None)
