"""The expression of interest, from the empty form to the section's inbox."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from portal.mail.models import Mail
from portal.taxonomy.models import Kind, Term
from portal.taxonomy.snapshot import snapshot
from practices.submissions.fields import INTEREST
from practices.submissions.interest import submit
from practices.submissions.interest_form import read
from practices.submissions.models import Attempt, Submission
from practices.submissions.plain_text import link_in
from practices.submissions.section_of import section_of
from practices.submissions.states import State

from . import cases, sending
from .sending import TYPED, at, send, text

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LANGUAGES = ("en", "fr", "es", "pt", "ar")
QUERIES = 12


def value_of(answer: Any, name: str) -> str:
    page = answer.content.decode()
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def test_it_asks_ten_things_at_most() -> None:
    assert len(INTEREST) <= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_opens_without_an_account(world: None, client: Client, language: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/{language}/submit/")
    assert answer.status_code == 200
    page = answer.content.decode()
    for field in INTEREST:
        assert f'name="{field.name}"' in page
    assert f"/{language}/about/criteria/" in page
    assert f"/{language}/about/privacy/" in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert len(queries) <= QUERIES


def test_what_is_sent_is_kept_as_typed_and_waits_for_the_address(
    world: None, client: Client
) -> None:
    snapshot()  # read once for many requests
    with CaptureQueriesContext(connection) as queries:
        answer = send(client)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/fr/submit/sent/"
    assert len(queries) <= QUERIES, [query["sql"][:90] for query in queries]
    made = Submission.objects.get()
    assert made.interest == TYPED
    assert (made.state, made.kind, made.language) == (State.UNCONFIRMED, "good-practice", "fr")
    assert (made.section.code, made.country.code) == ("mewa", "TUN")  # type: ignore[union-attr] # given
    assert (made.author_name, made.author_email) == ("Auteur de Tunis", "author@example.org")
    assert not made.authors.exists()
    assert made.consent_given is None
    assert [event.name for event in made.events.all()] == ["start"]
    assert list(Mail.objects.values_list("kind", "to", "language")) == [
        ("received", "author@example.org", "fr")
    ]


def test_the_next_page_says_where_the_mail_went_to_that_browser_alone(
    world: None, client: Client
) -> None:
    answer = send(client, "en")
    page = client.get(answer.headers["Location"])
    assert "author@example.org" in text(page)
    assert "author@example.org" not in text(Client().get("/en/submit/sent/"))
    client.cookies["sent_to"] = "forged@example.org"
    assert "forged" not in text(client.get("/en/submit/sent/"))


def test_who_is_logged_in_with_a_proved_address_needs_no_link(world: None, client: Client) -> None:
    author = cases.someone("author@example.org", first_name="Autrice")
    client.force_login(author)
    form = client.get("/fr/submit/")
    assert value_of(form, "name") == "Autrice"
    assert value_of(form, "email") == "author@example.org"
    cases.staff("mewa")
    Mail.objects.all().delete()
    answer = send(client)
    made = Submission.objects.get()
    assert answer.headers["Location"] == f"/fr/submissions/{made.key}/"
    assert made.state == State.INTEREST
    assert made.consent_given is not None
    assert list(made.authors.all()) == [author]
    kinds = Mail.objects.order_by("pk").values_list("kind", "to")
    assert set(kinds) == {
        ("received-known", "author@example.org"),
        ("section-interest", "mewa-one@example.org"),
    }


def test_who_is_logged_in_but_gives_another_address_gets_a_link(
    world: None, client: Client
) -> None:
    client.force_login(cases.someone("else@example.org"))
    send(client)
    assert Submission.objects.get().state == State.UNCONFIRMED
    assert Mail.objects.get().kind == "received"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_said_beside_each_field_and_above_all(
    world: None, client: Client, language: str
) -> None:
    answer = client.post(f"/{language}/submit/", {"opened": sending.stamp()})
    assert answer.status_code == 422
    page = answer.content.decode()
    asked = [field.name for field in INTEREST if field.name != "section"]  # the country tells it
    for name in asked:
        assert f'id="{name}-error"' in page
    targets = re.findall(r'<li><a href="#([^"]+)">', page)
    assert len(targets) == len(asked)
    assert all(f'id="{target}"' in page for target in targets)
    assert not Submission.objects.exists()


def test_nothing_typed_is_lost(world: None, client: Client) -> None:
    answer = send(client, title="x" * 201, summary="Un\ndeux « trois »", email="nobody")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "x" * 201 in page
    assert "Un\ndeux « trois »" in page
    assert 'value="nobody"' in page
    assert re.search(r'value="good-practice" checked', page)
    assert re.search(r'value="TUN" data-section="africa" selected', page)
    assert re.search(r'value="mewa" selected', page)
    assert re.search(r'name="consent" value="yes" checked', page)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "t" * 201, "201 characters"),
        ("summary", "word " * 151, "151 words"),
        ("summary", "w" * 20_000, "20000 characters"),
        ("email", "not an address", "“not an address” is not a mail address."),
        ("email", "a@b", "“a@b” is not a mail address."),
        ("name", "", "“Your name” is needed."),
        ("consent", "", "Please agree"),
        ("kind", "policy-note", "Choose one of the list."),
        ("country", "XXX", "Choose from the list."),
        ("section", "atlantis", "Choose from the list."),
        ("section", "TUN", "Choose from the list."),
        ("section", "mewa' OR 1=1", "Choose from the list."),
    ],
)
def test_bad_values_are_named(
    world: None, client: Client, field: str, value: str, said: str
) -> None:
    answer = send(client, "en", **{field: value})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Submission.objects.exists()
    assert not Mail.objects.exists()


def test_a_forged_section_leaves_a_line_for_the_operator(
    world: None, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "practices.submissions"):
        send(client, section="atlantis\nforged line")
    assert "section='atlantis forged line'" in caplog.text


def test_a_retired_section_is_none_any_more(world: None, client: Client) -> None:
    section = Term.objects.get(kind=Kind.SECTION, code="mewa")
    section.retired = True
    section.save()
    answer = send(client, "en")
    assert "Choose from the list." in text(answer)


@pytest.mark.parametrize("field", ["title", "summary", "place", "name", "organisation"])
def test_links_are_refused_wherever_people_would_read_them(
    world: None, client: Client, field: str
) -> None:
    answer = send(client, "en", **{field: "Look at https://spam.example/x now"})
    assert answer.status_code == 422
    assert "without links: please take out “https://spam.example/x”" in text(answer)
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        "http://a.example",
        "HTTPS://A.EXAMPLE",
        "ftp://a.example",
        "www.example.org/path",
        "[url=x]y[/url]",
        "cheap-pills.com",
        "go to pills.ru/now",
        "bit.ly/3aBc",
        "voir spam.de/achat",
        "me@example.org",
        '<a href="https://a.example">b</a>',
    ],
)
def test_links_of_every_kind_are_seen(typed: str) -> None:
    assert link_in(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "38,5 km de voies; 12.5 M€; art. 7.1.2",
        "S. Paulo, D.C., U.S.A., l'U.E.",
        "p.ex. km/h; 12.5 m3/h; Rabat-Sale.Le/la maire",
        "Plan 2030: fase 1/2 (ODS 6.5).",
        "O projeto acabou.Com o apoio da rede",
        "المدينة العتيقة للمشاة.",
        "city@night: light festival",
    ],
)
def test_what_only_looks_like_a_link_is_none(typed: str) -> None:
    assert link_in(typed) == ""


@pytest.mark.parametrize(
    "changes",
    [{"website": "https://x"}, {"opened": ""}, {"opened": "forged:1"}, {"opened": None}],
)
def test_programs_are_held_up_and_people_lose_nothing(
    world: None, client: Client, changes: dict[str, Any]
) -> None:
    data = {"opened": sending.stamp(), **TYPED, **changes}
    answer = client.post("/en/submit/", {k: v for k, v in data.items() if v is not None})
    assert answer.status_code == 422
    assert "once more" in text(answer)
    assert not Submission.objects.exists()
    again = {**TYPED, "website": "", "opened": value_of(answer, "opened")}
    with at(minutes=1):
        assert client.post("/en/submit/", again).status_code == 302


def test_a_form_that_is_sent_at_once_comes_back_filled_in(world: None, client: Client) -> None:
    opened = value_of(client.get("/en/submit/"), "opened")
    answer = client.post("/en/submit/", {**TYPED, "opened": opened})
    assert answer.status_code == 422
    assert "very fast" in text(answer)
    assert value_of(answer, "opened") == opened
    with at(seconds=10):
        assert client.post("/en/submit/", {**TYPED, "opened": opened}).status_code == 302


def test_ten_in_a_minute_from_one_network_are_stopped(world: None, client: Client) -> None:
    answers = [send(client, "en", email=f"author{n}@example.org") for n in range(10)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 5
    assert Submission.objects.count() == Mail.objects.count() == 5
    last = answers[-1]
    assert "author9@example.org" in last.content.decode()
    assert "You can send it again in 60 minutes." in text(last)
    assert 3500 < int(last.headers["Retry-After"]) <= 3601
    assert send(Client(REMOTE_ADDR="192.0.2.7"), email="a@example.org").status_code == 302


def test_refusals_do_not_make_the_wait_longer(world: None, client: Client) -> None:
    for number in range(9):
        send(client, email=f"author{number}@example.org")
    with at(minutes=61):
        assert send(client, email="later@example.org").status_code == 302


def test_ten_a_day_from_one_network(world: None, client: Client) -> None:
    for number in range(5):
        send(client, email=f"author{number}@example.org")
    with at(hours=2):
        for number in range(5, 10):
            assert send(client, email=f"author{number}@example.org").status_code == 302
    with at(hours=4):
        answer = send(client, "en", email="author10@example.org")
    assert answer.status_code == 429
    assert "You can send it again in 20 hours." in text(answer)


def test_three_a_day_to_one_address_whatever_the_network(world: None) -> None:
    codes = [
        send(Client(REMOTE_ADDR=f"192.0.2.{n}"), title=f"Titre {n}").status_code for n in range(5)
    ]
    assert codes == [302, 302, 302, 429, 429]
    assert Mail.objects.count() == 3


def test_a_network_of_ipv6_is_its_first_half(world: None) -> None:
    codes = [
        send(Client(REMOTE_ADDR=f"2001:db8::{n}"), email=f"a{n}@example.org").status_code
        for n in range(1, 7)
    ]
    assert codes[-1] == 429


def test_no_address_of_the_network_is_kept(world: None) -> None:
    send(Client(REMOTE_ADDR="192.0.2.77"))
    assert Attempt.objects.count() == 2
    assert not any("192.0.2.77" in row.digest for row in Attempt.objects.all())


def test_sending_twice_submits_once(world: None, client: Client) -> None:
    assert send(client).status_code == send(client).status_code == 302
    assert Submission.objects.count() == Mail.objects.count() == 1


def test_sending_again_after_the_log_in_confirms_what_was_sent_before(
    world: None, client: Client
) -> None:
    send(client)
    person = cases.author()
    client.force_login(person)
    made = Submission.objects.get()
    assert send(client).headers["Location"].endswith(f"/{made.key}/")
    made.refresh_from_db()
    assert (made.state, list(made.authors.all())) == (State.INTEREST, [person])
    assert client.get(f"/fr/submissions/{made.key}/").status_code == 200


def test_line_breaks_in_a_name_or_title_become_no_headers(
    world: None, client: Client, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(
            client,
            title="Rues\r\nBcc: victim@example",
            name="Ann\nBcc: other@example",
            organisation="Ville\r\n\r\nBody",
        )
    assert answer.status_code == 302
    (mail,) = mailoutbox
    assert "\n" not in mail.subject
    assert "Rues Bcc: victim@example" in mail.subject
    assert mail.recipients() == ["author@example.org"]
    assert "Bcc" not in mail.message()


def test_an_address_with_a_line_break_is_none(world: None, client: Client) -> None:
    answer = send(client, "en", email="a@example.org\nBcc: b@example.org")
    assert answer.status_code == 422


def test_markup_and_invisible_signs_are_text_or_gone(world: None, client: Client) -> None:
    send(client, title="Rue\x00s \u202e<img src=x onerror=alert(1)>calmes", summary="a & b < c")
    made = Submission.objects.get()
    assert made.title == "Rues calmes"
    assert made.interest["summary"] == "a & b < c"


@pytest.mark.parametrize(
    ("country", "section"),
    [
        ("TUN", "africa"),
        ("NGA", "africa"),
        ("USA", "north-america"),
        ("BRA", "latin-america"),
        ("MEX", "latin-america"),
        ("FRA", "europe"),
        ("UKR", "europe"),
        ("RUS", "eurasia"),
        ("KAZ", "eurasia"),
        ("JPN", "aspac"),
        ("FJI", "aspac"),
        ("TUR", "mewa"),
        ("JOR", "mewa"),
        ("GEO", None),
        ("BLR", None),
        ("IRN", None),
        ("ATA", None),
    ],
)
def test_a_country_tells_the_section_where_that_is_sure(
    world: None, country: str, section: str | None
) -> None:
    entry = snapshot().resolve(Kind.COUNTRY, country)
    if entry is None:
        pytest.skip(f"{country} is no country of the taxonomy")
    found = section_of(entry)
    assert (found.code if found else None) == section


def test_every_country_s_section_is_one(world: None) -> None:
    entries = snapshot().of_kind(Kind.COUNTRY)
    told = [section for entry in entries if (section := section_of(entry))]
    assert len(told) > 200
    assert {section.kind for section in told} == {Kind.SECTION}


def test_without_a_section_the_country_decides_or_the_author_is_asked(
    world: None, client: Client
) -> None:
    send(client, section="", country="KEN")
    assert Submission.objects.get().section.code == "africa"
    answer = send(client, "en", section="", country="GEO", email="b@example.org")
    assert "the country alone does not tell" in text(answer)


def test_a_link_may_choose_beforehand_and_nonsense_in_it_is_nothing(
    world: None, client: Client
) -> None:
    page = client.get("/en/submit/?kind=hub&section=africa&country=zzz").content.decode()
    assert re.search(r'value="hub" checked', page)
    assert re.search(r'value="africa" selected', page)
    assert "error-summary" not in page
    assert client.get("/en/submit/?kind=%00&country=" + "x" * 5000).status_code == 200


@override_settings(LANGUAGE_CODE="en")
def test_the_mail_is_in_the_language_of_the_form(world: None, client: Client) -> None:
    send(client, "ar")
    assert Mail.objects.get().language == Submission.objects.get().language == "ar"


def test_a_form_with_an_old_token_comes_back_as_it_was_typed(world: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    typed = {**TYPED, "csrfmiddlewaretoken": "a" * 64}
    answer = browser.post("/fr/submit/", typed, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert value_of(answer, "title") == TYPED["title"]
    assert not Submission.objects.exists()


def test_what_was_sent_twice_at_the_same_moment_is_kept_once(world: None) -> None:
    values = read(TYPED)
    assert submit(values) == submit(values)
    assert Submission.objects.count() == 1
    assert Mail.objects.count() == 1
