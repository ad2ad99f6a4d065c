"""The texts of the mails about accounts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from portal.accounts.mails import KINDS, absolute
from portal.mail.models import Mail
from portal.mail.outgoing import send

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
LINK = "https://portal.example/en/account/password/new/abc-123/"
ALL = sorted({*KINDS.values(), "account-invitation"})


def words(**more: Any) -> dict[str, Any]:
    """What a mail may say."""
    given = {
        "name": "UCLG",
        "site_name": "Local4Action HUBs",
        "link": LINK,
        "timestamp": timezone.now(),
        "actor": "UCLG",
        "role": "",
        "sections": "",
        "days": 14,
    }
    return {**given, **more}


def test_every_kind_has_a_text_and_no_other() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "mail"
    files = {file.name for file in folder.glob("account-*.txt")}
    assert files == {f"{kind}{end}" for kind in ALL for end in (".txt", ".subject.txt")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ALL)
def test_a_mail_says_one_thing_with_one_link(kind: str, language: str) -> None:
    mail = send(kind, "reader@example.org", language, words())
    assert re.findall(r"\w+://\S+", mail.text) == [LINK]
    for said in (mail.subject, mail.text):
        assert not re.search(r"None|[{}%]|&(?:amp|#)", said)
    assert "\n\n\n" not in mail.text


def test_a_name_neither_breaks_lines_nor_lays_links() -> None:
    actor = "Bank\nBcc: you@example.org https://evil.example/pay"
    mail = send("account-invitation", "reader@example.org", "en", words(actor=actor, role="R"))
    assert "evil.example" not in mail.text
    assert "Bank Bcc: you@example.org … invites you" in mail.text


def test_a_link_is_forgotten_once_it_is_sent(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send("account-reset", "reader@example.org", "en", words())
    mail = Mail.objects.get()
    assert (mail.state, mail.text) == (Mail.State.SENT, "")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://evil.example/en/account/?a=b", "http://localhost/en/account/?a=b"),
        ("/en/account/", "http://localhost/en/account/"),
    ],
)
def test_links_are_the_portals_own(address: str, expected: str) -> None:
    with override("en"):
        assert absolute(address) == expected
