"""On every work: who checked it, when, and when it is looked at again."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client

from portal.cms.models import Work
from portal.taxonomy.models import Kind
from tests import works
from tests.fixtures import Library

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

TYPES = ("practice", "case_study", "hub", "note", "resource")


def trust(client: Client, page: Any, language: str = "en") -> str:
    """Give what the page says of who checked it."""
    html = client.get(f"/{language}/w/{page.work.reference}/", follow=True).content.decode()
    return html.partition('<div class="trust ')[2].partition("</div>")[0]


@pytest.mark.parametrize("name", TYPES)
def test_a_work_of_any_type_says_who_checked_it_and_when(
    library: Library, client: Client, name: str
) -> None:
    page = getattr(library, name)
    Work.objects.filter(pk=page.work.pk).update(
        verification=works.term(Kind.VERIFICATION, "verified"),
        verified_by="World Secretariat, Ann & Bo",
        verified_on=datetime.date(2026, 3, 5),
        review_due=datetime.date(2099, 3, 5),
    )
    said = trust(client, page)
    assert "World Secretariat, Ann &amp; Bo" in said
    assert '<time datetime="2026-03-05">5 March 2026</time>' in said
    assert "Next review in 2099." in said
    assert 'href="/en/about/how-we-check/"' in said


@pytest.mark.parametrize("name", TYPES)
def test_a_work_whose_review_has_come_says_so(library: Library, client: Client, name: str) -> None:
    page = getattr(library, name)
    Work.objects.filter(pk=page.work.pk).update(
        verification=works.term(Kind.VERIFICATION, "section"),
        review_due=datetime.date(2020, 1, 1),
    )
    assert "Its review is due." in trust(client, page)


@pytest.mark.parametrize("name", TYPES)
def test_a_work_leads_to_what_its_licence_means(
    library: Library, client: Client, name: str
) -> None:
    html = client.get(f"/en/w/{getattr(library, name).work.reference}/", follow=True)
    assert (
        'href="/en/about/licences/"'
        in html.content.decode().partition('<footer class="site-footer"')[0]
    )
