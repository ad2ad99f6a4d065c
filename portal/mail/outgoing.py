"""Writing a mail and giving it to the worker."""

from __future__ import annotations

import datetime
import logging
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import override

from .models import Mail
from .tasks import NO_ADDRESS, deliver

logger = logging.getLogger(__name__)

# How long the worker has to take up a new mail before `pick_up` thinks that nobody told it.
PATIENCE = datetime.timedelta(minutes=2)
SUBJECT_CHARACTERS = 200
# What strangers type and stands inside our own sentences: one line, and no address to follow.
_ONE_LINE = ("title", "name", "actor")
_ADDRESS = re.compile(r"(?:\w+://|www\.)\S*", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n{3,}")


def send(kind: str, to: str, language: str, context: Mapping[str, Any], about: str = "") -> Mail:
    """Write the mail `kind` to one address in a language; the worker sends it after the commit.

    The templates are `mail/KIND.subject.txt` and `mail/KIND.txt`; they are plain text. Nobody's
    words become headers, lines of ours, or an address to follow: a title, a name and an actor are
    one line without addresses. Where `to` is no mail address the mail has failed at once, which
    the report of mails shows.
    """
    words = {**context, **{name: one_line(context.get(name)) for name in _ONE_LINE}}
    with override(language):
        subject = render_to_string(f"mail/{kind}.subject.txt", words)
        text = render_to_string(f"mail/{kind}.txt", words)
    mail = Mail(
        kind=kind,
        to=to,
        language=language,
        subject=Truncator(_printable(" ".join(subject.split()))).chars(SUBJECT_CHARACTERS),
        text=_BLANK_LINES.sub("\n\n", _printable(text)).strip() + "\n",
        about=about,
        next_attempt=timezone.now() + PATIENCE,
    )
    try:
        validate_email(to)
    except ValidationError:
        logger.warning("A mail “%s” about %s cannot be sent: its address is none.", kind, about)
        mail.to = _printable(" ".join(to.split()))[: Mail._meta.get_field("to").max_length]
        mail.fail(NO_ADDRESS)
        mail.save()
        return mail
    mail.save()
    transaction.on_commit(lambda: deliver.enqueue(mail.pk, 0))
    return mail


def one_line(words: object) -> str:
    """Give somebody's words as one line, in which an address to follow is an ellipsis."""
    return " ".join(_ADDRESS.sub("…", str(words or "")).split())


def _printable(text: str) -> str:
    """Give a text without control characters, line breaks apart."""
    lines = text.splitlines()
    return "\n".join(
        "".join(sign for sign in line if unicodedata.category(sign) != "Cc") for line in lines
    )
