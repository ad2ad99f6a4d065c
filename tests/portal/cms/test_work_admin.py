"""Works in the admin: verification, review and taking down, for editors only."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.cms.models import Work
from portal.taxonomy.models import Kind
from search.document import build
from tests.works import practice, term

pytestmark = pytest.mark.django_db
LIST = "/admin/snippets/cms/work/"


def test_an_editor_verifies_a_work_and_takes_it_down(desk: Client) -> None:
    page = practice()
    level = term(Kind.VERIFICATION, "verified")
    assert page.work.reference in desk.get(LIST).content.decode()
    form = {
        "audience": "public",
        "verification": level.pk,
        "verified_by": "UCLG World Secretariat",
        "verified_on": "2026-03-01",
        "review_due": "2028-03-01",
        "source_name": "",
        "source_url": "",
        "taken_down_on": "2026-03-02",
        "taken_down_reason": "The city asked for it.",
    }
    answer = desk.post(f"{LIST}edit/{page.work.pk}/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    work = Work.objects.get(pk=page.work.pk)
    assert (work.verification, work.verified_on) == (level, datetime.date(2026, 3, 1))
    gone = Client().get(work.get_absolute_url())
    assert gone.status_code == 410
    assert "The city asked for it." in gone.content.decode()
    assert Client().get(page.url).status_code == 410
    assert build(page.translation_key, 1) is None


def test_nobody_adds_or_deletes_a_work(desk: Client) -> None:
    page = practice()
    assert desk.get(f"{LIST}add/").status_code != 200
    desk.post(f"{LIST}delete/{page.work.pk}/")
    assert Work.objects.filter(pk=page.work.pk).exists()


def test_section_staff_do_not_change_works(staff: Callable[[str], User], client: Client) -> None:
    page = practice()
    client.force_login(staff("africa"))
    assert client.get(f"{LIST}edit/{page.work.pk}/").status_code == 302
