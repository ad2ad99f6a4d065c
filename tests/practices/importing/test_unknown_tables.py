"""Tables as they come: encodings, delimiters, line ends, headers in two rows."""

from __future__ import annotations

import csv
import io

import pytest

from practices.importing.errors import FileRefused
from practices.importing.readers import unknown
from practices.importing.readers.base import Table
from practices.importing.readers.unknown import find_header, make_table, read_lines
from practices.importing.targets import is_known
from tests.practices.importing import files

ROWS = [["Título", "Descripción"], ["Año é", "Línea 1\nLínea 2"], ["NULL", "Text"]]


def read(data: bytes, kind: str = "csv") -> Table:
    """Read a table as an upload is read."""
    notes: list[str] = []
    lines = read_lines(io.BytesIO(data), kind, notes)
    table = make_table(lines, find_header(lines, is_known))
    table.notes[:0] = notes
    return table


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_usual_form_of_csv_is_read(delimiter: str, encoding: str, end: str) -> None:
    text = files.csv_bytes(ROWS, delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).decode()
    table = read(text.encode(encoding))
    assert table.columns == ["Título", "Descripción"]
    assert [row.values["Título"] for row in table.rows] == ["Año é", "NULL"]
    assert table.rows[0].values["Descripción"] == "Línea 1\nLínea 2"


def test_what_is_not_unicode_is_read_and_said() -> None:
    table = read("Titre;Résumé\nÉté;Œuvre\n".encode("cp1252"))
    assert table.rows[0].values == {"Titre": "Été", "Résumé": "Œuvre"}
    assert any("Windows-1252" in note for note in table.notes)


def test_of_two_header_rows_the_one_with_names_counts() -> None:
    grouped = [["About", "", "Where", ""], ["Title", "Summary", "City", "Country"], list("abcd")]
    table = read(files.csv_bytes(grouped))
    assert table.columns == ["Title", "Summary", "City", "Country"]
    assert len(table.rows) == 1
    twice = [["Title", "Summary", "City"], ["Titre", "Résumé", "Ville"], list("abc")]
    assert read(files.csv_bytes(twice)).columns == ["Titre", "Résumé", "Ville"]


def test_headers_in_arabic_are_headers() -> None:
    table = read("صفحة\nالعنوان,الملخص,البلد\nحديقة,نص,المغرب\n".encode())
    assert table.columns == ["العنوان", "الملخص", "البلد"]


def test_rows_have_the_numbers_that_a_spreadsheet_shows() -> None:
    table = read(b"A list,,\n,,\nTitle,Summary,City\n\nOne,Text,Rome\n,,\nTwo,Text,Oslo\n")
    assert [row.number for row in table.rows] == [5, 7]


def test_columns_without_a_name_or_with_the_same_one_are_told_apart() -> None:
    table = read(b"Title,Summary,,Title\nOne,Text,x,Other\n")
    assert table.columns == ["Title", "Summary", "Column 3", "Title (2)"]


def test_rows_that_do_not_fit_are_troubled_not_lost() -> None:
    table = read(b"Title,Summary\nOne,Text\nTwo,Text,what is this\nTitle,Summary\nThree\n")
    assert [bool(row.trouble) for row in table.rows] == [False, True, True, False]


def test_a_title_of_commas_does_not_mislead_about_the_delimiter() -> None:
    rows = [["Title", "Summary"], *[[f"One, two, {n}", "a, b, c, d"] for n in range(9)]]
    assert read(files.csv_bytes(rows, ";")).columns == ["Title", "Summary"]


def test_a_file_of_one_column_is_a_table() -> None:
    assert read(b"Title\nOne\nTwo\n").columns == ["Title"]


def test_the_first_sheet_with_rows_is_read_and_named() -> None:
    table = read(files.workbook([], Works=[["Title"], ["One"]], Notes=[["x"], ["y"]]), "xlsx")
    assert table.columns == ["Title"]
    assert any("Works" in note for note in table.notes)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unknown, "MAX_ROWS", 5)
    with pytest.raises(FileRefused, match="more than 5 rows"):
        read(b"Title\n" + b"One\n" * 40)
    with pytest.raises(FileRefused, match="more than 5 rows"):
        read(files.workbook([["Title"], *[["One"]] * 40]), "xlsx")


def test_a_cell_at_the_far_end_of_a_sheet_takes_no_time() -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.active["A1"], book.active["A2"] = "Title", "One"
    book.active["A1048576"] = "Last"
    buffer = io.BytesIO()
    book.save(buffer)
    assert [row.number for row in read(buffer.getvalue(), "xlsx").rows] == [2, 1048576]


def test_invisible_signs_are_dropped() -> None:
    table = read("Title,Summary\nO\x00ne\u200b ,Te\x07xt\n".encode())
    assert table.rows[0].values == {"Title": "One ", "Summary": "Text"}
