"""Rows that look like works that are there are found, shown side by side, and decided on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rapidfuzz import fuzz

from practices.importing import duplicates
from practices.importing.duplicates import Candidate, Register
from practices.importing.models import ImportDuplicate, ImportRun
from practices.models import GoodPracticePage
from tests import works
from tests.practices.importing import files

Decision = ImportDuplicate.Decision
TEXT = (
    "The municipality bought the empty mill, gave its rooms to forty families and lets them run "
    "the building themselves, with a fund that pays for repairs out of the rents of the shops."
)


def candidate(title: str, text: str = "", **fields: Any) -> Candidate:
    """Give a row to compare."""
    return Candidate(work=fields.pop("work", title), title=title, text=text, **fields)


def register(*candidates: Candidate) -> Register:
    """Give a register that knows these."""
    found = Register()
    for one in candidates:
        found.add(one)
    return found


class TestRecognition:
    """What is recognised, and what is not."""

    @pytest.mark.parametrize(
        ("one", "other", "reason"),
        [
            (
                candidate("Rain", place="Lyon", work="1"),
                candidate(" RAÏN ", place="lyon.", work="2"),
                "title-place",
            ),
            (candidate("A", work="1"), candidate("a", work="2"), "title-place"),
            (candidate("A", place="Rome"), candidate("A", place="Oslo", work="2"), None),
            (candidate("A", country="FRA"), candidate("A", country="ESP", work="2"), None),
            (
                candidate("A", source_name="The List", source_id="7"),
                candidate("B", source_name="the list", source_id="7"),
                "source-id",
            ),
            (
                candidate("A", source_name="The List", source_id="7"),
                candidate("B", source_name="Another", source_id="7"),
                None,
            ),
            (
                candidate("A", source_url="https://www.example.org/a/"),
                candidate("B", source_url="http://example.org/a"),
                "address",
            ),
            (
                candidate("The mill", TEXT),
                candidate("The old mill", TEXT.replace("forty", "about forty")),
                "text",
            ),
            (candidate("The mill", TEXT), candidate("The farm", TEXT[::-1]), None),
            (candidate("Mill", "Short."), candidate("Farm", "Short too."), None),
            (candidate("A", TEXT, work="same"), candidate("A", TEXT, work="same"), None),
        ],
    )
    def test_pairs(self, one: Candidate, other: Candidate, reason: str | None) -> None:
        match = register(one).find(other)
        assert (match.reason if match else None) == reason

    def test_a_row_is_compared_with_few_others_however_many_there_are(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compared = []
        ratio = fuzz.ratio

        def counted(*args: Any, **kwargs: Any) -> float:
            compared.append(args)
            return float(ratio(*args, **kwargs))

        monkeypatch.setattr(fuzz, "ratio", counted)
        found = Register()
        for number in range(300):
            one = candidate(f"Action {number}", f"{TEXT} Number {number}.", place=str(number))
            found.find(one)
            found.add(one)
        assert 0 < len(compared) <= 300 * duplicates.COMPARED
        assert max(map(len, found._buckets.values())) <= duplicates.BUCKET


@pytest.fixture
def existing(world: None, db: None) -> GoodPracticePage:
    """A practice that editors wrote themselves."""
    return works.practice("europe", title="The mill", place="Lyon", country="FRA", summary=TEXT)


def mill(*rows: list[str]) -> bytes:
    """Give a file of rows about mills."""
    return files.csv_bytes([["ID", "Title", "Summary", "City", "Country"], *rows])


ROW = ["9", "The Mill", "It is better now.", "Lyon", "France"]


def decide(client: Client, run: ImportRun, decision: str) -> None:
    """Decide on the only duplicate, as an editor does."""
    one = run.duplicates.get()
    assert decision in one.may
    address = reverse("importing:duplicates", args=[run.pk])
    page = client.get(address).content.decode()
    assert f'name="decision_{one.number}" value="{decision}"' in page
    client.post(address, {f"decision_{one.number}": decision})


def test_a_duplicate_is_left_out_unless_somebody_decides(
    desk: Client, existing: GoodPracticePage
) -> None:
    run = files.check(desk, files.uploaded(desk, mill(ROW)))
    assert run.duplicates.get().reason == "title-place"
    files.start(desk, run)
    row = run.rows.get()
    assert row.outcome == "refused"
    assert existing.work.reference in row.reason
    assert GoodPracticePage.objects.count() == 1


def test_it_can_be_made_anyway(desk: Client, existing: GoodPracticePage) -> None:
    run = files.check(desk, files.uploaded(desk, mill(ROW)))
    decide(desk, run, Decision.MAKE)
    assert files.start(desk, run).counts()["made"] == 1
    assert GoodPracticePage.objects.count() == 2


def test_it_can_update_the_existing_work_and_be_undone(
    desk: Client, existing: GoodPracticePage
) -> None:
    lessons = str(existing.lessons)
    run = files.check(desk, files.uploaded(desk, mill(ROW)))
    decide(desk, run, Decision.UPDATE)
    assert files.start(desk, run).counts()["changed"] == 1
    page = GoodPracticePage.objects.get()
    assert page.summary == "It is better now."
    assert page.title == "The Mill"
    assert str(page.lessons) == lessons
    assert page.work.source_name == ""
    assert page.work.verification is None
    desk.post(reverse("importing:undo", args=[run.pk]))
    page = GoodPracticePage.objects.get()
    assert (page.title, page.summary, page.live) == ("The mill", TEXT, True)
    assert str(page.lessons) == lessons


def test_a_work_with_changes_that_are_not_published_is_not_updated(
    desk: Client, existing: GoodPracticePage
) -> None:
    existing.title = "The mill, being written"
    existing.save_revision()
    run = files.check(desk, files.uploaded(desk, mill(ROW)))
    decide(desk, run, Decision.UPDATE)
    files.start(desk, run)
    assert "not published" in run.rows.get().reason


def test_rows_of_one_file_are_compared_too(desk: Client, world: None) -> None:
    rows = [["1", "Mill", TEXT, "Lyon", "France"], ["2", "Mill!", TEXT, "Lyon", "France"]]
    run = files.check(desk, files.uploaded(desk, mill(*rows)))
    one = run.duplicates.get()
    assert (one.number, one.other_number) == (3, 2)
    assert Decision.UPDATE not in one.may
    assert files.start(desk, run).counts() == {"made": 1, "changed": 0, "same": 0, "refused": 1}


def test_three_rows_of_one_title_are_offered_and_can_all_be_made(desk: Client, world: None) -> None:
    rows = [[str(n), "Same title", f"Another text, number {n}.", "", ""] for n in range(3)]
    run = files.check(desk, files.uploaded(desk, mill(*rows)))
    assert run.duplicates.count() == 2
    desk.post(reverse("importing:duplicates", args=[run.pk]), {"all": "make"})
    assert files.start(desk, run).counts()["made"] == 3


def test_the_same_identifier_updates_unless_it_is_left_out(desk: Client, world: None) -> None:
    files.imported(desk, mill(ROW))
    changed = ["9", "The Mill", "It has changed at the source.", "Lyon", "France"]
    run = files.check(desk, files.uploaded(desk, mill(changed)))
    one = run.duplicates.get()
    assert (one.reason, one.decision) == ("source-id", "update")
    assert Decision.MAKE not in one.may
    decide(desk, run, Decision.SKIP)
    assert files.start(desk, run).counts()["refused"] == 1
    assert GoodPracticePage.objects.get().summary == "It is better now."
    assert files.imported(desk, mill(changed)).counts()["changed"] == 1
    assert GoodPracticePage.objects.get().summary == "It has changed at the source."


def test_forged_decisions_change_nothing(desk: Client, existing: GoodPracticePage) -> None:
    row = ["9", "The Mill", "Another language.", "Lyon", "France"]
    run = files.check(desk, files.uploaded(desk, mill(row)), language="fr")
    one = run.duplicates.get()
    assert Decision.UPDATE not in one.may
    address = reverse("importing:duplicates", args=[run.pk])
    for forged in ("update", "drop", ""):
        desk.post(address, {f"decision_{one.number}": forged})
    desk.post(address, {"all": "update"})
    one.refresh_from_db()
    assert one.decision == "skip"


def test_decisions_outlive_another_check(desk: Client, existing: GoodPracticePage) -> None:
    run = files.check(desk, files.uploaded(desk, mill(ROW)))
    decide(desk, run, Decision.MAKE)
    run = files.check(desk, run)
    assert run.duplicates.get().decision == "make"
