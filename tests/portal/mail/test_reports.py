"""The report of mails: who sees what, and sending again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.test import Client

from portal.mail.kinds import KIND_LABELS
from portal.mail.models import Mail
from portal.mail.outgoing import send
from portal.mail.reports import PER_PAGE
from tests.fixtures import person
from tests.portal.mail.writing import FULL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

REPORT = "/admin/reports/mails/"


@pytest.fixture
def office(world: None, db: None) -> Client:
    """The browser of an administrator who has logged in."""
    browser = Client()
    browser.force_login(person("administrator"))
    return browser


def written(state: str = "failed", kind: str = "question", **fields: Any) -> Mail:
    mail = send(kind, "reader@example.org", "en", FULL)
    for name, value in {"state": state, "error": "550 <b>unknown</b>", **fields}.items():
        setattr(mail, name, value)
    mail.save()
    return mail


def test_an_editor_sees_what_failed_and_why_and_not_what_it_said(desk: Client) -> None:
    mail = written()
    content = desk.get(REPORT).content.decode()
    assert "Question to the author" in content
    assert "reader@example.org" in content
    assert "550 &lt;b&gt;unknown" in content
    assert f"{REPORT}retry/{mail.pk}/" in content
    assert f"{REPORT}{mail.pk}/" not in content
    assert desk.get(f"{REPORT}{mail.pk}/").status_code == 302
    assert REPORT in desk.get("/admin/").content.decode()


def test_an_administrator_reads_the_text(office: Client) -> None:
    mail = written(text="Two < three & “four”\n")
    assert f"{REPORT}{mail.pk}/" in office.get(REPORT).content.decode()
    content = office.get(f"{REPORT}{mail.pk}/").content.decode()
    assert "Two &lt; three &amp; “four”" in content
    assert office.get(f"{REPORT}999999/").status_code == 404


@pytest.mark.parametrize("role", ["translator", "section"])
def test_nobody_else_sees_or_sends_anything(role: str) -> None:
    mail = written()
    browser = Client()
    browser.force_login(person(role, "africa" if role == "section" else ""))
    for address in (REPORT, f"{REPORT}{mail.pk}/"):
        assert browser.get(address).status_code == 302
    for address in (f"{REPORT}retry/", f"{REPORT}retry/{mail.pk}/"):
        assert browser.post(address).status_code == 302
    assert REPORT not in browser.get("/admin/").content.decode()
    mail.refresh_from_db()
    assert mail.state == "failed"


def test_strangers_are_asked_to_log_in(client: Client) -> None:
    assert client.get(REPORT).status_code == 302
    assert "login" in client.get(REPORT)["Location"]


def test_every_kind_of_mail_that_has_texts_has_a_name() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "mail"
    kinds = {file.name.removesuffix(".subject.txt") for file in folder.glob("*.subject.txt")}
    assert kinds == set(KIND_LABELS)


def listed(browser: Client, query: str) -> list[int]:
    return [mail.pk for mail, _label in browser.get(f"{REPORT}?{query}").context["lines"]]


def test_the_list_is_filtered_by_state_and_kind(desk: Client) -> None:
    failed = written()
    sent = written("sent")
    other = written("failed", "declined")
    assert listed(desk, "") == [other.pk, sent.pk, failed.pk]
    assert listed(desk, "state=failed") == [other.pk, failed.pk]
    assert listed(desk, "state=failed&kind=question") == [failed.pk]
    assert listed(desk, "state=waiting") == []
    # What nobody offered is as if it had not been chosen.
    assert listed(desk, "state=%00'&kind=<b>&p=abc") == [other.pk, sent.pk, failed.pk]


def test_pages_keep_the_filter_and_ask_as_much_as_one_mail(
    desk: Client, django_assert_num_queries: Any
) -> None:
    for _number in range(PER_PAGE + 1):
        written()
    content = desk.get(f"{REPORT}?state=failed").content.decode()
    assert "?p=2&amp;state=failed&amp;kind=" in content
    assert len(listed(desk, "state=failed&p=2")) == 1

    def queries(query: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            desk.get(f"{REPORT}?{query}")
        return len(asked)

    assert queries("state=failed") == queries("state=failed&p=2")


def test_one_is_sent_again(desk: Client, django_capture_on_commit_callbacks: Any) -> None:
    first, second = written(attempts=5), written()
    with django_capture_on_commit_callbacks(execute=True):
        response = desk.post(f"{REPORT}retry/{first.pk}/", follow=True)
    assert "1 mail will be sent again at once." in response.content.decode()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.attempts, first.error) == ("sent", 1, "")
    assert second.state == "failed"
    assert len(outbox.outbox) == 1


def test_all_that_failed_are_sent_again(
    desk: Client, django_capture_on_commit_callbacks: Any
) -> None:
    written()
    written()
    forgotten, sent = written(subject="", text=""), written("sent")
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"{REPORT}retry/")
    assert len(outbox.outbox) == 2
    forgotten.refresh_from_db()
    assert forgotten.state == "failed"
    sent.refresh_from_db()
    assert sent.attempts == 0


@pytest.mark.parametrize("fields", [{"state": "sent"}, {"subject": "", "text": ""}], ids=repr)
def test_what_cannot_be_sent_again_says_so(desk: Client, fields: dict[str, str]) -> None:
    mail = written(**fields)
    assert f"{REPORT}retry/{mail.pk}/" not in desk.get(REPORT).content.decode()
    response = desk.post(f"{REPORT}retry/{mail.pk}/", follow=True)
    assert "Nothing is sent again" in response.content.decode()
    mail.refresh_from_db()
    assert mail.state == fields.get("state", "failed")


def test_looking_sends_nothing_and_a_forged_request_is_refused(desk: Client) -> None:
    mail = written()
    assert desk.get(f"{REPORT}retry/{mail.pk}/").status_code == 405
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person("administrator"))
    assert browser.post(f"{REPORT}retry/{mail.pk}/").status_code == 403
    mail.refresh_from_db()
    assert mail.state == "failed"
