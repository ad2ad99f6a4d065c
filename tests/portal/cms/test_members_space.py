"""A part of the tree for members: pages of text that nobody else is led to, in any language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail_localize.models import TranslationSource

from portal.accounts.models import User
from portal.cms.models import ContentPage, HomePage, SectionPage
from portal.cms.tree import make_tree
from search.models import OutboxRow
from search.public import only_public
from tests import works
from tests.fixtures import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]
LOGIN, GROUPS = PageViewRestriction.LOGIN, PageViewRestriction.GROUPS
PASSWORD = PageViewRestriction.PASSWORD


def text_page(parent: Page, title: str, **fields: Any) -> ContentPage:
    """Make a page of text below another page."""
    page = ContentPage(title=title, locale=parent.locale, **fields)
    parent.add_child(instance=page)
    page.save_revision().publish()
    return ContentPage.objects.get(pk=page.pk)


def translated(page: ContentPage, language: str, title: str) -> ContentPage:
    """Make a page of text in another language."""
    copy = page.copy_for_translation(Locale.objects.get(language_code=language), copy_parents=True)
    copy.title = title
    copy.save_revision().publish()
    return ContentPage.objects.get(pk=copy.pk)


def restrict(page: Page, kind: str = LOGIN, *groups: str, **fields: Any) -> PageViewRestriction:
    """Restrict a page and what is below it."""
    found: PageViewRestriction = PageViewRestriction.objects.create(
        page=page, restriction_type=kind, **fields
    )
    found.groups.set([Group.objects.get_or_create(name=name)[0] for name in groups])
    return found


def kinds(page: Page) -> list[str]:
    """Give what restricts a page itself."""
    return list(
        PageViewRestriction.objects.filter(page=page.pk).values_list("restriction_type", flat=True)
    )


@pytest.fixture
def room() -> ContentPage:
    """A page for members with another one below it."""
    page = text_page(works.node("home"), "Hushroom", introduction="What members share.")
    text_page(page, "Hushminutes", introduction="Of the last meeting.")
    restrict(page)
    return ContentPage.objects.get(pk=page.pk)


@pytest.fixture
def member(client: Client) -> Client:
    """The browser of a member."""
    client.force_login(User.objects.create_user("member@example.org", "a password for tests"))
    return client


class TestForMembers:
    """Members get in and find their way."""

    def test_the_page_says_for_whom_it_is_and_what_is_below(
        self, room: ContentPage, member: Client
    ) -> None:
        html = member.get(room.url).content.decode()
        assert "Only people who have logged in see this." in html
        assert f'<a href="{room.url}hushminutes/">Hushminutes</a>' in html
        assert "Of the last meeting." in html

    def test_the_foot_of_every_page_leads_there(self, room: ContentPage, member: Client) -> None:
        for path in ("/en/", "/en/search/", "/en/about/"):
            html = member.get(path).content.decode()
            assert f'<a href="{room.url}">Hushroom</a>' in html
            assert "Hushminutes" not in html  # the first page of the part is enough

    def test_the_page_below_names_the_one_above(self, room: ContentPage, member: Client) -> None:
        html = member.get(f"{room.url}hushminutes/").content.decode()
        assert f'<li><a href="{room.url}">Hushroom</a></li>' in html

    def test_it_is_shown_to_readers_of_a_language_that_it_lacks(
        self, room: ContentPage, member: Client
    ) -> None:
        answer = member.get("/ar/hushroom/")
        assert answer.status_code == 200
        assert "Hushroom" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]


class TestForOthers:
    """Nobody else is told anything."""

    def test_it_is_as_if_there_were_none(self, room: ContentPage, client: Client) -> None:
        """The same status, headers and body, but for the address that the log-in leads back to."""

        def told(address: str) -> tuple[int, dict[str, str], str]:
            answer = client.get(address)
            html = answer.content.decode().replace(quote(address, safe=""), "ADDRESS")
            headers = {name: text for name, text in answer.items() if name != "Content-Length"}
            return answer.status_code, headers, html.replace(address, "ADDRESS")

        nowhere = told("/en/hushnowhere/")
        assert nowhere[0] == 404
        for address in (room.url, f"{room.url}hushminutes/", f"{room.url}hushnothing/"):
            assert told(address) == nowhere

    def test_a_member_who_follows_a_link_logs_in_and_reads(
        self, room: ContentPage, client: Client
    ) -> None:
        User.objects.create_user("reader@example.org", "a password for tests")
        html = client.get(room.url).content.decode()
        (door,) = re.findall(r'href="([^"]+)" rel="nofollow">Log in', html)
        form = {"login": "reader@example.org", "password": "a password for tests"}
        answer = client.post(door, form | {"next": room.url})
        assert answer["location"] == room.url
        assert "Hushroom" in client.get(room.url).content.decode()

    def test_who_was_logged_out_meanwhile_is_shown_the_door_again(
        self, room: ContentPage, member: Client
    ) -> None:
        """The session ended on the server; the browser still sends its cookie."""
        Session.objects.all().delete()
        answer = member.get(room.url)
        assert answer.status_code == 404
        assert 'rel="nofollow">Log in' in answer.content.decode()

    def test_in_a_language_that_it_lacks_there_is_no_such_page(
        self, room: ContentPage, client: Client
    ) -> None:
        assert client.get("/ar/hushroom/").status_code == 404

    def test_nothing_leads_there(self, room: ContentPage, client: Client) -> None:
        for path in ("/en/", "/en/about/", "/sitemap-en.xml", "/en/search/?q=hushroom"):
            assert "Hushroom" not in client.get(path).content.decode()
            assert room.url not in client.get(path).content.decode()

    def test_a_section_of_another_room(self, client: Client) -> None:
        page = text_page(works.node("home"), "Hushoffice")
        restrict(page, GROUPS, "section:africa")
        client.force_login(person("section", "mewa"))
        answer = client.get(page.url)
        assert answer.status_code == 404
        assert "Hushoffice" not in answer.content.decode()
        assert "Hushoffice" not in client.get("/en/").content.decode()
        client.force_login(person("section", "africa"))
        assert client.get(page.url).status_code == 200
        assert "Hushoffice" in client.get("/en/").content.decode()
        client.force_login(person("editor"))
        assert client.get(page.url).status_code == 200


class TestInEveryLanguage:
    """What restricts a page restricts its translations."""

    def test_those_that_there_are(self, client: Client) -> None:
        page = text_page(works.node("home"), "Room")
        french = translated(page, "fr", "Salle")
        below = text_page(french, "Seulement en français")
        restrict(page)
        for closed in (page, french, below):
            assert client.get(closed.url).status_code == 404
            assert not only_public(Page.objects.filter(pk=closed.pk)).exists()

    def test_those_that_come(self, room: ContentPage, client: Client) -> None:
        french = translated(room, "fr", "Salle")
        assert kinds(french) == [LOGIN]
        assert client.get(french.url).status_code == 404

    def test_whichever_it_is_set_on(self) -> None:
        page = text_page(works.node("home"), "Room")
        french = translated(page, "fr", "Salle")
        spanish = translated(page, "es", "Sala")
        found = restrict(french, GROUPS, "section:africa")
        for other in (page, spanish):
            [row] = PageViewRestriction.objects.filter(page=other.pk)
            assert [group.name for group in row.groups.all()] == ["section:africa"]
        found.groups.set([Group.objects.get(name="section:mewa")])
        row = PageViewRestriction.objects.get(page=spanish.pk)
        assert [group.name for group in row.groups.all()] == ["section:mewa"]
        found.restriction_type = LOGIN
        found.save()
        assert kinds(page) == kinds(spanish) == [LOGIN]

    def test_what_is_lifted_is_lifted_everywhere(self, room: ContentPage) -> None:
        french = translated(room, "fr", "Salle")
        PageViewRestriction.objects.get(page=french.pk).delete()
        assert kinds(room) == kinds(french) == []

    def test_a_page_that_is_deleted_opens_no_other(self, room: ContentPage) -> None:
        french = translated(room, "fr", "Salle")
        ContentPage.objects.get(pk=french.pk).delete()
        assert kinds(room) == [LOGIN]

    def test_a_copy_without_groups_gets_them(self) -> None:
        """As `TranslationSource.sync_view_restrictions` of wagtail-localize makes it."""
        page = text_page(works.node("home"), "Room")
        restrict(page, GROUPS, "section:africa")
        french = translated(page, "fr", "Salle")
        rows = PageViewRestriction.objects.filter(page=french.pk)
        PageViewRestriction.groups.through.objects.filter(pageviewrestriction__in=rows).delete()
        rows._raw_delete("default")
        source, _made = TranslationSource.update_or_create_from_instance(page)
        source.sync_view_restrictions(page, Page.objects.get(pk=french.pk))
        for one in (page, french):
            [row] = PageViewRestriction.objects.filter(page=one.pk)
            assert [group.name for group in row.groups.all()] == ["section:africa"]

    def test_a_tighter_one_below_a_restricted_page(self, room: ContentPage) -> None:
        translated(room, "fr", "Salle")
        page = text_page(room, "Office")
        restrict(page, GROUPS, "section:africa")
        french = translated(page, "fr", "Bureau")
        [row] = PageViewRestriction.objects.filter(page=french.pk)
        assert [group.name for group in row.groups.all()] == ["section:africa"]

    def test_a_new_language_of_the_tree(self) -> None:
        restrict(works.node("section:africa"))
        node = works.node("section:africa", "fr")
        SectionPage.objects.get(pk=node.pk).delete()
        make_tree()
        assert kinds(works.node("section:africa", "fr")) == [LOGIN]

    def test_a_home_page_is_restricted_alone(self) -> None:
        restrict(works.node("home", "fr"))
        assert only_public(HomePage.objects.filter(locale__language_code="en")).exists()

    def test_a_password_of_a_text_is_that_of_all_languages(self) -> None:
        page = text_page(works.node("home"), "Room")
        french = translated(page, "fr", "Salle")
        restrict(page, PASSWORD, password="water")
        [row] = PageViewRestriction.objects.filter(page=french.pk)
        assert (row.restriction_type, row.password) == (PASSWORD, "water")

    def test_works_below_are_indexed_anew_in_every_language(self) -> None:
        page = works.practice("africa", "fr")
        OutboxRow.objects.all().delete()
        restrict(works.node("section:africa", "en"))
        assert OutboxRow.objects.filter(translation_key=page.translation_key).exists()
        assert not only_public(Page.objects.filter(pk=page.pk)).exists()


@pytest.fixture
def privacy(desk: Client) -> Callable[..., None]:
    """Set the privacy of a page as the admin's dialogue does."""

    def send(page: Page, **data: Any) -> None:
        answer = desk.post(f"/admin/pages/{page.pk}/privacy/", data)
        assert answer.status_code == 200
        assert answer.json()["step"] == "set_privacy_done"

    return send


def test_the_admins_dialogue(privacy: Callable[..., None]) -> None:
    page = text_page(works.node("home"), "Room")
    french = translated(page, "fr", "Salle")
    group = Group.objects.get(name="section:africa")
    privacy(page, restriction_type=GROUPS, groups=[group.pk], password="")
    [row] = PageViewRestriction.objects.filter(page=french.pk)
    assert [one.name for one in row.groups.all()] == ["section:africa"]
    privacy(french, restriction_type="none", password="")
    assert kinds(page) == kinds(french) == []
    assert Client().get(page.url).status_code == 200
