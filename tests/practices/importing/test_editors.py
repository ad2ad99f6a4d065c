"""An editor imports a file: from the upload to the report, and back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from portal.cms.models import Work
from practices.importing.models import ImportMapping, ImportRow, ImportRun
from practices.models import GoodPracticePage
from tests.practices.importing import files

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]


def shown(answer: Any) -> str:
    """Give what a page says."""
    text: str = answer.content.decode()
    return text


def test_the_whole_way_of_a_file(desk: Client) -> None:
    run = files.uploaded(desk)
    columns = desk.get(reverse("importing:columns", args=[run.pk]))
    guessed = {row["name"]: row["field"].value() for row in columns.context["form"].columns}
    assert guessed == {
        "ID": "source_id",
        "Title": "title",
        "Summary": "summary",
        "City": "place",
        "Country": "country",
        "Year": "start",
        "SDGs": "sdg",
        "Themes": "theme",
        "Lessons learned": "lessons",
    }
    assert "Kitchen of the market" in shown(columns)

    run = files.check(desk, run, Year="period")
    page = desk.get(reverse("importing:run", args=[run.pk]))
    assert run.summary["counts"] == {"made": 2, "changed": 0, "same": 0, "refused": 0}
    assert [one["title"] for one in run.summary["preview"]] == [row[1] for row in files.ROWS]
    assert "Denmark" in shown(page)
    assert not GoodPracticePage.objects.exists()

    run = files.start(desk, run)
    assert run.counts() == {"made": 2, "changed": 0, "same": 0, "refused": 0}
    kitchen = GoodPracticePage.objects.get(title="Kitchen of the market")
    assert kitchen.live
    assert (kitchen.start, kitchen.end) == ("2018", "2020")
    assert (kitchen.place, kitchen.country.code) == ("Lyon", "FRA")
    assert {row.term.code for row in kitchen.work_terms.all()} == {"sdg-02"}
    assert kitchen.get_parent().slug == "europe"
    assert kitchen.work.source_name == "Cities' own list"
    assert kitchen.work.source_id == "2"
    assert kitchen.work.verification.code == "imported"
    report = desk.get(reverse("importing:run", args=[run.pk]))
    assert kitchen.work.reference in shown(report)
    assert {entry.action for entry in ModelLogEntry.objects.all()} == {
        "importing.upload",
        "importing.start",
        "importing.imported",
    }

    desk.post(reverse("importing:undo", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE
    assert not GoodPracticePage.objects.exists()
    assert ImportRow.objects.filter(undone="removed").count() == 2
    assert files.imported(desk, Year="period").counts()["made"] == 2
    assert not mail.outbox


def test_the_columns_of_a_kind_of_file_are_remembered(desk: Client) -> None:
    files.check(desk, files.uploaded(desk), Year="period", City="")
    assert ImportMapping.objects.count() == 1
    other = files.csv_bytes([list(reversed(files.HEADER)), *map(list, map(reversed, files.ROWS))])
    again = files.uploaded(desk, other, "another.csv")
    page = desk.get(reverse("importing:columns", args=[again.pk]))
    assert page.context["remembered"]
    form = page.context["form"]
    assert form.initial["source_name"] == "Cities' own list"
    chosen = {row["name"]: row["field"].value() for row in form.columns}
    assert chosen["Year"] == "period"
    assert chosen["City"] == ""
    assert files.check(desk, again).choices["columns"]["Title"] == "title"
    assert ImportMapping.objects.count() == 1


def test_what_is_needed_is_said_and_nothing_that_was_chosen_is_lost(desk: Client) -> None:
    run = files.uploaded(desk)
    data = files.choices(desk, run, Title="", City="country", section="", source_name="")
    answer = desk.post(reverse("importing:columns", args=[run.pk]), data)
    form = answer.context["form"]
    assert answer.status_code == 200
    assert "“Title”" in str(form.non_field_errors())
    assert "section" in form.errors
    assert "source_name" in form.errors
    assert "“Country” is chosen for “City”" in str(form.errors["column_4"])
    assert form["column_8"].value() == "lessons"
    run.refresh_from_db()
    assert run.state == ImportRun.State.COLUMNS


def test_a_field_that_a_type_does_not_have_is_refused(desk: Client) -> None:
    run = files.uploaded(desk)
    data = files.choices(desk, run, page="policy-note")
    answer = desk.post(reverse("importing:columns", args=[run.pk]), data)
    assert "Policy notes have no “Lessons learned”." in str(answer.context["form"].errors)


def test_drafts_are_not_public_and_need_no_summary(desk: Client) -> None:
    rows = [["ID", "Title"], ["7", "Only a title"]]
    run = files.imported(desk, files.csv_bytes(rows), live="drafts")
    page = GoodPracticePage.objects.get()
    assert run.counts()["made"] == 1
    assert not page.live
    assert page.has_unpublished_changes
    assert page.first_published_at is None
    assert page.latest_revision is not None
    assert Client().get(page.url).status_code == 404
    assert not Work.objects.get().published_once
    # A second, fuller file changes the draft, which nobody has touched.
    rows = [["ID", "Title", "Summary"], ["7", "Only a title", "And more."]]
    again = files.imported(desk, files.csv_bytes(rows), live="drafts")
    assert again.counts()["changed"] == 1
    assert GoodPracticePage.objects.get().get_latest_revision_as_object().summary == "And more."


def test_the_second_import_of_a_file_changes_nothing(desk: Client) -> None:
    files.imported(desk)
    assert files.imported(desk).counts() == {"made": 0, "changed": 0, "same": 2, "refused": 0}


def test_misspelt_terms_are_read_as_chosen(desk: Client) -> None:
    rows = [["ID", "Title", "Summary", "Themes", "Country"]]
    rows += [["1", "One", "Text.", "Climte action; Zzzz ", "Denmrk"]]
    run = files.check(desk, files.uploaded(desk, files.csv_bytes(rows)))
    values = {one["value"]: one for one in run.summary["values"]}
    assert values["Denmrk"]["read"] == "country:DNK"
    assert values["Zzzz"]["read"] == ""
    numbers = {one["value"]: n for n, one in enumerate(run.summary["values"])}
    said = {f"value_{n}": values[value]["read"] for value, n in numbers.items()}
    said[f"value_{numbers['Zzzz']}"] = "theme:housing"
    desk.post(reverse("importing:values", args=[run.pk]), said)
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED
    assert next(o for o in run.summary["values"] if o["value"] == "Zzzz")["read"] == "theme:housing"
    files.start(desk, run)
    page = GoodPracticePage.objects.get()
    assert page.country.code == "DNK"
    assert "housing" in {row.term.code for row in page.work_terms.all()}
    assert ImportMapping.objects.get().choices["values"]["theme"]["Zzzz"] == "theme:housing"


def test_a_row_whose_country_is_unknown_says_so_in_the_report(desk: Client) -> None:
    """The check lists the value once, to be decided; the report of the import names its row."""
    rows = [["ID", "Title", "Summary", "Country"], ["1", "One", "Text.", "Atlantis"]]
    note = "Country: “Atlantis” is no term of the portal, left out"
    run = files.check(desk, files.uploaded(desk, files.csv_bytes(rows)))
    assert [one["value"] for one in run.summary["values"]] == ["Atlantis"]
    assert run.summary["row_notes"] == []
    run = files.start(desk, run)
    assert GoodPracticePage.objects.get().country is None
    assert note in shown(desk.get(reverse("importing:run", args=[run.pk])))
    table = desk.get(reverse("importing:report", args=[run.pk])).content.decode()
    assert note in table


def test_the_report_is_a_table_that_no_spreadsheet_program_runs(desk: Client) -> None:
    rows = [["ID", "Title", "Summary"]]
    rows += [["=1+1", "-Minus é", "Text."], ["@id", "+Plus", "Text."], ["3", "", "No title."]]
    run = files.imported(desk, files.csv_bytes(rows))
    answer = desk.get(reverse("importing:report", args=[run.pk]))
    data = answer.content.decode()
    assert data.startswith("\ufeff")
    lines = list(csv.DictReader(io.StringIO(data.removeprefix("\ufeff"))))
    assert [line["Outcome"] for line in lines] == ["Made", "Made", "Refused"]
    assert lines[0]["Title"] == "'-Minus é"
    assert lines[0]["Identifier at the source"] == "'=1+1"
    assert lines[1]["Identifier at the source"] == "'@id"
    assert lines[2]["Reason"] == "The row has no title."
    assert [line["Row"] for line in lines] == ["2", "3", "4"]


def test_the_pages_ask_the_same_number_of_questions_however_many_rows(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    rows = [["ID", "Title", "Summary"]]
    rows += [[str(n), f"Title {n}", f"Text number {n}."] for n in range(60)]
    run = files.imported(desk, files.csv_bytes(rows))
    desk.get(reverse("importing:index"))
    with django_assert_max_num_queries(30):
        assert desk.get(reverse("importing:run", args=[run.pk])).status_code == 200
    for _again in range(4):
        files.uploaded(desk)
    with django_assert_max_num_queries(25):
        assert desk.get(reverse("importing:index")).status_code == 200
