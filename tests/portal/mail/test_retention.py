"""Mails are forgotten: first what they said, then that they were sent."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from portal.mail.models import Mail
from portal.mail.outgoing import send
from portal.mail.retention import forget
from tests.portal.mail.writing import FULL

pytestmark = pytest.mark.django_db


def aged(days: float, state: str = "sent") -> Mail:
    mail = send("question", "reader@example.org", "en", FULL)
    Mail.objects.filter(pk=mail.pk).update(
        created=timezone.now() - datetime.timedelta(days=days), state=state
    )
    return mail


def test_texts_go_after_ninety_days_and_rows_after_a_year() -> None:
    fresh, old, refused, ancient = aged(89), aged(91), aged(91, "failed"), aged(366)
    assert forget() == (2, 1)
    left = {mail.pk: mail for mail in Mail.objects.all()}
    assert ancient.pk not in left
    assert left[fresh.pk].text
    for mail in (left[old.pk], left[refused.pk]):
        assert (mail.subject, mail.text, mail.to) == ("", "", "reader@example.org")
    assert forget() == (0, 0)


def test_what_waits_is_kept_whole() -> None:
    mail = aged(400, "waiting")
    assert forget() == (0, 0)
    assert Mail.objects.get(pk=mail.pk).text


@pytest.mark.parametrize(
    ("days", "age", "kept"), [(0, 0.1, False), (10, 9, True), (500, 400, True)]
)
def test_the_setting_says_how_long(settings: Any, days: int, age: float, kept: bool) -> None:
    settings.MAILS_DAYS = days
    mail = aged(age)
    forget()
    assert bool(Mail.objects.get(pk=mail.pk).text) is kept
