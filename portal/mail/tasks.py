"""Sending mails in the background: attempts, and what is picked up when nobody took it."""

from __future__ import annotations

import datetime
import logging
import smtplib
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from .models import Mail

logger = logging.getLogger(__name__)

# How long after each attempt the next one comes: five attempts within about a day.
WAITS = (
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=4),
    datetime.timedelta(hours=20),
    datetime.timedelta(hours=1),  # after the last one: how long it may take
)
ATTEMPTS = len(WAITS)
# Mails about accounts, by the beginning of their kinds: their links open accounts, so whoever may
# read the texts of mails finds none once they are sent.
KEYS = "account-"
# A mail that was given to the worker again is not given a second time before this.
TAKEN = datetime.timedelta(hours=1)
NO_ADDRESS = "not a mail address"


# A mail does not wait behind imports.
@task(backend="worker", priority=10)
def deliver(pk: int, attempt: int) -> None:
    """Send a mail that waits and has had so many attempts; else it is another's, and left alone.

    What the other side refuses for good has failed at once; everything else is tried again, until
    the last attempt.
    """
    now = timezone.now()
    waiting = Mail.objects.filter(pk=pk, state=Mail.State.WAITING, attempts=attempt)
    # Whoever counts the attempt makes it. A worker that ends here leaves a mail that is due later.
    wait = WAITS[min(attempt, ATTEMPTS - 1)]
    if not waiting.update(attempts=F("attempts") + 1, next_attempt=now + wait):
        return
    mail = Mail.objects.get(pk=pk)
    try:
        validate_email(mail.to)
        message(mail).send()
    except ValidationError:
        _note(mail, NO_ADDRESS, for_good=True)
    except (smtplib.SMTPException, OSError) as error:
        _note(mail, said(error), for_good=is_refusal(error))
    except ValueError as error:  # a header or an address that no mail can have
        _note(mail, said(error), for_good=True)
    else:
        mail.state, mail.sent, mail.error = Mail.State.SENT, timezone.now(), ""
        mail.next_attempt = None
        if mail.kind.startswith(KEYS):
            mail.text = ""
        mail.save(update_fields=["state", "sent", "error", "next_attempt", "text"])


def pick_up() -> None:
    """Give the worker what is due and waits for its next attempt, or was never given to it."""
    now = timezone.now()
    for mail in Mail.objects.filter(state=Mail.State.WAITING, next_attempt__lte=now).order_by("pk"):
        if mail.attempts >= ATTEMPTS:
            _note(mail, mail.error or "the worker ended while it was being sent", for_good=True)
            continue
        same = Mail.objects.filter(pk=mail.pk, state=Mail.State.WAITING, attempts=mail.attempts)
        # The worker may have taken it meanwhile, and then sets the time itself.
        if same.update(next_attempt=now + TAKEN):
            deliver.enqueue(mail.pk, mail.attempts)


def message(mail: Mail) -> EmailMessage:
    """Give what is sent of a mail; every attempt has the same Message-ID."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = address.rpartition("@")[2] or "localhost"
    return EmailMessage(
        mail.subject,
        mail.text,
        from_email=formataddr((name or settings.WAGTAIL_SITE_NAME, address)),
        to=[mail.to],
        reply_to=[settings.REPLY_TO_EMAIL] if settings.REPLY_TO_EMAIL else None,
        headers={
            "Auto-Submitted": "auto-generated",  # so that nobody's absence is announced to us
            "Content-Language": mail.language,
            "Message-ID": f"<{mail.created:%Y%m%d%H%M%S}.{mail.pk}@{domain}>",
        },
    )


def is_refusal(error: Exception) -> bool:
    """Tell whether the other side refused the recipient, or the mail to them, for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return bool(codes) and all(code >= 500 for code in codes)
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def said(error: Exception) -> str:
    """Give what the other side said, or what went wrong, in a line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies: list[tuple[int, bytes | str]] = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        replies = [(error.smtp_code, error.smtp_error)]
    else:
        return f"{type(error).__name__}: {error}".rstrip(": ")
    return "; ".join(f"{code} {_decoded(text)}" for code, text in replies)


def _decoded(text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(words.split())


def _note(mail: Mail, error: str, *, for_good: bool) -> None:
    if for_good or mail.attempts >= ATTEMPTS:
        mail.fail(error)
        logger.warning("Mail %s (%s) was given up: %s", mail.pk, mail.kind, error)
    else:
        mail.error = error
        logger.info("Mail %s (%s) is tried again later: %s", mail.pk, mail.kind, error)
    mail.save(update_fields=["state", "error", "next_attempt"])
