"""How the crawl gets the pages of accounts: each with a browser and a person of its own."""

from __future__ import annotations

from itertools import count
from typing import Any

from allauth.account.models import EmailConfirmationHMAC
from django.core.mail import EmailMessage
from django.test import Client, override_settings
from django.utils import timezone

from portal.accounts import consents, invitations
from portal.accounts.models import User
from portal.accounts.roles import EDITOR, group_of
from portal.mail.outgoing import send
from portal.mail.tasks import message

from .world import NAME, CrawlWorld

PASSWORD = "a password for tests"
# What Django says itself of a password or a field.
THEIRS = ("This field is required.",)
_numbers = count()


def someone(**fields: Any) -> User:
    """Make a person whose name no language knows."""
    address = f"person{next(_numbers)}@example.org"
    return User.objects.create_user(address, PASSWORD, first_name=NAME, **fields)


def browser_of(user: User, language: str) -> Client:
    """Give the browser of a person who has just shown who they are."""
    client = Client(REMOTE_ADDR=f"10.0.{next(_numbers) // 250}.{next(_numbers) % 250}")
    client.force_login(user)
    here = f"/{language}/account/again/"
    client.post(here, {"password": PASSWORD, "next": f"/{language}/"})
    return client


def page(tail: str, *, data: dict[str, str] | None = None) -> Any:
    """Get or send a page of somebody's account."""

    def fetch(_client: Client, _world: CrawlWorld, language: str) -> Any:
        user = someone()
        consents.give(user, consents.ACCOUNT)
        browser = browser_of(user, language)
        address = f"/{language}/account/{tail}"
        return browser.get(address) if data is None else browser.post(address, data)

    return fetch


def sent(tail: str, data: dict[str, str]) -> Any:
    """Send a form as somebody who is not logged in."""

    def fetch(_client: Client, _world: CrawlWorld, language: str) -> Any:
        client = Client(REMOTE_ADDR=f"10.1.{next(_numbers) // 250}.{next(_numbers) % 250}")
        return client.post(f"/{language}/account/{tail}", data)

    return fetch


def again(_client: Client, _world: CrawlWorld, language: str) -> Any:
    client = Client()
    client.force_login(someone())
    return client.get(f"/{language}/account/again/")


def refused(_client: Client, _world: CrawlWorld, language: str) -> Any:
    client = Client()
    client.force_login(someone())
    return client.get(f"/{language}/account/login/?next=/{language}/")


def too_often(_client: Client, _world: CrawlWorld, language: str) -> Any:
    client = Client(REMOTE_ADDR=f"10.2.0.{next(_numbers) % 250}")
    for _number in range(11):
        answer = client.post(f"/{language}/account/signup/", {})
    return answer


def verify(_client: Client, _world: CrawlWorld, language: str) -> Any:
    address = someone().emailaddress_set.get()  # type: ignore[attr-defined] # allauth's relation
    address.verified = False
    address.save()
    return Client().get(f"/{language}/account/verify/{EmailConfirmationHMAC.create(address).key}/")


def new_password(_client: Client, _world: CrawlWorld, language: str) -> Any:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    user = someone()
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return Client().get(f"/{language}/account/password/new/{key}/", follow=True)


def two_factor_needed(_client: Client, _world: CrawlWorld, language: str) -> Any:
    user = someone()
    user.groups.add(group_of(EDITOR))
    with override_settings(REQUIRE_TWO_FACTOR=True):
        return browser_of(user, language).get(f"/{language}/account/two-factor/needed/")


def _with_app(user: User) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


def with_app(tail: str) -> Any:
    """Get a page of the account of somebody who has an app."""

    def fetch(_client: Client, _world: CrawlWorld, language: str) -> Any:
        user = someone()
        browser = browser_of(user, language)
        _with_app(user)
        return browser.get(f"/{language}/account/{tail}")

    return fetch


def code(_client: Client, _world: CrawlWorld, language: str) -> Any:
    user = someone()
    _with_app(user)
    client = Client(REMOTE_ADDR=f"10.3.0.{next(_numbers) % 250}")
    data = {"login": user.email, "password": PASSWORD}
    return client.post(f"/{language}/account/login/", data, follow=True)


def invitation(_client: Client, world: CrawlWorld, language: str) -> Any:
    path = invitations.link_of(world.invited).removeprefix("http://localhost/en/")
    return Client().get(f"/{language}/{path}")


def mail_of(kind: str) -> Any:
    """Make a mail about an account."""

    def make(_world: CrawlWorld, language: str) -> EmailMessage:
        words = {
            "name": "UCLG",
            "site_name": "Local4Action HUBs",
            "link": "http://localhost/",
            "timestamp": timezone.now(),
            "actor": "UCLG",
            "role": "UCLG",
            "sections": "UCLG",
            "days": 14,
        }
        return message(send(kind, "reader@example.org", language, words))

    return make
