"""Sending an expression of interest as a browser does."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any
from unittest import mock

from django.core import signing
from django.test import Client
from django.utils import timezone

from portal.mail.models import Mail

TYPED = {
    "kind": "good-practice",
    "title": "La médina à pied",
    "summary": "Les rues de la médina étaient pleines de voitures ; elles sont aux piétons.",
    "place": "Tunis",
    "country": "TUN",
    "section": "mewa",
    "name": "Auteur de Tunis",
    "organisation": "Ville de Tunis",
    "email": "author@example.org",
    "consent": "yes",
}


def stamp(seconds_ago: int = 60) -> str:
    """Give the hidden field of a form that was opened some time ago."""
    return signing.dumps(int(timezone.now().timestamp()) - seconds_ago, salt="submissions.opened")


def send(client: Client, language: str = "fr", **changes: Any) -> Any:
    """Send the form."""
    data = {"opened": stamp(), "website": "", **TYPED, **changes}
    return client.post(f"/{language}/submit/", data)


def text(answer: Any) -> str:
    """Give the words of a page, with its white space as it is read."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def mailed_link(to: str = "author@example.org") -> str:
    """Give the path of the link in the newest mail to an address."""
    mail = Mail.objects.filter(to=to).order_by("-pk")[0]
    found = re.search(r"https?://[^/\s]+(/\S+/submissions/link/\S+)", mail.text)
    assert found, mail.text
    return found[1]


@contextmanager
def at(**later: float) -> Iterator[None]:
    """Do something at a later moment: `with at(days=3):`."""
    now = timezone.now() + datetime.timedelta(**later)
    with mock.patch("django.utils.timezone.now", return_value=now):
        yield
