"""Undoing an import gives back what was, and keeps what people did since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models.signals import pre_delete
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry, Page, PageLogEntry, ReferenceIndex, Revision

from portal.accounts.models import User
from portal.cms.models import RelatedWork, Work
from practices.importing.models import ImportRun
from practices.models import GoodPracticePage
from search.models import OutboxRow
from tests import works
from tests.practices.importing import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
HEADER = ["ID", "Title", "Summary"]
FIRST = [["1", "Wells", "Wells were dug."], ["2", "Roofs", "Roofs were planted."]]
SECOND = [["1", "Wells", "Wells were dug deeper."], ["3", "Walls", "Walls were painted."]]


def undo(client: Client, run: ImportRun) -> dict[str, int]:
    """Undo an import; give what became of its rows."""
    client.post(reverse("importing:undo", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE, run.error
    rows = list(run.rows.values_list("undone", flat=True))
    return {name: rows.count(name) for name in ("removed", "restored", "kept")}


def imported(client: Client, *rows: list[str], **changes: Any) -> ImportRun:
    """Import rows."""
    return files.imported(client, files.csv_bytes([HEADER, *rows]), **changes)


def titled(title: str) -> GoodPracticePage:
    """Give the practice with a title."""
    return GoodPracticePage.objects.get(title=title)


def test_made_works_go_and_changed_ones_get_their_content_back(desk: Client) -> None:
    first = imported(desk, *FIRST)
    second = imported(desk, *SECOND)
    assert titled("Wells").summary == "Wells were dug deeper."
    assert undo(desk, second) == {"removed": 1, "restored": 1, "kept": 0}
    page = titled("Wells")
    assert (page.summary, page.live) == ("Wells were dug.", True)
    assert not page.has_unpublished_changes
    assert not GoodPracticePage.objects.filter(title="Walls").exists()
    assert Page.find_problems() == ([], [], [], [], [])
    # The first file is the same again, the second can be imported anew.
    assert imported(desk, *FIRST).counts()["same"] == 2
    again = imported(desk, *SECOND)
    assert (again.counts()["changed"], again.counts()["made"]) == (1, 1)
    assert first.rows.count() == 2


def test_what_was_public_is_gone_not_missing(desk: Client) -> None:
    run = imported(desk, *FIRST)
    reference = titled("Wells").work.reference
    undo(desk, run)
    assert Client().get(f"/en/w/{reference}/").status_code == 410
    work = Work.objects.get(reference=reference)
    assert (work.source_name, work.source_id) == ("", "")


def test_drafts_leave_nothing(desk: Client) -> None:
    undo(desk, imported(desk, *FIRST, live="drafts"))
    assert not Work.objects.exists()
    assert not GoodPracticePage.objects.exists()


def test_undoing_twice_is_harmless(desk: Client) -> None:
    run = imported(desk, *FIRST)
    assert undo(desk, run)["removed"] == 2
    other = imported(desk, *FIRST)
    assert undo(desk, run)["removed"] == 2
    assert GoodPracticePage.objects.count() == other.counts()["made"] == 2


def edit(page: GoodPracticePage) -> None:
    """Correct a title."""
    page.title = "Wells, corrected"
    page.save_revision().publish()


def check_it(page: GoodPracticePage) -> None:
    """Check the work."""
    works.verify(page, "verified")


def translate(page: GoodPracticePage) -> None:
    """Translate it."""
    works.translated(page, "fr", title="Puits")


def name_it(page: GoodPracticePage) -> None:
    """Name it in another work."""
    other = works.practice("africa", title="Another")
    works.relate(other, page, RelatedWork.Relation.RELATED)


@pytest.mark.parametrize("act", [edit, check_it, translate, name_it])
def test_what_somebody_worked_on_since_stays_and_is_listed(
    desk: Client, act: Callable[[GoodPracticePage], None]
) -> None:
    run = imported(desk, *FIRST)
    page = titled("Wells")
    act(page)
    assert undo(desk, run) == {"removed": 1, "restored": 0, "kept": 1}
    assert GoodPracticePage.objects.filter(pk=page.pk).exists()
    kept = run.rows.get(undone="kept")
    listed = desk.get(reverse("importing:run", args=[run.pk]), {"outcome": "kept"})
    assert kept.undone_reason in listed.content.decode()
    assert kept.undone_reason.endswith("since")


def test_a_changed_work_that_was_edited_since_keeps_the_edit(desk: Client) -> None:
    imported(desk, *FIRST)
    run = imported(desk, *SECOND)
    edit(titled("Wells"))
    assert undo(desk, run) == {"removed": 1, "restored": 0, "kept": 1}
    assert titled("Wells, corrected").summary == "Wells were dug deeper."


def test_what_somebody_deleted_is_no_obstacle(desk: Client) -> None:
    run = imported(desk, *FIRST)
    titled("Wells").delete()
    assert undo(desk, run)["removed"] == 2


def test_languages_of_a_work_go_together(desk: Client) -> None:
    rows = [["ID", "Title", "Summary", "Language"]]
    rows += [["1", "Wells", "Dug.", "en"], ["1", "Puits", "Creusés.", "fr"]]
    run = files.imported(desk, files.csv_bytes(rows))
    assert run.counts()["made"] == 2
    assert Work.objects.count() == 1
    assert undo(desk, run)["removed"] == 2
    assert not GoodPracticePage.objects.exists()


def test_everything_is_in_the_audit(desk: Client, editor: User) -> None:
    imported(desk, *FIRST)
    run = imported(desk, *SECOND)
    changed = titled("Wells").pk
    undo(desk, run)
    actions = ModelLogEntry.objects.for_instance(run).values_list("action", "user")
    assert set(actions) == {
        (f"importing.{name}", editor.pk)
        for name in ("upload", "start", "imported", "undo", "undone")
    }
    entries = PageLogEntry.objects.filter(page=changed, user=editor)
    assert {"wagtail.create", "wagtail.edit", "wagtail.revert"} <= {e.action for e in entries}


def test_only_a_finished_import_can_be_undone(desk: Client) -> None:
    run = files.check(desk, files.uploaded(desk))
    answer = desk.post(reverse("importing:undo", args=[run.pk]), follow=True)
    assert "Only a finished import can be undone." in answer.content.decode()


def test_nothing_of_a_removed_page_is_left(desk: Client) -> None:
    run = imported(desk, *FIRST)
    pages = list(GoodPracticePage.objects.values_list("pk", flat=True))
    keys = set(GoodPracticePage.objects.values_list("translation_key", flat=True))
    OutboxRow.objects.all().delete()
    undo(desk, run)
    names = [str(pk) for pk in pages]
    assert not ReferenceIndex.objects.filter(object_id__in=names).exists()
    assert not ReferenceIndex.objects.filter(to_object_id__in=names).exists()
    assert not Revision.objects.filter(object_id__in=names).exists()
    assert set(OutboxRow.objects.values_list("translation_key", flat=True)) == keys
    assert Page.find_problems() == ([], [], [], [], [])
    logged = PageLogEntry.objects.filter(page__in=pages, action="wagtail.delete")
    assert logged.count() == 2


def test_one_page_that_resists_stays_alone(
    desk: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run = imported(desk, *FIRST)
    stubborn = titled("Wells").pk

    def resist(sender: type, instance: Page, **_: Any) -> None:
        if instance.pk == stubborn:
            raise RuntimeError("not this one")

    pre_delete.connect(resist, sender=Page)
    try:
        assert undo(desk, run) == {"removed": 1, "restored": 0, "kept": 1}
    finally:
        pre_delete.disconnect(resist, sender=Page)
    assert "not this one" in run.rows.get(undone="kept").undone_reason
    assert [page.title for page in GoodPracticePage.objects.all()] == ["Wells"]
    assert Page.find_problems() == ([], [], [], [], [])
    assert undo(desk, run) == {"removed": 2, "restored": 0, "kept": 0}
