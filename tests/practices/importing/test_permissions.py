"""Who may import: every role against every page and every deed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from portal.accounts.models import User
from portal.accounts.roles import MEMBER, group_of
from practices.importing.models import ImportRun
from practices.models import GoodPracticePage
from tests import works
from tests.fixtures import person
from tests.practices.importing import files

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]
ROLES: dict[str, bool] = {
    "nobody": False,
    "member": False,
    "section": False,
    "translator": False,
    "editor": True,
    "administrator": True,
}
SEEN = ("run", "columns", "duplicates", "undo", "report")
DONE = ("columns", "values", "duplicates", "start", "retry", "undo", "discard")


def browser(role: str) -> Client:
    """Give the browser of somebody with a role."""
    client = Client()
    if role == "member":
        user = User.objects.create_user("member@example.org", "a password for tests")
        user.groups.add(group_of(MEMBER))
        client.force_login(user)
    elif role == "section":
        client.force_login(person("section", "europe"))
    elif role != "nobody":
        client.force_login(person(role))
    return client


@pytest.fixture
def run() -> ImportRun:
    """An import that an administrator has uploaded and had checked."""
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.org", "a password for tests"))
    return files.check(client, files.uploaded(client))


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_for_those_who_may_import(role: str, run: ImportRun) -> None:
    client = browser(role)
    for name in SEEN:
        answer = client.get(reverse(f"importing:{name}", args=[run.pk]))
        if ROLES[role]:
            assert answer.status_code == 200 or name == "undo", name
        else:
            assert answer.status_code in (302, 403), name
            assert b"Streams in the open" not in answer.content
    assert (client.get(reverse("importing:index")).status_code == 200) is ROLES[role]


@pytest.mark.parametrize("role", [role for role, may in ROLES.items() if not may])
def test_deeds_of_others_do_nothing(role: str, run: ImportRun) -> None:
    client = browser(role)
    for name in DONE:
        data = {"section": "africa", "all": "make"}
        answer = client.post(reverse(f"importing:{name}", args=[run.pk]), data)
        assert answer.status_code in (302, 403), name
    assert files.upload(client, files.csv_bytes(files.ROWS)).status_code in (302, 403)
    assert ImportRun.objects.get().state == ImportRun.State.CHECKED
    assert not GoodPracticePage.objects.exists()


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_offers_it_to_those_who_may(role: str) -> None:
    home = browser(role).get(reverse("wagtailadmin_home"))
    assert (reverse("importing:index").encode() in home.content) is ROLES[role]


def test_an_editor_without_rights_on_a_section_imports_nothing_there(
    editor: User, desk: Client
) -> None:
    run = files.check(desk, files.uploaded(desk))
    GroupPagePermission.objects.filter(group__in=editor.groups.all()).delete()
    desk.post(reverse("importing:start", args=[run.pk]))
    run.refresh_from_db()
    assert "You may not add works" in run.error
    assert not GoodPracticePage.objects.exists()


def test_rows_for_a_section_that_is_not_the_editors_are_refused_alone(
    editor: User, desk: Client
) -> None:
    group = editor.groups.get()
    GroupPagePermission.objects.filter(group=group).delete()
    for codename in ("add_page", "change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=group,
            page=Page.objects.get(pk=works.node("section:europe").pk),
            permission=Permission.objects.get(codename=codename),
        )
    rows = [["ID", "Title", "Summary", "Section"]]
    rows += [["1", "One", "Text one.", "europe"], ["2", "Two", "Text two.", "africa"]]
    run = files.imported(desk, files.csv_bytes(rows))
    assert run.counts() == {"made": 1, "changed": 0, "same": 0, "refused": 1}
    assert "You may not add works" in run.rows.get(outcome="refused").reason


def test_deeds_need_a_form_of_ours(editor: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(reverse("importing:index"), {}).status_code == 403


def test_addresses_that_change_something_answer_to_no_link(desk: Client, run: ImportRun) -> None:
    for name in ("values", "start", "retry", "discard"):
        assert desk.get(reverse(f"importing:{name}", args=[run.pk])).status_code == 405


def test_an_import_that_does_not_exist_is_not_found(desk: Client) -> None:
    for name in SEEN:
        assert desk.get(reverse(f"importing:{name}", args=[4711])).status_code == 404


def test_the_matrix_is_complete(staff: Callable[[str], User]) -> None:
    from practices.importing.urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == {"index", *SEEN, *DONE}
