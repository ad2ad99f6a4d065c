"""Rows become pages once, stay what editors made of them, and are all accounted for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backend

from portal.cms.models import Work, WorkPage
from practices.importing import new_pages
from practices.importing.report import Outcome, Report
from practices.models import GoodPracticePage
from search.models import OutboxRow

HEADER = "id,title,text,actions,year,topics,remarks\n"
ROWS = HEADER + (
    '1,Rain gardens,"<p>Streets take the rain.</p><p>It works.</p>",We dug.,2014,Water,\n'
    '2,Green roofs,<p>Roofs hold water.</p>,We built.,2016,"Water, Floods, storms and the like",\n'
    "3,Rain gardens,<p>Another one.</p>,,2018,Unheard of,\n"
)
ImportCsv = Callable[..., Report]

pytestmark = pytest.mark.django_db


def balanced(report: Report) -> bool:
    """Tell whether every row of the file has one outcome."""
    numbers = [row.number for row in report.rows]
    return (
        report.rows_in
        == len(numbers)
        == len(set(numbers))
        == sum(report.count(outcome) for outcome in Outcome)
    )


def test_rows_become_live_pages_with_provenance(import_csv: ImportCsv) -> None:
    report = import_csv(ROWS)
    assert balanced(report)
    assert report.count(Outcome.MADE) == 3
    page = GoodPracticePage.objects.get(work_terms__term__code="sendai")
    work = page.work
    assert page.live
    assert page.title == "Green roofs"
    assert page.start == "2016"
    assert [str(block.value) for block in page.context] == ["<p>Roofs hold water.</p>"]
    assert {row.term.code for row in page.work_terms.all()} == {
        "water-sanitation",
        "sdg-06",
        "sendai",
    }
    assert (work.source_name, work.source_id) == ("Test source", "2")
    assert work.source_url == "https://example.org/2"
    assert work.verification is not None
    assert work.verification.code == "imported"
    assert work.imported_at is not None
    assert page.licence == "source"
    assert page.missing() == {}
    assert page.get_parent().title == "Europe"
    assert Page.find_problems() == ([], [], [], [], [])


def test_three_records_of_one_title_have_three_addresses(import_csv: ImportCsv) -> None:
    import_csv(HEADER + "".join(f"{n},Same title,<p>Text {n}.</p>,,,,\n" for n in range(3)))
    slugs = set(GoodPracticePage.objects.values_list("slug", flat=True))
    assert slugs == {"same-title", "same-title-2", "same-title-3"}


def test_second_run_changes_nothing(import_csv: ImportCsv) -> None:
    import_csv(ROWS)
    OutboxRow.objects.all().delete()
    revisions, logged = Revision.objects.count(), PageLogEntry.objects.count()
    works = list(Work.objects.order_by("pk").values())
    report = import_csv(ROWS)
    assert balanced(report)
    assert report.count(Outcome.SAME) == 3
    assert not report.kept
    assert Revision.objects.count() == revisions
    assert PageLogEntry.objects.count() == logged
    assert list(Work.objects.order_by("pk").values()) == works
    assert not OutboxRow.objects.exists()


def test_changed_row_is_published_anew(import_csv: ImportCsv) -> None:
    import_csv(ROWS)
    OutboxRow.objects.all().delete()
    report = import_csv(
        ROWS.replace("Roofs hold water", "Roofs hold more water").replace("2016,", "2017,")
    )
    assert (report.count(Outcome.CHANGED), report.count(Outcome.SAME)) == (1, 2)
    page = GoodPracticePage.objects.get(work_terms__term__code="sendai")
    assert page.start == "2017"
    assert "more water" in page.summary
    assert page.revisions.count() == 2
    assert not page.has_unpublished_changes
    assert set(OutboxRow.objects.values_list("translation_key", flat=True)) == {
        page.translation_key
    }
    assert (
        import_csv(
            ROWS.replace("Roofs hold water", "Roofs hold more water").replace("2016,", "2017,")
        ).count(Outcome.SAME)
        == 3
    )


def test_what_the_source_empties_is_emptied_and_terms_follow(import_csv: ImportCsv) -> None:
    import_csv(ROWS)
    before = GoodPracticePage.objects.get(work_terms__term__code="sendai")
    kept = before.work_terms.get(term__code="water-sanitation").pk
    import_csv(
        ROWS.replace("We built.", "").replace('"Water, Floods, storms and the like"', "Water")
    )
    page = GoodPracticePage.objects.get(pk=before.pk)
    assert not page.actions
    assert {row.term.code for row in page.work_terms.all()} == {"water-sanitation", "sdg-06"}
    assert page.work_terms.get(term__code="water-sanitation").pk == kept


def test_block_ids_are_the_same_at_every_import(import_csv: ImportCsv) -> None:
    import_csv(ROWS)
    page = GoodPracticePage.objects.get(start="2014")
    ids = [block.id for block in page.context]
    assert len(set(ids)) == 2
    import_csv(ROWS.replace("It works.", "It works well."))
    page.refresh_from_db()
    assert [block.id for block in page.context] == ids


def edit(page: WorkPage) -> None:
    user = get_user_model().objects.create_superuser("editor@example.org", "secret")
    page.summary = "An editor wrote this."
    page.save_revision(user=user).publish(user=user)


def draft(page: WorkPage) -> None:
    page.title = "A draft"
    page.save_revision()


def withdraw(page: WorkPage) -> None:
    page.unpublish()


def remove(page: WorkPage) -> None:
    page.delete()


def change_quietly(page: WorkPage) -> None:
    type(page).objects.filter(pk=page.pk).update(summary="Changed by a script.")


@pytest.mark.parametrize("act", [edit, draft, withdraw, remove, change_quietly])
def test_what_somebody_did_here_stays(
    import_csv: ImportCsv, act: Callable[[WorkPage], None]
) -> None:
    import_csv(ROWS)
    page = GoodPracticePage.objects.get(start="2016")
    act(page)
    before = list(GoodPracticePage.objects.filter(pk=page.pk).values("summary", "title", "live"))
    report = import_csv(ROWS.replace("Roofs hold water", "Roofs hold more water"))
    assert balanced(report)
    assert report.count(Outcome.SAME) == 3
    assert [row.source_id for row in report.kept] == ["2"]
    assert report.kept[0].reason in report.as_text()
    after = list(GoodPracticePage.objects.filter(pk=page.pk).values("summary", "title", "live"))
    assert after == before


def test_dry_run_tells_the_same_and_writes_nothing(import_csv: ImportCsv) -> None:
    OutboxRow.objects.all().delete()
    report = import_csv(ROWS, dry_run=True)
    assert report.count(Outcome.MADE) == 3
    assert not GoodPracticePage.objects.exists()
    assert not Work.objects.exists()
    assert not OutboxRow.objects.exists()
    assert "dry run" in report.as_text()
    assert import_csv(ROWS).count(Outcome.MADE) == 3


def test_bad_rows_are_refused_with_reasons_and_stop_no_other(import_csv: ImportCsv) -> None:
    rows = [
        "1,Good,<p>Good text.</p>,,,,",
        ",No identifier,<p>Text.</p>,,,,",
        "3,,<p>No title.</p>,,,,",
        "4,NULL,<p>The word NULL.</p>,,,,",
        f"5,{'x' * 500},<p>Too long.</p>,,,,",
        "6,No text,,,,,",
        "1,Good again,<p>The same identifier.</p>,,,,",
        '7,"=HYPERLINK(""http://example.org"")",<p>A formula.</p>,,,,',
        "id,title,text,actions,year,topics,remarks",
        "9,Too many,<p>Cells.</p>,,,,,,what is this",
        "10,Also good,<p>Good text.</p>,,,,",
    ]
    report = import_csv(HEADER + "\n".join(rows) + "\n")
    assert balanced(report)
    assert report.rows_in == 11
    assert report.count(Outcome.MADE) == 2
    assert report.count(Outcome.REFUSED) == 9
    assert all(row.reason for row in report.refused)
    reasons = {row.number: row.reason for row in report.refused}
    assert "identifier" in reasons[2]
    assert "title" in reasons[3]
    assert "title" in reasons[4]
    assert "500" in reasons[5]
    assert "summary" in reasons[6]
    assert "row 1" in reasons[7]
    assert "formula" in reasons[8]
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize("error", [ValidationError, IntegrityError, DataError])
def test_a_row_that_the_database_refuses_leaves_no_trace(
    import_csv: ImportCsv, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    save = GoodPracticePage.save

    def fail(self: GoodPracticePage, *args: object, **kwargs: object) -> None:
        save(self, *args, **kwargs)
        if self.title == "Green roofs":
            raise error("Not this one.")

    monkeypatch.setattr(GoodPracticePage, "save", fail)
    report = import_csv(ROWS)
    assert balanced(report)
    assert ["Not this one." in row.reason for row in report.refused] == [True]
    assert list(Work.objects.order_by("pk").values_list("reference", flat=True)) == [
        "L4A-1001",
        "L4A-1002",
    ]
    assert Work.objects.count() == GoodPracticePage.objects.count() == 2
    assert Page.find_problems() == ([], [], [], [], [])


def test_dirt_is_noted_not_fatal(import_csv: ImportCsv) -> None:
    report = import_csv(HEADER + "1,Title,<p>Text.</p>,,not open yet,water ,\n")
    page = GoodPracticePage.objects.get()
    assert page.start == ""
    assert any("not open yet" in note for note in report.row_notes)
    assert {row.term.code for row in page.work_terms.all()} == {"water-sanitation", "sdg-06"}


def test_report_counts_values_and_empty_parts(import_csv: ImportCsv) -> None:
    report = import_csv(ROWS)
    facet = report.facets["topics"]
    assert (facet.values, facet.mapped, dict(facet.unmapped)) == (4, 3, {"Unheard of": 1})
    assert report.lacking["actions"] == 1
    assert report.lacking["lessons"] == report.lacking["country"] == 3
    data = report.as_dict()
    assert data["rows_in"] == data["made"] == 3
    assert [row["reference"] for row in data["rows"]] == ["L4A-1001", "L4A-1002", "L4A-1003"]
    assert "Unheard of (1)" in report.as_text()


def test_the_short_way_gives_what_wagtails_own_gives(
    import_csv: ImportCsv, tree: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_csv(ROWS)
    short = GoodPracticePage.objects.get(start="2016")
    again = GoodPracticePage(
        **{
            name: getattr(short, name)
            for name in ("title", "summary", "start", "licence", "context", "actions", "locale")
        }
    )
    again.work_terms = [
        type(row)(term_id=row.term_id) for row in short.work_terms.order_by("term_id")
    ]
    Work.objects.create(
        translation_key=again.translation_key,
        reference="L4A-2000",
        work_type=again.work_type,
        source_locale=again.locale,
        source_name="Other source",
        verification=short.work.verification,
    )
    again.live = False
    tree.add_child(instance=again)
    again.save_revision(log_action=None).publish()
    long = GoodPracticePage.objects.get(pk=again.pk)
    own = {
        "id",
        "page_ptr",
        "workpage_ptr",
        "pk",
        "path",
        "slug",
        "url_path",
        "translation_key",
        "latest_revision",
        "live_revision",
        "first_published_at",
        "last_published_at",
        "latest_revision_created_at",
    }

    def told(page: GoodPracticePage) -> dict[str, object]:
        data = page.serializable_data()
        # The database gives rows in any order; these are told as they were made.
        data["work_terms"] = [row.term_id for row in page.work_terms.order_by("pk")]
        # PostgreSQL keeps the keys of a block in an order of its own.
        return {
            name: json.loads(value) if str(value).startswith("[{") else value
            for name, value in data.items()
            if name not in own
        }

    assert told(short) == told(long)
    assert told(short.latest_revision.as_object()) == told(short)
    assert short.live_revision == short.latest_revision
    assert set(short.latest_revision.content) == set(long.latest_revision.content)
    assert short.get_parent().numchild == 4
    actions = PageLogEntry.objects.filter(page=short.pk).values_list("action", flat=True)
    assert sorted(actions) == sorted(
        PageLogEntry.objects.filter(page=long.pk).values_list("action", flat=True)
    )
    references = ReferenceIndex.objects.filter(object_id=str(short.pk))
    assert references.count() == ReferenceIndex.objects.filter(object_id=str(long.pk)).count() > 0
    found = get_search_backend().search("Green roofs", GoodPracticePage)
    assert {page.pk for page in found} == {short.pk, long.pk}
    assert OutboxRow.objects.filter(translation_key=short.translation_key).count() == 1
    assert new_pages.NewPages().finish() == []


def test_a_row_costs_few_queries(import_csv: ImportCsv, django_assert_max_num_queries: Any) -> None:
    rows = HEADER + "".join(f"{n},Title {n},<p>Text {n}.</p>,,,Water,\n" for n in range(50))
    with django_assert_max_num_queries(50 * 19 + 60):
        assert import_csv(rows).count(Outcome.MADE) == 50
    with django_assert_max_num_queries(30):
        assert import_csv(rows).count(Outcome.SAME) == 50


def test_an_imported_page_can_be_edited_and_published(import_csv: ImportCsv) -> None:
    import_csv(ROWS)
    page = GoodPracticePage.objects.get(start="2016")
    page.title = "Green roofs, corrected"
    page.save_revision().publish()
    page = GoodPracticePage.objects.get(pk=page.pk)
    assert page.title == "Green roofs, corrected"
    assert page.work_terms.count() == 3
