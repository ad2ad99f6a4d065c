"""What was given up is seen by administrators, and tried again by them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from search import health, indexer
from search.models import OutboxRow
from tests import works
from tests.fixtures import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]

REPORT = "/admin/reports/not-indexed/"


@pytest.fixture
def office(world: None, db: None, client: Client) -> Client:
    """The browser of an administrator who has logged in."""
    client.force_login(person("administrator"))
    return client


def given_up(title: str = "Sponge parks") -> OutboxRow:
    """Give a row of a published work that was given up."""
    page = works.practice(title=title)
    OutboxRow.objects.filter(translation_key=page.translation_key).delete()
    return OutboxRow.objects.create(
        translation_key=page.translation_key, dead=True, attempts=8, error="ValueError: <b>broken"
    )


def test_the_report_names_work_error_and_attempts(office: Client) -> None:
    row = given_up()
    content = office.get(REPORT).content.decode()
    assert "Sponge parks" in content
    assert "ValueError: &lt;b&gt;broken" in content
    assert "<td>8</td>" in content
    assert f"{REPORT}retry/{row.pk}/" in content
    assert REPORT in office.get("/admin/").content.decode()


def test_the_last_comparison_is_told_with_what_waits(office: Client) -> None:
    assert "have not been compared yet" in office.get(REPORT).content.decode()
    works.practice(title="Sponge parks")
    health.remember(indexer.Comparison(missing=["a"], waiting=["b", "c"]), repaired=False)
    content = office.get(REPORT).content.decode()
    assert "missing 1, stale 0, orphaned 0, failed 0; waiting to be indexed 2." in content
    assert "was repaired" not in content
    health.remember(indexer.Comparison(missing=["a"]), repaired=True)
    assert "What differed was repaired." in office.get(REPORT).content.decode()


def test_a_deleted_work_is_listed_by_its_key(office: Client) -> None:
    row = OutboxRow.objects.create(translation_key=uuid4(), dead=True)
    assert str(row.translation_key) in office.get(REPORT).content.decode()


def test_one_is_tried_again(office: Client) -> None:
    first, second = given_up("Sponge parks"), given_up("Rain gardens")
    response = office.post(f"{REPORT}retry/{first.pk}/")
    assert response["Location"] == REPORT
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.dead, first.attempts, second.dead) == (False, 0, True)
    indexer.drain()
    assert not OutboxRow.objects.filter(pk=first.pk).exists()


def test_all_are_tried_again(office: Client) -> None:
    given_up("Sponge parks")
    given_up("Rain gardens")
    office.post(f"{REPORT}retry/")
    assert not OutboxRow.objects.filter(dead=True).exists()
    assert "Every work is in the search." in office.get(REPORT).content.decode()


def test_looking_changes_nothing(office: Client) -> None:
    row = given_up()
    assert office.get(f"{REPORT}retry/{row.pk}/").status_code == 405
    assert office.get(f"{REPORT}retry/").status_code == 405
    assert OutboxRow.objects.get(pk=row.pk).dead


def test_a_forged_request_is_refused() -> None:
    row = given_up()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person("administrator"))
    assert browser.post(f"{REPORT}retry/{row.pk}/").status_code == 403
    assert OutboxRow.objects.get(pk=row.pk).dead


@pytest.mark.parametrize("role", ["editor", "translator", "section"])
def test_others_neither_see_nor_retry(client: Client, role: str) -> None:
    row = given_up()
    client.force_login(person(role, "africa" if role == "section" else ""))
    for response in (
        client.get(REPORT),
        client.post(f"{REPORT}retry/"),
        client.post(f"{REPORT}retry/{row.pk}/"),
    ):
        # Wagtail's admin sends those without the permission back to its start.
        assert response.status_code in (302, 403)
        assert b"Sponge parks" not in response.content
        assert response.headers.get("Location") != REPORT
    assert OutboxRow.objects.get(pk=row.pk).dead
    assert REPORT not in client.get("/admin/").content.decode()


def test_a_visitor_is_asked_to_log_in(client: Client) -> None:
    row = given_up()
    assert "/login/" in client.get(REPORT)["Location"]
    assert "/login/" in client.post(f"{REPORT}retry/{row.pk}/")["Location"]
    assert OutboxRow.objects.get(pk=row.pk).dead
