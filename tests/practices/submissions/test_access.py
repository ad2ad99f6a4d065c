"""Mailed links: what they open, for whom, how often; and inviting co-authors."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.accounts.roles import EDITOR, MEMBER, SECTION_STAFF, TRANSLATOR, Role
from portal.logs import WithoutSecrets
from portal.mail.models import Mail
from practices.submissions import access, mails
from practices.submissions.models import AccessLink, Submission
from practices.submissions.states import Actor, State

from . import cases, sending
from .sending import at, mailed_link, text

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LANGUAGES = ("en", "fr", "es", "pt", "ar")
AUTHOR = "author@example.org"


def reader(client: Client) -> Any:
    """Give who is logged in."""
    from django.contrib.auth import get_user

    request = type("Request", (), {"session": client.session})()
    return get_user(request)


def new_path(submission: Submission, email: str = AUTHOR, language: str = "fr") -> str:
    return f"/{language}/submissions/link/{access.new_link(submission, email)}/"


def test_the_whole_way_takes_three_screens(world: None, client: Client) -> None:
    cases.staff("mewa")
    assert client.get("/fr/submit/").status_code == 200
    assert "author@example.org" in text(sending.send(client) and client.get("/fr/submit/sent/"))
    path = mailed_link()
    page = client.get(path)
    assert "La médina à pied" in text(page)
    answer = client.post(path)
    made = Submission.objects.get()
    assert answer.headers["Location"] == f"/fr/submissions/{made.key}/"
    assert made.state == State.INTEREST
    assert made.consent_given is not None
    author = reader(client)
    assert (author.email, author.get_full_name()) == (AUTHOR, "Auteur de Tunis")
    assert not author.has_usable_password()
    assert list(made.authors.all()) == [author]
    assert [event.name for event in made.events.all()] == ["start", "confirm"]
    assert Mail.objects.filter(kind="section-interest", to="mewa-one@example.org").exists()
    assert client.get(answer.headers["Location"]).status_code == 200


def test_opening_a_link_asks_little_and_its_button_no_more_than_it_does(
    world: None, client: Client
) -> None:
    cases.staff("mewa")
    sending.send(client)
    path = mailed_link()
    with CaptureQueriesContext(connection) as looking:
        client.get(path)
    assert len(looking) <= 12
    with CaptureQueriesContext(connection) as using:
        client.post(path)
    asked = [one["sql"] for one in using if "SAVEPOINT" not in one["sql"]]
    # An account with its address, a session, a transition with its history, a mail to the section.
    assert len(asked) <= 18, [sql[:80] for sql in asked]


def test_programs_that_open_links_use_nothing(world: None, client: Client) -> None:
    sending.send(client)
    path = mailed_link()
    for _time in range(3):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
    assert not User.objects.exists()
    assert AccessLink.objects.filter(used__isnull=True).count() == 1
    assert Submission.objects.get().state == State.UNCONFIRMED


def test_a_link_works_once(world: None, client: Client) -> None:
    path = new_path(cases.submission())
    assert client.post(path).status_code == 302
    other = Client()
    assert "a déjà" in text(other.get(path)) or "used already" in text(other.get(path))
    answer = other.post(path)
    assert answer.headers["Location"].endswith("/submit/sent/")
    assert isinstance(reader(other), AnonymousUser)


def test_who_is_in_already_goes_straight_on(world: None, client: Client) -> None:
    made = cases.submission()
    path = new_path(made)
    client.post(path)
    for answer in (client.get(path), client.post(path)):
        assert answer.headers["Location"] == f"/fr/submissions/{made.key}/"


def test_the_session_of_before_is_not_the_one_after(world: None, client: Client) -> None:
    path = new_path(cases.submission())
    client.get(path)
    session = client.session
    session["planted"] = "by somebody"
    session.save()
    before = session.session_key
    assert before
    client.cookies["sessionid"] = before
    client.post(path)
    assert client.session.session_key != before


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_old_link_says_so_and_offers_a_new_one(
    world: None, client: Client, language: str
) -> None:
    made = cases.submission()
    path = new_path(made, language=language)
    with at(days=15):
        page = client.get(path)
        assert page.content.decode().count("<form") == 1
        assert AUTHOR not in page.content.decode()
        Mail.objects.all().delete()
        answer = client.post(path)
        assert answer.headers["Location"] == f"/{language}/submit/sent/"
        assert AUTHOR not in client.get(answer.headers["Location"]).content.decode()
        mail = Mail.objects.get()
        assert (mail.kind, mail.to, mail.language) == ("link", AUTHOR, "fr")
        fresh = mailed_link()
        assert fresh != path
        assert client.post(fresh).headers["Location"].endswith(f"/submissions/{made.key}/")


def test_an_old_link_of_what_waits_for_it_is_sent_again_as_such(
    world: None, client: Client
) -> None:
    sending.send(client)
    path = mailed_link()
    with at(days=15):
        Mail.objects.all().delete()
        client.post(path)
        assert Mail.objects.get().kind == "received"
        client.post(mailed_link())
    assert Submission.objects.get().state == State.INTEREST


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_link_says_so_and_mails_nobody(
    world: None, client: Client, language: str
) -> None:
    path = f"/{language}/submissions/link/{'x' * 43}/"
    page = client.get(path)
    assert page.status_code == 404
    assert "<form" not in page.content.decode().split("<main")[1].split("</main")[0]
    assert client.post(path).status_code == 404
    assert not Mail.objects.exists()


def test_new_links_are_sent_three_times_an_hour(world: None, client: Client) -> None:
    path = new_path(cases.submission())
    client.post(path)
    Mail.objects.all().delete()
    other = Client()
    answers = [other.post(path) for _time in range(5)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429, 429]
    assert "Vous" in text(answers[-1]) or "You can send it again" in text(answers[-1])
    assert Mail.objects.count() == 3


def test_these_pages_are_kept_by_nobody_and_told_to_nobody(world: None, client: Client) -> None:
    answer = client.get(new_path(cases.submission()))
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_secrets_stand_in_no_log(
    world: None, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(WithoutSecrets())
    secret = "s" * 43
    with caplog.at_level(logging.DEBUG, "django.request"):
        client.get(f"/fr/submissions/link/{secret}/")
        logging.getLogger("django.request").warning(
            "Led to %s", f"/fr/account/login/?next=%2Ffr%2Fsubmissions%2Flink%2F{secret}%2F"
        )
    assert "/submissions/link/…" in caplog.text
    assert "%2Fsubmissions%2Flink%2F…" in caplog.text
    assert secret not in caplog.text


def test_the_console_leaves_secrets_out(settings: Any) -> None:
    logging_settings = settings.LOGGING
    assert logging_settings["handlers"]["console"]["filters"] == ["without_secrets"]
    assert logging_settings["loggers"]["django.server"]["handlers"] == ["console"]
    assert logging_settings["filters"]["without_secrets"]["()"] == "portal.logs.WithoutSecrets"


def test_only_a_hash_of_the_secret_is_kept(world: None) -> None:
    secret = access.new_link(cases.submission(), AUTHOR)
    link = AccessLink.objects.latest("pk")
    assert secret not in str(link.__dict__)


@pytest.mark.parametrize("role", [SECTION_STAFF, EDITOR, TRANSLATOR], ids=lambda role: role.code)
def test_who_has_more_rights_logs_in(world: None, client: Client, role: Role) -> None:
    person = cases.someone("staff@example.org", (role, "mewa" if role is SECTION_STAFF else ""))
    sending.send(client, email="staff@example.org")
    path = mailed_link("staff@example.org")
    answer = client.post(path)
    assert "next=" in answer.headers["Location"]
    assert isinstance(reader(client), AnonymousUser)
    assert not AccessLink.objects.filter(used__isnull=False).exists()
    client.force_login(person)
    answer = client.post(path)
    made = Submission.objects.get()
    assert answer.headers["Location"] == f"/fr/submissions/{made.key}/"
    assert made.state == State.INTEREST
    assert list(made.authors.all()) == [person]


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_so_does_who_has_rights_without_a_group(world: None, client: Client, right: str) -> None:
    cases.someone(AUTHOR, **{right: True})
    sending.send(client)
    client.post(mailed_link())
    assert isinstance(reader(client), AnonymousUser)


def test_a_member_is_let_in(world: None, client: Client) -> None:
    cases.someone(AUTHOR, (MEMBER, ""))
    sending.send(client)
    client.post(mailed_link())
    assert reader(client).email == AUTHOR


def test_a_closed_account_stays_closed(world: None, client: Client) -> None:
    cases.someone(AUTHOR, is_active=False)
    sending.send(client)
    answer = client.post(mailed_link())
    assert answer.status_code == 403
    assert isinstance(reader(client), AnonymousUser)
    assert Submission.objects.get().state == State.UNCONFIRMED


def test_who_is_logged_in_as_somebody_else_is_told_and_then_is_the_author(
    world: None, client: Client
) -> None:
    client.force_login(cases.someone("else@example.org"))
    path = new_path(cases.submission(), language="en")
    assert "You are logged in with another mail address" in text(client.get(path))
    client.post(path)
    assert reader(client).email == AUTHOR


def test_a_link_opens_no_submission_but_its_own(world: None, client: Client) -> None:
    mine = cases.submission()
    theirs = cases.submission(by=cases.someone("else@example.org"))
    client.post(new_path(mine))
    assert client.get(f"/fr/submissions/{theirs.key}/").status_code == 404


# Co-authors


def test_an_author_invites_another_who_then_is_one(world: None, client: Client) -> None:
    made = cases.submission(State.DRAFT)
    client.force_login(cases.author())
    answer = client.post(f"/fr/submissions/{made.key}/coauthor/", {"email": "Co@Example.org "})
    assert answer.headers["Location"] == f"/fr/submissions/{made.key}/"
    assert Mail.objects.get(kind="coauthor").to == "co@example.org"
    other = Client()
    other.post(mailed_link("co@example.org"))
    assert reader(other).email == "co@example.org"
    assert {one.email for one in made.authors.all()} == {AUTHOR, "co@example.org"}
    assert [event.name for event in made.events.all()][-2:] == ["coauthor", "join"]
    assert made.state == State.DRAFT


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "is needed"),
        ("nobody", "“nobody” is not a mail address."),
        (AUTHOR, "This person is an author already."),
        ("a@example.org\nBcc: b@example.org", "is not a mail address."),
    ],
)
def test_addresses_that_cannot_be_invited(
    world: None, client: Client, email: str, said: str
) -> None:
    made = cases.submission(State.DRAFT)
    Mail.objects.all().delete()
    client.force_login(cases.author())
    answer = client.post(f"/en/submissions/{made.key}/coauthor/", {"email": email})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Mail.objects.exists()


def test_nobody_is_invited_to_what_has_ended(world: None, client: Client) -> None:
    made = cases.submission(State.DECLINED)
    client.force_login(cases.author())
    answer = client.post(f"/en/submissions/{made.key}/coauthor/", {"email": "co@example.org"})
    assert answer.status_code == 422


def test_only_authors_invite(world: None, client: Client) -> None:
    made = cases.submission(State.DRAFT)
    path = f"/en/submissions/{made.key}/coauthor/"
    assert "next=" in client.post(path, {"email": "co@example.org"}).headers["Location"]
    client.force_login(cases.someone("else@example.org"))
    assert client.post(path, {"email": "co@example.org"}).status_code == 404
    client.force_login(cases.staff("mewa"))
    assert client.post(path, {"email": "co@example.org"}).status_code == 403
    assert not Mail.objects.filter(kind="coauthor").exists()


def test_an_address_is_not_lost_when_the_session_has_ended(world: None, client: Client) -> None:
    made = cases.submission(State.DRAFT)
    path = f"/en/submissions/{made.key}/coauthor/"
    client.post(path, {"email": "co@example.org"})
    client.force_login(cases.author())
    assert 'value="co@example.org"' in client.get(path).content.decode()
    assert not Mail.objects.filter(kind="coauthor").exists()


def test_an_address_in_an_old_form_is_not_lost(world: None) -> None:
    made = cases.submission(State.DRAFT)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cases.author())
    path = f"/en/submissions/{made.key}/coauthor/"
    ours = {"origin": "http://testserver"}
    answer = client.post(path, {"email": "co@example.org"}, headers=ours)
    assert answer.status_code == 302
    assert 'value="co@example.org"' in client.get(answer["Location"]).content.decode()
    answer = client.post(path, {"email": "y" * 1_000_001}, headers=ours)
    assert answer.status_code == 413
    assert "y" * 1_000_001 in answer.content.decode()
    assert not Mail.objects.filter(kind="coauthor").exists()


def test_invitations_are_limited(world: None, client: Client) -> None:
    made = cases.submission(State.DRAFT)
    client.force_login(cases.author())
    path = f"/en/submissions/{made.key}/coauthor/"
    codes = [client.post(path, {"email": f"co{n}@example.org"}).status_code for n in range(12)]
    assert codes == [302] * 10 + [429] * 2


def test_a_link_in_a_mail_to_an_author_opens_the_submission(world: None, client: Client) -> None:
    made = cases.submission(State.INTEREST_QUESTION)
    mails.mail(made, "question", Actor.AUTHOR)
    answer = client.post(mailed_link())
    assert answer.headers["Location"].endswith(f"/submissions/{made.key}/")


# Accounts


def test_who_has_a_second_factor_logs_in(world: None, client: Client) -> None:
    person = cases.someone(AUTHOR)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    sending.send(client)
    client.post(mailed_link())
    assert isinstance(reader(client), AnonymousUser)


def test_an_account_of_an_address_that_nobody_had_proved_loses_its_password(
    world: None, client: Client
) -> None:
    person = cases.someone(AUTHOR)
    EmailAddress.objects.filter(user=person).update(verified=False)
    planted = Client()
    planted.force_login(person)
    sending.send(client)
    client.post(mailed_link())
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert isinstance(reader(planted), AnonymousUser)
    assert EmailAddress.objects.get(user=person).verified
    assert reader(client) == person


def test_an_account_of_a_proved_address_keeps_its_password(world: None, client: Client) -> None:
    person = cases.someone(AUTHOR)
    sending.send(client)
    client.post(mailed_link())
    person.refresh_from_db()
    assert person.has_usable_password()


def test_an_address_that_is_not_proved_is_not_known(world: None, client: Client) -> None:
    person = cases.someone(AUTHOR)
    EmailAddress.objects.filter(user=person).update(verified=False)
    client.force_login(person)
    sending.send(client)
    assert Submission.objects.get().state == State.UNCONFIRMED


def test_the_account_that_is_made_is_verified_and_speaks_the_language(
    world: None, client: Client
) -> None:
    sending.send(client, "pt")
    client.post(mailed_link())
    person = reader(client)
    assert person.language == "pt"
    assert EmailAddress.objects.get(user=person).verified
