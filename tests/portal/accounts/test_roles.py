"""The table of roles, and what the tree makes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import GroupPagePermission, Page

from portal.accounts.models import User
from portal.accounts.roles import (
    ADMINISTRATOR,
    EDITOR,
    MEMBER,
    ROLES,
    SECTION_STAFF,
    TRANSLATOR,
    Role,
    Scope,
    group_name,
    group_of,
)
from portal.cms.tree import make_tree
from portal.taxonomy.models import Kind, Term
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def page_permissions(group: Group) -> set[str]:
    """Give the codenames of a group's permissions on pages."""
    return set(
        GroupPagePermission.objects.filter(group=group).values_list(
            "permission__codename", flat=True
        )
    )


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.code)
def test_groups_have_what_the_table_says_and_nothing_else(role: Role) -> None:
    section = "africa" if role.scope is Scope.SECTION else ""
    group = Group.objects.get(name=group_name(role, section))
    given = {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.all()}
    assert given == set(role.permissions)
    assert page_permissions(group) == set(role.page_permissions)


def test_the_tree_gives_back_what_the_table_says_and_takes_nothing_that_was_added() -> None:
    group = group_of(TRANSLATOR)
    added = Permission.objects.get(codename="add_redirect")
    group.permissions.set([added])
    make_tree()
    given = {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.all()}
    assert given == {*TRANSLATOR.permissions, "wagtailredirects.add_redirect"}


def test_every_section_has_a_group_with_its_node_in_every_language() -> None:
    sections = Term.objects.filter(kind=Kind.SECTION, retired=False)
    assert sections.count() >= 10
    for section in sections:
        group = Group.objects.get(name=group_name(SECTION_STAFF, section.code))
        nodes = {
            (row.page.specific.term.code, row.page.locale.language_code)
            for row in GroupPagePermission.objects.filter(group=group)
        }
        assert nodes == {(section.code, language) for language in LANGUAGES}


@pytest.mark.parametrize("role", [EDITOR, TRANSLATOR, ADMINISTRATOR], ids=lambda r: r.code)
def test_roles_of_the_site_have_the_home_page_of_every_language(role: Role) -> None:
    homes = {
        (row.page.depth, row.page.locale.language_code)
        for row in GroupPagePermission.objects.filter(group__name=role.code)
    }
    assert homes == {(2, language) for language in LANGUAGES}


def test_members_have_no_rights_in_the_admin(client: Client) -> None:
    user = User.objects.create_user("member@example.org", "a password for tests")
    user.groups.add(group_of(MEMBER))
    assert not user.has_perm("wagtailadmin.access_admin")
    client.force_login(user)
    assert client.get("/admin/").status_code == 302


def test_a_mail_address_has_one_account_whatever_its_case(client: Client) -> None:
    User.objects.create_user("Somebody@Example.ORG", "a password for tests")
    assert User.objects.get().email == "somebody@example.org"
    assert client.login(username="SOMEBODY@example.org", password="a password for tests")
    with pytest.raises(ValueError, match="mail address"):
        User.objects.create_user("", "a password")


class TestPages:
    """What roles may do with pages, as Wagtail decides it."""

    def test_staff_edit_the_drafts_of_their_own_section_in_every_language(
        self, staff: Callable[[str], User]
    ) -> None:
        user = staff("africa")
        for language in LANGUAGES:
            own = works.practice("africa", language, live=False).permissions_for_user(user)
            other = works.practice("europe", language, live=False).permissions_for_user(user)
            assert (own.can_edit(), own.can_publish(), own.can_delete()) == (True, False, True)
            assert (other.can_edit(), other.can_publish(), other.can_delete()) == (
                False,
                False,
                False,
            )

    def test_staff_add_below_their_node_and_nowhere_else(
        self, staff: Callable[[str], User]
    ) -> None:
        user = staff("africa")
        for language in LANGUAGES:
            for place, may in (
                ("section:africa", True),
                ("section:europe", False),
                ("sections", False),
                ("policy-notes", False),
                ("resources", False),
                ("home", False),
            ):
                tester = works.node(place, language).permissions_for_user(user)
                assert tester.can_add_subpage() is may, (place, language)

    def test_staff_see_no_draft_of_another_section(
        self, staff: Callable[[str], User], client: Client
    ) -> None:
        client.force_login(staff("africa"))
        own = works.practice("africa", live=False, title="Our secret draft")
        other = works.practice("europe", live=False, title="Their secret draft")
        assert client.get(f"/admin/pages/{own.pk}/edit/").status_code == 200
        for address in (
            f"/admin/pages/{other.pk}/edit/",
            f"/admin/pages/{other.pk}/view_draft/",
            f"/admin/pages/{other.pk}/history/",
        ):
            answer = client.get(address)
            assert answer.status_code in (302, 403), address
            assert b"Their secret draft" not in answer.content
        listing = client.get(f"/admin/pages/{other.get_parent().pk}/", follow=True)
        assert b"Their secret draft" not in listing.content
        found = client.get("/admin/pages/search/", {"q": "secret draft"})
        assert b"Our secret draft" in found.content
        assert b"Their secret draft" not in found.content

    def test_editors_publish_everywhere(self, editor: User) -> None:
        for language in LANGUAGES:
            page: Page = works.practice("africa", language, live=False)
            tester = page.permissions_for_user(editor)
            assert tester.can_edit()
            assert tester.can_publish()
            assert works.node("home", language).permissions_for_user(editor).can_add_subpage()

    def test_translators_edit_everywhere_and_publish_nowhere(self, translator: User) -> None:
        for language in LANGUAGES:
            tester = works.practice("africa", language, live=False).permissions_for_user(translator)
            assert tester.can_edit()
            assert not tester.can_publish()
            assert not tester.can_unpublish()
        assert translator.has_perm("wagtail_localize.submit_translation")

    def test_staff_who_force_the_button_do_not_publish(
        self, staff: Callable[[str], User], client: Client
    ) -> None:
        client.force_login(staff("europe"))
        page = works.practice("europe", live=False)
        client.post(f"/admin/pages/{page.pk}/publish/")
        client.post(f"/admin/pages/{page.pk}/unpublish/")
        page.refresh_from_db()
        assert not page.live
