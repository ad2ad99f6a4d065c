"""The texts of the mails: every kind, in every language, with and without what may be absent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as outbox

from portal.mail.outgoing import send
from tests.portal.mail.writing import BARE, FULL, KINDS, LINK

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
URL = re.compile(r"\w+://\S+")
WORDS = "Déjà « vu » & “quoted” – l’état <b>1 < 2</b>"

each_kind = pytest.mark.parametrize("kind", KINDS)
each_language = pytest.mark.parametrize("language", LANGUAGES)
each_context = pytest.mark.parametrize("context", [FULL, BARE], ids=["full", "bare"])


def written(kind: str, language: str, context: dict[str, Any]) -> tuple[str, str]:
    mail = send(kind, "reader@example.org", language, context)
    return mail.subject, mail.text


def sentences(kind: str, language: str) -> set[str]:
    """The lines that are the portal's own: without names, addresses and dates."""
    subject, text = written(kind, language, FULL)
    own = re.sub(r"\w+://\S+|Rues calmes|Ann|Bo|Local4Action HUBs|UCLG Africa|L4A-1001", "", text)
    return {line for line in [subject, *own.splitlines()] if re.search(r"[^\W\d_]", line)}


@each_context
@each_language
@each_kind
def test_a_mail_has_one_link_and_no_gaps(kind: str, language: str, context: Any) -> None:
    subject, text = written(kind, language, context)
    assert "Rues calmes" in subject
    assert "Rues calmes" in text
    links = URL.findall(text)
    public = kind in ("published", "section-published") and context["public_url"]
    assert links == [public or LINK]
    for said in (subject, text):
        assert not re.search(r"None|[{}%]|&(?:amp|#)", said)
        assert "  " not in said
    assert "\n\n\n" not in text
    assert not re.search(r" [·:.]?$", text, re.MULTILINE)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
@each_kind
def test_nothing_of_a_mail_is_left_in_english(kind: str, language: str) -> None:
    assert not sentences(kind, "en") & sentences(kind, language)


@each_language
@each_kind
def test_what_is_asked_has_its_day(kind: str, language: str) -> None:
    _subject, dated = written(kind, language, FULL)
    _subject, dateless = written(kind, language, {**FULL, "until": None})
    nothing_is_asked = {
        *("endorsed", "declined", "change-declined", "with-secretariat", "published", "archived"),
        *("section-declined", "section-published", "section-archived", "received-known"),
        "reviewers-reopened",
    }
    assert ("2027" in dated) is (kind not in nothing_is_asked)
    assert "2027" not in dateless


@each_kind
def test_what_people_wrote_arrives_as_they_typed_it(kind: str) -> None:
    context = {**FULL, "title": WORDS, "says": f"{WORDS}\n\nhttps://example.org/?a=1&b=2\n"}
    subject, text = written(kind, "fr", context)
    assert WORDS in subject
    assert WORDS in text
    assert f"> {WORDS}\n>\n> https://example.org/?a=1&b=2\n" in text
    assert len(outbox.outbox) == 0  # not before the commit


def test_the_words_of_the_other_side_say_whose_they_are() -> None:
    _subject, named = written("question", "en", {**FULL, "says": "Which year?"})
    _subject, nameless = written("question", "en", {**FULL, "says": "Which year?", "actor": ""})
    assert "Ann writes:\n\n> Which year?\n" in named
    assert "Message:\n\n> Which year?\n" in nameless


def test_only_kinds_that_are_sent_have_texts() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "mail"
    # Those about accounts have tests of their own, in tests/portal/accounts/test_mails.py.
    files = {file.name for file in folder.glob("*.txt") if not file.name.startswith("account-")} - {
        "base.txt"
    }
    assert files == {f"{kind}{end}" for kind in KINDS for end in (".txt", ".subject.txt")}
