"""To whom a reader belongs, and what becomes of answers that depend on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.cms.models import Work
from search.audience import PUBLIC_ONLY, audiences_of, of_user
from tests import works
from tests.fixtures import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


def member(email: str = "member@example.org") -> User:
    """Make a person with an account and nothing else."""
    return User.objects.create_user(email, "a password for tests")


class TestPeople:
    """The audiences of a person."""

    def test_nobody_who_has_not_logged_in_is_a_member(self) -> None:
        assert of_user(AnonymousUser()) == PUBLIC_ONLY

    def test_an_account_that_was_closed_counts_for_nothing(self) -> None:
        user = person("editor")
        user.is_active = False
        assert of_user(user) == PUBLIC_ONLY

    def test_a_member(self) -> None:
        assert of_user(member()) == {"public", "members"}

    def test_staff_of_a_section(self) -> None:
        user = person("section", "africa")
        user.groups.add(Group.objects.get(name="section:mewa"))
        assert of_user(user) == {"public", "members", "section:africa", "section:mewa"}

    def test_a_group_that_is_no_sections(self) -> None:
        user, group = member(), Group.objects.create(name="Council")
        user.groups.add(group)
        assert of_user(user) == {"public", "members", f"group:{group.pk}"}

    @pytest.mark.parametrize("role", ["editor", "administrator"])
    def test_the_secretariat_reads_everything(self, role: str) -> None:
        assert "secretariat" in of_user(person(role))

    def test_a_translator_is_a_member(self) -> None:
        assert "secretariat" not in of_user(person("translator"))

    def test_a_superuser_reads_everything(self) -> None:
        assert "secretariat" in of_user(User.objects.create_superuser("root@example.org", "x"))


def test_without_a_session_nothing_is_read(rf: RequestFactory) -> None:
    request = rf.get("/en/search/")
    assert audiences_of(request) == PUBLIC_ONLY  # the request has no user to ask


def test_a_person_costs_two_queries(django_assert_max_num_queries: Any) -> None:
    user = person("section", "africa")
    with django_assert_max_num_queries(2):
        of_user(user)


class TestCaches:
    """Which caches may keep an answer."""

    def test_everybodys_search_is_not_private(self, client: Client) -> None:
        answer = client.get("/en/search/")
        assert "private" not in answer.get("Cache-Control", "")
        assert "Cookie" not in answer.get("Vary", "")

    def test_a_members_answers_are_stored_nowhere(self, client: Client) -> None:
        client.force_login(member())
        for path in ("/en/", "/en/search/", "/en/practices/", "/api/v1/search", "/api/v1/map"):
            answer = client.get(path)
            assert set(answer["Cache-Control"].split(", ")) == {"private", "no-store"}, path

    def test_a_map_for_everybody_is_not_given_to_members_by_a_cache(self, client: Client) -> None:
        answer = client.get("/api/v1/map")
        assert "public" in answer["Cache-Control"]
        assert "Cookie" in answer["Vary"]

    @pytest.mark.parametrize(
        "path", ["/sitemap-en.xml", "/en/search/complete/?q=hou", "/card/portal/en.png"]
    )
    def test_what_is_the_same_for_all_stays_so(self, path: str, client: Client) -> None:
        client.force_login(member())
        assert "private" not in client.get(path).get("Cache-Control", "")

    def test_who_has_logged_out_is_nobody(self, client: Client) -> None:
        client.force_login(member())
        client.logout()
        assert "private" not in client.get("/en/search/").get("Cache-Control", "")


def test_without_an_engine_titles_are_found_by_their_readers(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    page = works.practice(title="Hushwort canal")
    Work.objects.filter(translation_key=page.translation_key).update(audience="section:africa")
    settings.SEARCH_ENGINE = {
        "BACKEND": "search.engines.embedded.EmbeddedEngine",
        "OPTIONS": {"path": tmp_path / "nothing"},
    }
    assert "Hushwort" not in client.get("/en/search/?q=canal").content.decode()
    client.force_login(member())
    assert "Hushwort" not in client.get("/en/search/?q=canal").content.decode()
    client.force_login(person("section", "africa"))
    assert "Hushwort" in client.get("/en/search/?q=canal").content.decode()


def test_a_member_costs_few_queries_more(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/en/search/")
    with CaptureQueriesContext(connection) as before:
        client.get("/en/search/")
    client.force_login(person("section", "africa"))
    # Session, person, two of the groups, the menu for members; two of the link to the admin.
    with django_assert_max_num_queries(len(before) + 7):
        client.get("/en/search/")
