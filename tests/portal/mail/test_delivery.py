"""Mails reach the server once, or are tried again, or are seen to have failed."""

from __future__ import annotations

import datetime
import smtplib
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core import mail as outbox
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.mail import health
from portal.mail.models import Mail
from portal.mail.outgoing import PATIENCE, send
from portal.mail.tasks import ATTEMPTS, TAKEN, WAITS, deliver, message, pick_up
from tests.portal.mail import smtp
from tests.portal.mail.writing import FULL
from tests.worker import work

pytestmark = pytest.mark.django_db

Commit = Callable[..., Any]


@pytest.fixture
def server(settings: Any) -> Iterator[type[smtp.AnsweringBackend]]:
    """A mail server that takes everything until a test lets it refuse."""
    settings.EMAIL_BACKEND = "tests.portal.mail.smtp.AnsweringBackend"
    smtp.AnsweringBackend.answer, smtp.AnsweringBackend.given = None, []
    yield smtp.AnsweringBackend
    smtp.AnsweringBackend.answer = None


@pytest.fixture
def worker(settings: Any) -> Callable[[], None]:
    """A worker that does what waits when it is called, and not before."""
    settings.TASKS = {
        **settings.TASKS,
        "worker": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    }

    return work


def write(**context: Any) -> Mail:
    return send("question", "reader@example.org", "en", {**FULL, **context}, "submission:1")


def later(mail: Mail) -> None:
    """Let the time of a mail's next attempt have come."""
    Mail.objects.filter(pk=mail.pk).update(next_attempt=timezone.now())


def test_a_mail_is_sent_after_the_commit_and_not_before(
    django_capture_on_commit_callbacks: Commit,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mail = write()
        assert outbox.outbox == []
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error, mail.next_attempt) == ("sent", 1, "", None)
    assert mail.sent is not None
    assert [one.subject for one in outbox.outbox] == ["A question about “Rues calmes”"]


def test_the_worker_sends_it(
    worker: Callable[[], None], django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mail = write()
    assert outbox.outbox == []
    assert DBTaskResult.objects.get().status == "READY"
    worker()
    mail.refresh_from_db()
    assert mail.state == "sent"
    assert len(outbox.outbox) == 1


def test_a_mail_that_no_worker_was_told_of_is_picked_up() -> None:
    mail = write()  # the process ends here: nothing runs after the commit
    pick_up()
    assert outbox.outbox == []  # it may still be on its way
    Mail.objects.filter(pk=mail.pk).update(next_attempt=timezone.now() - PATIENCE)
    pick_up()
    mail.refresh_from_db()
    assert mail.state == "sent"
    assert len(outbox.outbox) == 1


def test_two_workers_send_it_once() -> None:
    mail = write()
    deliver.enqueue(mail.pk, 0)
    deliver.enqueue(mail.pk, 0)
    assert len(outbox.outbox) == 1


def test_while_no_worker_runs_a_mail_is_not_handed_over_again_and_again(
    worker: Callable[[], None],
) -> None:
    mail = write()
    later(mail)
    for _minute in range(3):
        pick_up()
    assert DBTaskResult.objects.count() == 1
    mail.refresh_from_db()
    assert mail.next_attempt is not None
    assert mail.next_attempt > timezone.now() + TAKEN / 2
    worker()
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize(
    "answer", [smtp.MAILBOX_BUSY, smtp.LATER, smtp.DOWN, smtp.SILENT, smtp.NO_LOGIN], ids=repr
)
def test_what_may_pass_is_tried_five_times_and_then_given_up(
    server: type[smtp.AnsweringBackend], answer: Exception
) -> None:
    server.answer = answer
    mail = write()
    for attempt in range(ATTEMPTS):
        mail.refresh_from_db()
        assert (mail.state, mail.attempts) == ("waiting", attempt)
        later(mail)
        before = timezone.now()
        pick_up()
        mail.refresh_from_db()
        if attempt < ATTEMPTS - 1:
            assert mail.next_attempt is not None
            assert mail.next_attempt >= before + WAITS[attempt]
    assert (mail.state, mail.attempts, mail.next_attempt) == ("failed", ATTEMPTS, None)
    assert mail.error
    pick_up()
    assert len(server.given) == ATTEMPTS


def test_five_attempts_take_about_a_day() -> None:
    between = sum(WAITS[:-1], datetime.timedelta())
    assert datetime.timedelta(hours=23) < between < datetime.timedelta(hours=26)


def test_a_later_attempt_that_succeeds_forgets_the_error(
    server: type[smtp.AnsweringBackend],
) -> None:
    server.answer = smtp.DOWN
    mail = write()
    later(mail)
    pick_up()
    server.answer = None
    later(mail)
    pick_up()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == ("sent", 2, "")


@pytest.mark.parametrize(
    ("answer", "said"),
    [(smtp.NO_SUCH_USER, "550 No such user"), (smtp.SPAM, "554 Rejected")],
    ids=repr,
)
def test_what_is_refused_for_good_has_failed_at_once(
    server: type[smtp.AnsweringBackend], answer: Exception, said: str
) -> None:
    server.answer = answer
    mail = write()
    deliver.enqueue(mail.pk, 0)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == ("failed", 1, said)


def test_a_worker_that_ends_while_it_sends_leaves_a_mail_that_is_tried_again(
    server: type[smtp.AnsweringBackend],
) -> None:
    server.answer = KeyError("killed")  # no error of a mail server
    mail = write()
    deliver.enqueue(mail.pk, 0)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 1)
    server.answer = None
    later(mail)
    pick_up()
    mail.refresh_from_db()
    assert mail.state == "sent"


def test_a_worker_that_ends_in_the_last_attempt_leaves_a_mail_that_has_failed() -> None:
    mail = write()
    Mail.objects.filter(pk=mail.pk).update(attempts=ATTEMPTS, next_attempt=timezone.now())
    pick_up()
    mail.refresh_from_db()
    assert (mail.state, mail.error) == ("failed", "the worker ended while it was being sent")


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@example.org\r\nBcc: all@example.org", "a@b", "a b@example.org"],
)
def test_what_is_no_address_has_failed_at_once(address: str) -> None:
    mail = send("question", address, "en", FULL)
    mail.refresh_from_db()
    assert (mail.state, mail.error) == ("failed", "not a mail address")
    assert "\n" not in mail.to
    pick_up()
    Mail.objects.filter(pk=mail.pk).update(state="waiting")  # sent again in the report
    deliver.enqueue(mail.pk, 0)
    mail.refresh_from_db()
    assert (mail.state, mail.error) == ("failed", "not a mail address")
    assert outbox.outbox == []


def raw(mail: Mail) -> Any:
    """Give a mail as it goes over the wire, read again."""
    return message_from_bytes(message(mail).message().as_bytes(), policy=policy.default)


FORGED = "Calm\r\nBcc: all@example.org\r\n\r\n<b>streets</b>\x00\u2028X-Evil: 1\x85Y: 2"


@pytest.mark.parametrize("field", ["title", "name", "actor", "says", "reference", "section"])
def test_nobodys_words_become_headers(field: str) -> None:
    mail = write(**{field: FORGED})
    mail.refresh_from_db()  # no database refused a sign of it
    sent = raw(mail)
    assert sent["To"] == "reader@example.org"
    assert {name.lower() for name in sent.keys()} == {  # noqa: SIM118 - headers repeat
        *("content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to"),
        *("date", "message-id", "auto-submitted", "content-language"),
    }
    assert "\n" not in mail.subject
    assert sent["Subject"].strip() == mail.subject


def test_a_title_or_a_name_is_one_line_without_an_address_to_follow() -> None:
    mail = write(title="Win\nhttps://evil.example/x now", name="www.evil.example", actor="A\r\nB")
    assert "evil.example" not in f"{mail.subject}{mail.text}"
    assert "“Win … now”" in mail.text
    assert "Dear …," in mail.text
    assert "A B has read" in mail.text


def test_the_headers_say_that_a_machine_wrote_it_and_where_answers_go(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "portal@uclg.example"
    settings.REPLY_TO_EMAIL = "hubs@uclg.example"
    mail = send("question", "reader@example.org", "ar", FULL)
    sent = raw(mail)
    assert sent["From"] == "Local4Action HUBs <portal@uclg.example>"
    assert sent["Reply-To"] == "hubs@uclg.example"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Content-Language"] == "ar"
    assert sent["Message-ID"].endswith("@uclg.example>")
    assert sent["Message-ID"] == raw(mail)["Message-ID"]
    assert sent.get_content_type() == "text/plain"
    assert not sent.is_multipart()
    assert sent.get_content().replace("\r\n", "\n") == mail.text


def test_a_sender_with_a_name_keeps_it(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "UCLG hubs <portal@uclg.example>"
    sent = raw(write())
    assert sent["From"] == "UCLG hubs <portal@uclg.example>"
    assert sent["Reply-To"] is None


def test_a_title_of_500_signs_makes_a_subject_that_ends(settings: Any) -> None:
    mail = write(title="Streets " * 70)
    assert len(mail.subject) <= 200
    assert mail.subject.endswith("…")


def test_the_numbers_tell_what_waits_too_long_and_what_failed() -> None:
    write()
    late = write()
    Mail.objects.filter(pk=late.pk).update(
        next_attempt=timezone.now() - datetime.timedelta(minutes=20)
    )
    send("question", "nobody", "en", FULL)
    assert health.measure() == {"waiting": 2, "late": 1, "failed": 1}


def test_the_other_sides_words_are_read_whatever_their_form() -> None:
    from portal.mail.tasks import said

    assert said(smtplib.SMTPServerDisconnected("closed")) == "SMTPServerDisconnected: closed"
    assert said(smtplib.SMTPDataError(451, "später".encode("latin-1"))) == "451 sp�ter"
