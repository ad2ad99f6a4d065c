"""Getting in and out: one door, limits, mails, nothing told about who has an account."""

from __future__ import annotations

import os
import re
from typing import Any
from unittest import mock
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from portal.accounts import consents
from portal.accounts.models import User
from portal.mail.models import Mail
from portal.settings.caches import cache_settings
from tests import works

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]
PASSWORD = "a password for tests"
NEW = "two lamps and a river"


@pytest.fixture
def person(db: None) -> User:
    """A member."""
    return User.objects.create_user("member@example.org", PASSWORD, language="fr")


def log_in(client: Client, email: str = "member@example.org", **data: str) -> Any:
    """Send the log-in's form."""
    data = {"login": email, "password": PASSWORD, **data}
    return client.post("/en/account/login/", data)


def signed_up(client: Client, **data: str) -> Any:
    """Send the form for an account."""
    given = {"email": "new@example.org", "password1": NEW, "agreement": "on", **data}
    return client.post("/fr/account/signup/", given)


def link(text: str) -> str:
    """Give the path of a mail's first link."""
    found = re.search(r"http://localhost(/\S+)", text)
    assert found, text
    return found[1]


class TestOneDoor:
    """Wagtail's log-ins lead to the portal's, and take no password themselves."""

    @pytest.mark.parametrize("address", ["/admin/login/", "/en/_util/login/"])
    def test_other_log_ins_lead_to_it_with_their_aim(self, client: Client, address: str) -> None:
        answer = client.get(address, {"next": "/admin/pages/"})
        assert answer.status_code == 302
        assert answer["location"] == "/en/account/login/?next=%2Fadmin%2Fpages%2F"

    @pytest.mark.parametrize("address", ["/admin/login/", "/en/_util/login/"])
    def test_other_log_ins_look_at_no_password(
        self, client: Client, person: User, address: str
    ) -> None:
        client.post(
            address, {"username": person.email, "login": person.email, "password": PASSWORD}
        )
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize(
        "aim", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "https:evil"]
    )
    def test_no_aim_outside_the_portal_is_kept(
        self, client: Client, person: User, aim: str
    ) -> None:
        assert client.get("/admin/login/", {"next": aim})["location"] == "/en/account/login/"
        assert log_in(client, next=aim)["location"] == "/en/account/"

    def test_the_admin_leads_to_the_door_and_the_door_back(
        self, client: Client, editor: User
    ) -> None:
        answer = client.get("/admin/pages/", follow=True)
        address = answer.redirect_chain[-1][0]
        assert address == "/en/account/login/?next=%2Fadmin%2Fpages%2F"
        assert 'name="next" value="/admin/pages/"' in answer.content.decode()
        assert log_in(client, editor.email, next="/admin/pages/")["location"] == "/admin/pages/"
        assert client.get("/admin/pages/", follow=True).status_code == 200

    def test_a_member_at_the_admin_is_told_and_not_sent_round(
        self, client: Client, person: User
    ) -> None:
        client.force_login(person)
        answer = client.get("/admin/", follow=True)
        assert answer.status_code == 403
        assert b"Your account may not see this page" in answer.content
        assert len(answer.redirect_chain) == 2

    def test_the_admins_button_logs_out(self, client: Client, editor: User) -> None:
        client.force_login(editor)
        assert client.get("/admin/logout/").status_code == 405
        assert client.post("/admin/logout/")["location"] == "/en/account/login/"
        assert "_auth_user_id" not in client.session

    def test_a_restricted_page_opens_after_the_log_in(self, client: Client, person: User) -> None:
        page = works.practice("africa")
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        answer = client.get(page.url)
        assert f"/en/account/login/?next={quote(page.url, safe='')}" in answer.content.decode()
        assert log_in(client, next=page.url)["location"] == page.url
        assert client.get(page.url).status_code == 200

    @pytest.mark.parametrize("address", ["/admin/password_reset/", "/admin/users/{pk}/"])
    def test_the_admin_sets_no_passwords(self, client: Client, person: User, address: str) -> None:
        client.force_login(User.objects.create_superuser("root@example.org", PASSWORD))
        answer = client.get(address.format(pk=person.pk), follow=True)
        assert b'name="password1"' not in answer.content
        assert b'name="email"' in answer.content or answer.status_code == 404

    def test_the_admins_account_page_changes_neither_password_nor_address(
        self, client: Client, editor: User
    ) -> None:
        client.force_login(editor)
        page = client.get("/admin/account/").content.decode()
        assert "password" not in " ".join(re.findall(r'name="([^"]+)"', page))
        assert "name_email-email" not in page


class TestLogIn:
    def test_accounts_made_by_commands_get_in(self, client: Client) -> None:
        with mock.patch.dict(os.environ, {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}):
            call_command("createsuperuser", email="first@example.org", interactive=False)
        assert log_in(client, "First@Example.org")["location"] == "/en/account/"

    def test_the_session_is_a_new_one_afterwards(self, client: Client, person: User) -> None:
        client.post("/en/account/password/forgotten/", {"email": "x@example.org"})
        session = client.session
        session["before"] = 1
        session.save()
        before = session.session_key
        log_in(client)
        assert client.session.session_key != before

    def test_a_wrong_password_and_an_unknown_address_answer_alike(
        self, client: Client, person: User
    ) -> None:
        wrong = log_in(client, password="wrong").content.decode()
        unknown = log_in(client, "nobody@example.org").content.decode()
        token = re.compile(r'value="\w{64}"')
        assert "do not belong together" in wrong
        assert token.sub("", wrong).replace("member@", "nobody@") == token.sub("", unknown)

    def test_after_five_wrong_passwords_the_right_one_waits_too(
        self, client: Client, person: User
    ) -> None:
        for _number in range(5):
            log_in(client, password="wrong")
        answer = log_in(Client(REMOTE_ADDR="10.1.1.1"))
        assert b"Too many attempts" in answer.content
        assert log_in(Client(), "nobody@example.org").status_code == 200

    def test_limits_by_network_are_those_behind_the_proxy(
        self, person: User, settings: Any
    ) -> None:
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        here, there = (Client(headers={"x-forwarded-for": f"1.1.1.1, 9.9.9.{n}"}) for n in (1, 2))
        for number in range(10):
            log_in(here, f"nobody{number}@example.org")
        assert b"Too many attempts" in log_in(here).content
        assert log_in(there).status_code == 302

    def test_too_many_forms_answer_429_in_the_readers_language(self, client: Client) -> None:
        for _number in range(10):
            client.post("/en/account/signup/", {})
        answer = client.post("/en/account/signup/", {})
        assert answer.status_code == 429
        assert b"Please wait a few minutes" in answer.content

    def test_a_closed_account_stays_out(self, client: Client, person: User) -> None:
        User.objects.filter(pk=person.pk).update(is_active=False)
        assert log_in(client)["location"] == "/en/account/inactive/"
        assert "_auth_user_id" not in client.session

    def test_the_address_that_an_administrator_gave_is_verified_first(
        self, client: Client, person: User
    ) -> None:
        person.email = "other@example.org"
        person.save()
        assert [a.email for a in EmailAddress.objects.filter(user=person)] == [person.email]
        assert log_in(client, "other@example.org")["location"] == "/en/account/verify/"
        assert "_auth_user_id" not in client.session

    def test_a_log_in_leaves_the_address_of_the_account_alone(self, person: User) -> None:
        with CaptureQueriesContext(connection) as queries:
            person.save(update_fields=["last_login"])
        assert len(queries) == 1

    def test_attempts_are_counted_where_all_processes_see_them(self) -> None:
        assert "db.DatabaseCache" in cache_settings("")["default"]["BACKEND"]
        redis = cache_settings("redis://cache:6379/1")
        assert {one["LOCATION"] for one in redis.values()} == {"redis://cache:6379/1"}

    def test_the_table_of_the_cache_is_there_and_counts(
        self, person: User, settings: Any, client: Client
    ) -> None:
        settings.CACHES = cache_settings("")
        for _number in range(5):
            log_in(client, password="wrong")
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM portal_cache")
            assert cursor.fetchone()[0] > 0
        assert b"Too many attempts" in log_in(client).content


class TestSignUp:
    def test_an_account_opens_once_its_address_is_verified(
        self, client: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            answer = signed_up(client, first_name="Awa")
        assert answer["location"] == "/fr/account/verify/"
        user = User.objects.get(email="new@example.org")
        assert (user.first_name, user.language) == ("Awa", "fr")
        assert consents.has_consented(user, consents.ACCOUNT)
        assert log_in(client, user.email, password=NEW)["location"] != "/en/account/"
        [message] = mail.outbox
        address = link(str(message.body))
        assert address.startswith("/fr/account/verify/")
        assert user.email not in address
        page = client.get(address)
        assert "_auth_user_id" not in client.session
        assert page.status_code == 200
        assert client.post(address).status_code == 302
        fresh = Client()
        assert log_in(fresh, user.email, password=NEW)["location"] == "/en/account/"

    def test_who_has_an_account_is_told_by_mail_and_nobody_on_the_page(
        self, client: Client, person: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            known = signed_up(client, email=person.email)
            unknown = signed_up(Client())
        assert known["location"] == unknown["location"]
        kinds = dict(Mail.objects.values_list("to", "kind"))
        assert kinds == {
            person.email: "account-exists",
            "new@example.org": "account-verify-new",
        }
        assert User.objects.filter(email=person.email).count() == 1

    def test_without_the_agreement_there_is_no_account_and_what_was_typed_stays(
        self, client: Client
    ) -> None:
        answer = signed_up(client, agreement="", last_name="Ndiaye")
        assert answer.status_code == 200
        assert 'value="Ndiaye"' in answer.content.decode()
        assert not User.objects.filter(email="new@example.org").exists()

    @pytest.mark.parametrize("password", ["short", "1234567890123", "password1234", "new@example"])
    def test_weak_passwords_are_refused(self, client: Client, password: str) -> None:
        assert signed_up(client, password1=password).status_code == 200
        assert not User.objects.filter(email="new@example.org").exists()

    def test_programs_fall_into_the_trap(self, client: Client) -> None:
        assert (
            signed_up(client, website="https://spam.example")["location"] == "/fr/account/verify/"
        )
        assert not User.objects.filter(email="new@example.org").exists()
        assert "style=" not in client.get("/fr/account/signup/").content.decode()


class TestPassword:
    def ask(self, client: Client, capture: Any, email: str = "member@example.org") -> Any:
        with capture(execute=True):
            return client.post("/en/account/password/forgotten/", {"email": email})

    def test_a_forgotten_one_is_replaced_by_a_link_that_works_once(
        self, client: Client, person: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        self.ask(client, django_capture_on_commit_callbacks)
        [message] = mail.outbox
        # In the language of the person, not of whoever asks, and without their address.
        address = link(str(message.body))
        assert address.startswith("/fr/account/password/new/")
        form = client.get(address, follow=True)
        assert form.redirect_chain[-1][0].endswith("-set-password/")
        aim = form.redirect_chain[-1][0]
        done = client.post(aim, {"password1": NEW})
        assert done["location"] == "/fr/account/password/new/done/"
        assert log_in(Client(), password=NEW)["location"] == "/en/account/"
        assert b"works no more" in Client().get(address.replace("/fr/", "/en/")).content

    def test_an_unknown_address_gets_the_same_page(
        self, client: Client, person: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        known = self.ask(client, django_capture_on_commit_callbacks)
        unknown = self.ask(client, django_capture_on_commit_callbacks, "nobody@example.org")
        assert known["location"] == unknown["location"]
        assert Mail.objects.get(to="nobody@example.org").kind == "account-unknown"

    def test_links_name_the_portal_whatever_host_was_asked(
        self, person: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        client = Client(headers={"host": "evil.example"})
        self.ask(client, django_capture_on_commit_callbacks)
        assert "evil.example" not in str(mail.outbox[0].body)

    def test_a_change_asks_for_the_present_one_and_ends_other_sessions(
        self, client: Client, person: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        other = Client()
        log_in(client)
        log_in(other)
        data = {"oldpassword": "wrong", "password1": NEW}
        assert b"not your present password" in client.post("/en/account/password/", data).content
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post("/en/account/password/", {**data, "oldpassword": PASSWORD})
        assert answer["location"] == "/en/account/"
        assert client.get("/en/account/").status_code == 200
        assert other.get("/en/account/").status_code == 302
        assert Mail.objects.get(to=person.email).kind == "account-password-changed"


class TestCaches:
    def test_pages_for_nobody_do_not_look_at_sessions(self, client: Client) -> None:
        answer = client.get("/en/search/")
        assert "cookie" not in answer.get("Vary", "").lower()
        assert "private" not in answer.get("Cache-Control", "")
        assert b"/en/account/login/" in answer.content

    def test_pages_of_somebody_are_private(self, client: Client, person: User) -> None:
        client.force_login(person)
        answer = client.get("/en/search/")
        assert "private" in answer["Cache-Control"]
        assert "cookie" in answer["Vary"].lower()
        assert b'href="/en/account/"' in answer.content
        assert b"/en/account/login/" not in answer.content
