"""For whom a page is, how it is said, and how editors say it."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from portal.accounts.models import User
from portal.cms import audience
from portal.cms.documents import work_document
from portal.cms.models import Work
from search.engines.base import Engine
from search.indexer import drain
from search.models import OutboxRow
from search.request import SearchRequest
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
GROUPS, LOGIN = PageViewRestriction.GROUPS, PageViewRestriction.LOGIN


def restrict(page: Any, kind: str = LOGIN, *groups: str) -> PageViewRestriction:
    """Restrict a page and what is below it."""
    found: PageViewRestriction = PageViewRestriction.objects.create(
        page=page, restriction_type=kind
    )
    found.groups.set([Group.objects.get_or_create(name=name)[0] for name in groups])
    return found


def give(page: Any, value: str) -> None:
    """Give a work an audience."""
    work = Work.objects.get(translation_key=page.translation_key)
    work.audience = value
    work.save()


def of(page: Any) -> set[str]:
    """Give the audiences of a page, read anew."""
    return set(audience.of_page(type(page).objects.get(pk=page.pk)))


class TestOfAPage:
    """Derived from everything that closes it."""

    def test_everybody(self) -> None:
        assert of(works.practice()) == {"public"}

    def test_members(self) -> None:
        page = works.practice()
        restrict(page)
        assert of(page) == {"members", "secretariat"}

    def test_above(self) -> None:
        page = works.practice("africa")
        restrict(works.node("section:africa"))
        assert of(page) == {"members", "secretariat"}

    def test_several_sections_and_a_group(self) -> None:
        page = works.practice()
        restrict(page, GROUPS, "section:africa", "section:mewa", "Council")
        council = Group.objects.get(name="Council")
        expected = {"section:africa", "section:mewa", f"group:{council.pk}", "secretariat"}
        assert of(page) == expected

    def test_every_restriction_must_be_passed(self) -> None:
        page = works.practice("africa")
        restrict(works.node("section:africa"))
        restrict(page, GROUPS, "section:africa", "section:mewa")
        give(page, "section:mewa")
        assert of(page) == {"section:mewa", "secretariat"}

    def test_who_would_be_of_two_sections_is_no_audience(self) -> None:
        page = works.practice()
        restrict(page, GROUPS, "section:africa")
        give(page, "section:mewa")
        assert of(page) == {"secretariat"}

    def test_a_group_without_a_name_in_it_lets_nobody_in(self) -> None:
        page = works.practice()
        restrict(page, GROUPS)
        assert of(page) == {"secretariat"}

    def test_a_translation_has_its_originals(self) -> None:
        page = works.practice()
        french = works.translated(page, "fr")
        give(page, "members")
        assert of(french) == {"members", "secretariat"}


class TestTheIndex:
    """Documents say for whom they are, and follow every change."""

    def document(self, page: Any) -> Any:
        """Build the document of a work."""
        return work_document(type(page), page.translation_key, 1)

    def test_all_languages_are_in_it(self) -> None:
        page = works.practice()
        works.translated(page, "fr")
        restrict(page)
        document = self.document(page)
        assert document.audiences == ("members", "secretariat")
        assert set(document.texts) == {"en", "fr"}

    def test_what_is_drafted_locked_or_taken_down_is_not(self) -> None:
        page = works.practice()
        give(page, "members")
        PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.PASSWORD, password="x"
        )
        assert self.document(page) is None
        draft = works.practice(live=False)
        give(draft, "members")
        assert self.document(draft) is None

    def test_every_change_reaches_it(self, index: Engine) -> None:
        page = works.practice()
        group = Group.objects.create(name="Council")

        def found(*audiences: str) -> bool:
            drain()
            return index.search(SearchRequest(), frozenset(audiences)).total == 1

        drain()
        assert found("public")
        restriction = restrict(page)
        assert found("members")
        assert not found("public")
        restriction.restriction_type = GROUPS
        restriction.save()
        assert not found("public", "members")
        restriction.groups.add(group)
        assert found(f"group:{group.pk}")
        group.name = "section:new"
        group.save()
        assert found("section:new")
        assert not found(f"group:{group.pk}")
        group.delete()
        assert not found("section:new", "members", "public")
        assert found("secretariat")
        PageViewRestriction.objects.all().delete()
        assert found("public")
        give(page, "section:mewa")
        assert found("section:mewa")
        assert not found("public", "members")
        assert not OutboxRow.objects.exists()


class TestSaid:
    """What readers and editors read."""

    @pytest.mark.parametrize(
        ("audiences", "label"),
        [
            ({"public"}, ""),
            ({"members", "secretariat"}, "For members"),
            ({"section:mewa", "secretariat"}, "For UCLG MEWA"),
            ({"section:mewa", "group:4", "secretariat"}, "For a group"),
            ({"group:4", "secretariat"}, "For a group"),
            ({"secretariat"}, "For the Secretariat"),
            ({"section:gone", "secretariat"}, "For gone"),
        ],
    )
    def test_marks(self, audiences: set[str], label: str) -> None:
        assert audience.label(audiences) == label

    def test_no_mark_for_everybody_on_cards_and_pages(self, client: Client) -> None:
        page = works.practice()
        assert 'class="readers"' not in client.get(page.url).content.decode()


class TestTakenDown:
    """That a work was taken down, and why, is told to those for whom it was."""

    @pytest.mark.parametrize("closing", ["audience", "restriction"])
    def test_to_members_alone(self, closing: str, client: Client) -> None:
        page = works.practice()
        work = Work.objects.get(translation_key=page.translation_key)
        work.audience = "members" if closing == "audience" else "public"
        work.taken_down_on, work.taken_down_reason = timezone.localdate(), "A hushed reason."
        work.save()
        if closing == "restriction":
            restrict(page)
        addresses = (page.url, f"/en/w/{work.reference}/", f"/fr/w/{work.reference}/")
        for address in (*addresses, f"/w/{work.reference}/"):
            answer = client.get(address)
            assert answer.status_code == 404 or answer["location"].startswith("/en/w/")
            assert "hushed" not in answer.content.decode()
        client.force_login(User.objects.create_user("member@example.org", "a password for tests"))
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 410
            assert "A hushed reason." in answer.content.decode()


class TestRefusals:
    """Pages of errors need not know who reads."""

    def test_without_a_database(self, client: Client) -> None:
        client.force_login(User.objects.create_user("member@example.org", "a password for tests"))
        client.raise_request_exception = False
        down = mock.patch(
            "django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError
        )
        with down:
            answer = client.get("/en/about/")
        assert answer.status_code == 500
        assert "Something went wrong on our side" in answer.content.decode()

    def test_before_it_is_known_who_asks(self, client: Client) -> None:
        client.force_login(User.objects.create_user("member@example.org", "a password for tests"))
        assert client.get("/en/%00/").status_code == 400


class TestTheForm:
    """Editors choose the audience of a work."""

    def address(self, page: Any) -> str:
        """Give the address of a work's form."""
        work = Work.objects.get(translation_key=page.translation_key)
        return f"/admin/snippets/cms/work/edit/{work.pk}/"

    def test_the_audiences_that_there_are(self, desk: Client) -> None:
        html = desk.get(self.address(works.practice())).content.decode()
        for value in ("public", "members", "section:africa", "secretariat"):
            assert f'<option value="{value}"' in html

    def test_a_work_becomes_the_members(self, desk: Client) -> None:
        page = works.practice()
        answer = desk.post(self.address(page), {"audience": "members"})
        assert answer.status_code == 302
        assert Work.objects.get(translation_key=page.translation_key).audience == "members"
        assert Client().get(page.url).status_code == 404

    def test_another_one_is_refused(self, desk: Client) -> None:
        page = works.practice()
        answer = desk.post(self.address(page), {"audience": "section:nowhere"})
        assert answer.status_code == 200
        assert Work.objects.get(translation_key=page.translation_key).audience == "public"

    def test_one_that_a_program_has_set_stays(self, desk: Client) -> None:
        page = works.practice()
        give(page, "section:gone")
        assert desk.post(self.address(page), {"audience": "section:gone"}).status_code == 302
        assert Work.objects.get(translation_key=page.translation_key).audience == "section:gone"

    def test_the_list_shows_and_filters_it(self, desk: Client) -> None:
        give(works.practice(), "members")
        works.practice(title="For everybody")
        html = desk.get("/admin/snippets/cms/work/?audience=members").content.decode()
        assert "For members" in html
        assert "For everybody" not in html
        assert 'value="section:africa"' in html
