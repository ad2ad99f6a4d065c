"""Mail servers that answer as a test wants."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.mail.backends.base import BaseEmailBackend


class AnsweringBackend(BaseEmailBackend):
    """Raises what `answer` holds, and counts the mails that it was given."""

    answer: ClassVar[Exception | None] = None
    given: ClassVar[list[Any]] = []

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Take the mails, or refuse them."""
        self.given.extend(email_messages)
        if self.answer is not None:
            raise self.answer
        return len(email_messages)


NO_SUCH_USER = smtplib.SMTPRecipientsRefused({"reader@example.org": (550, b"No such\nuser")})
MAILBOX_BUSY = smtplib.SMTPRecipientsRefused({"reader@example.org": (450, b"Busy")})
SPAM = smtplib.SMTPDataError(554, b"Rejected")
LATER = smtplib.SMTPDataError(451, b"Greylisted")
DOWN = ConnectionRefusedError(111, "Connection refused")
SILENT = TimeoutError("timed out")
NO_LOGIN = smtplib.SMTPAuthenticationError(535, b"Wrong password")
