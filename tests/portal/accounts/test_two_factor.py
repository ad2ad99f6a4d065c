"""The second step: set up, asked for, needed by those who may publish."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import ModelLogEntry

from portal.accounts.management.commands.turn_off_two_factor import ACTION
from portal.accounts.models import User
from portal.mail.models import Mail
from tests.factories import UserFactory

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]
PASSWORD = "a password for tests"


def code_of(secret: str) -> str:
    """Give the code that an app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def log_in(client: Client, user: User, aim: str = "") -> Any:
    return client.post(
        "/en/account/login/", {"login": user.email, "password": PASSWORD, "next": aim}
    )


def show_again(client: Client) -> None:
    """Show once more who one is."""
    answer = client.post(
        "/en/account/again/", {"password": PASSWORD, "next": "/en/account/two-factor/"}
    )
    assert answer["location"] == "/en/account/two-factor/"


def set_up(client: Client) -> str:
    """Set up an app in a browser that is logged in; give its key."""
    show_again(client)
    page = client.get("/en/account/two-factor/app/").content.decode()
    secret = re.search(r'<code class="key" dir="ltr">(\w+)</code>', page)
    assert secret
    answer = client.post("/en/account/two-factor/app/", {"code": code_of(secret[1])})
    assert answer["location"] == "/en/account/two-factor/recovery-codes/"
    return secret[1]


@pytest.fixture
def member(db: None) -> User:
    return User.objects.create_user("member@example.org", PASSWORD)


class TestSteps:
    def test_setting_up_asks_for_the_password_again(self, client: Client, member: User) -> None:
        log_in(client, member)
        answer = client.get("/en/account/two-factor/app/")
        assert answer["location"].startswith("/en/account/again/?next=")

    def test_a_wrong_first_code_sets_nothing_up(self, client: Client, member: User) -> None:
        log_in(client, member)
        show_again(client)
        client.get("/en/account/two-factor/app/")
        answer = client.post("/en/account/two-factor/app/", {"code": "000000"})
        assert b"This code is wrong" in answer.content
        assert not Authenticator.objects.exists()

    def test_the_log_in_asks_for_a_code_then(
        self, client: Client, member: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        log_in(client, member)
        with django_capture_on_commit_callbacks(execute=True):
            secret = set_up(client)
        assert Mail.objects.get(to=member.email).kind == "account-two-factor-on"
        codes = client.get("/en/account/two-factor/recovery-codes/").content.decode()
        recovery = re.findall(r"<li><code>(\d+)</code></li>", codes)
        assert len(recovery) == 10
        other = Client()
        assert log_in(other, member, "/en/search/")["location"] == "/en/account/two-factor/code/"
        assert "_auth_user_id" not in other.session
        assert (
            b"This code is wrong"
            in other.post("/en/account/two-factor/code/", {"code": "1"}).content
        )
        assert other.post("/en/account/two-factor/code/", {}).status_code == 200
        answer = other.post("/en/account/two-factor/code/", {"code": recovery[0]})
        assert answer["location"] == "/en/search/"
        assert "_auth_user_id" in other.session
        third = Client()
        log_in(third, member)
        used = third.post("/en/account/two-factor/code/", {"code": recovery[0]})
        assert used.status_code == 200, "a recovery code works once"
        assert TOTP(Authenticator.objects.get(type="totp")).validate_code(code_of(secret))

    def test_codes_come_as_a_file_and_are_replaced(self, client: Client, member: User) -> None:
        log_in(client, member)
        set_up(client)
        file = client.get("/en/account/two-factor/recovery-codes/file/")
        assert "attachment" in file["Content-Disposition"]
        before = file.content.decode().split()
        assert client.post("/en/account/two-factor/recovery-codes/new/").status_code == 302
        after = client.get("/en/account/two-factor/recovery-codes/file/").content.decode().split()
        assert len(before) == len(after) == 10
        assert not set(before) & set(after)

    def test_it_can_be_turned_off(self, client: Client, member: User) -> None:
        log_in(client, member)
        set_up(client)
        assert client.get("/en/account/two-factor/off/").status_code == 200
        client.post("/en/account/two-factor/off/")
        assert not Authenticator.objects.exists()
        assert log_in(Client(), member)["location"] == "/en/account/"

    def test_whoever_has_it_can_change_the_mail_address(self, client: Client, member: User) -> None:
        log_in(client, member)
        set_up(client)
        data = {"email": "other@example.org", "action_add": "1"}
        assert client.post("/en/account/mail-address/", data).status_code == 302
        assert b"other@example.org" in client.get("/en/account/mail-address/").content

    def test_the_pages_hold_no_script_and_no_style(self, client: Client, member: User) -> None:
        log_in(client, member)
        set_up(client)
        for tail in (
            "two-factor/",
            "two-factor/recovery-codes/",
            "two-factor/off/",
            "mail-address/",
        ):
            page = client.get(f"/en/account/{tail}").content.decode()
            assert "<script" not in page
            assert " style=" not in page


class TestLost:
    def test_an_operator_lets_a_person_in_and_the_history_says_so(
        self, client: Client, member: User
    ) -> None:
        log_in(client, member)
        set_up(client)
        call_command("turn_off_two_factor", "Member@example.org")
        assert log_in(Client(), member)["location"] == "/en/account/"
        assert ModelLogEntry.objects.filter(action=ACTION, object_id=str(member.pk)).count() == 1
        call_command("turn_off_two_factor", member.email)
        assert ModelLogEntry.objects.filter(action=ACTION).count() == 1

    def test_a_mistyped_address_is_named(self) -> None:
        with pytest.raises(CommandError, match=r"nobody@example\.org"):
            call_command("turn_off_two_factor", "nobody@example.org")


class TestNeeded:
    @pytest.fixture(autouse=True)
    def required(self, settings: Any) -> None:
        settings.REQUIRE_TWO_FACTOR = True

    @pytest.mark.parametrize(
        "address",
        [
            "/admin/",
            "/admin/pages/",
            "/admin/users/",
            "/admin/invitations/",
            "/en/desks/secretariat/",
        ],
    )
    def test_who_may_publish_is_led_to_it_first(self, desk: Client, address: str) -> None:
        answer = desk.get(address)
        assert answer["location"].startswith("/en/account/two-factor/needed/?next=")
        page = desk.get(answer["location"])
        assert b"You may publish in UCLG" in page.content
        assert b"/en/account/two-factor/app/" in page.content

    def test_forms_do_nothing_before(self, desk: Client, editor: User) -> None:
        answer = desk.post("/admin/invitations/new/", {"email": "x@example.org", "role": "section"})
        assert answer["location"] == "/en/account/two-factor/needed/"
        dialogue = desk.get("/admin/choose-page/", headers={"x-requested-with": "XMLHttpRequest"})
        assert dialogue.status_code == 403

    def test_administrators_and_superusers_need_it_as_well(self, client: Client) -> None:
        client.force_login(UserFactory.create(is_superuser=True))
        assert "/needed/" in client.get("/admin/")["location"]

    def test_afterwards_everything_works_and_turning_it_off_closes_again(
        self, client: Client, editor: User
    ) -> None:
        log_in(client, editor)
        set_up(client)
        assert client.get("/admin/").status_code == 200
        assert client.get("/en/account/two-factor/needed/?next=/admin/")["location"] == "/admin/"
        client.post("/en/account/two-factor/off/")
        assert "/needed/" in client.get("/admin/")["location"]

    def test_recovery_codes_alone_are_no_second_step(self, desk: Client, editor: User) -> None:
        Authenticator.objects.create(user=editor, type="recovery_codes", data={})
        assert "/needed/" in desk.get("/admin/")["location"]

    def test_who_may_not_publish_works_without(
        self, client: Client, staff: Callable[[str], User], translator: User
    ) -> None:
        for user in (staff("africa"), translator):
            client.force_login(user)
            assert client.get("/admin/").status_code == 200

    def test_public_pages_and_the_way_out_stay_open(self, desk: Client) -> None:
        assert desk.get("/en/search/").status_code == 200
        assert desk.get("/en/account/").status_code == 200
        assert desk.post("/admin/logout/").status_code == 302

    def test_it_is_off_where_nothing_asks_for_it(self, desk: Client, settings: Any) -> None:
        settings.REQUIRE_TWO_FACTOR = False
        assert desk.get("/admin/").status_code == 200
