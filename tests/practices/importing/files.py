"""Files as editors send them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from practices.importing.models import ImportRun

HEADER = ["ID", "Title", "Summary", "City", "Country", "Year", "SDGs", "Themes", "Lessons learned"]
RIVERS = "The city opened three buried streams, planted their banks and keeps the cellars dry."
MARKETS = "Traders, cooks and schools share one kitchen that buys from farms around the town."
ROWS = [
    ["1", "Streams in the open", RIVERS, "Aarhus", "Denmark", "2015", "6; 11", "Climate", "Ask."],
    ["2", "Kitchen of the market", MARKETS, "Lyon", "France", "2018-2020", "ODD 2", "", "Wait."],
]


def csv_bytes(rows: Sequence[Sequence[str]], delimiter: str = ",", **options: Any) -> bytes:
    """Give a CSV file of a header and rows."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, **options).writerows(rows)
    return buffer.getvalue().encode()


def workbook(rows: Sequence[Sequence[Any]], **sheets: Sequence[Sequence[Any]]) -> bytes:
    """Give an XLSX file; further sheets by their names."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    for name, content in sheets.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def upload(client: Client, data: bytes, name: str = "works.csv") -> Any:
    """Send a file as an editor does."""
    return client.post(reverse("importing:index"), {"file": SimpleUploadedFile(name, data)})


def uploaded(client: Client, data: bytes | None = None, name: str = "works.csv") -> ImportRun:
    """Send a file that is taken, and give its import."""
    before = set(ImportRun.objects.values_list("pk", flat=True))
    answer = upload(client, csv_bytes([HEADER, *ROWS]) if data is None else data, name)
    assert answer.status_code == 302, answer.context["form"].errors
    return ImportRun.objects.exclude(pk__in=before).get()


def choices(client: Client, run: ImportRun, **changes: Any) -> dict[str, Any]:
    """Give what the form of the columns is filled in with, and what is changed in it."""
    form = client.get(reverse("importing:columns", args=[run.pk])).context["form"]
    data = {name: form.initial.get(name, "") or "" for name in form.fields}
    data |= {"section": "europe", "source_name": "Cities' own list", "live": "live"}
    by_column = {
        f"column_{number}": changes.pop(column)
        for number, column in enumerate(form.table.columns)
        if column in changes
    }
    return {key: value for key, value in (data | by_column | changes).items() if value is not None}


def check(client: Client, run: ImportRun, **changes: Any) -> ImportRun:
    """Choose the columns and have the file checked."""
    data = choices(client, run, **changes)
    answer = client.post(reverse("importing:columns", args=[run.pk]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED, run.error
    return run


def start(client: Client, run: ImportRun) -> ImportRun:
    """Begin the import; in tests, it is done at once."""
    client.post(reverse("importing:start", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == ImportRun.State.DONE, run.error
    assert sum(run.counts().values()) == run.rows_in
    return run


def imported(client: Client, data: bytes | None = None, **changes: Any) -> ImportRun:
    """Import a file from its upload to its report."""
    return start(client, check(client, uploaded(client, data), **changes))
