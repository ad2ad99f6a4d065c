"""Files are what they hold, whatever they are called; what is dangerous or no table is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client
from openpyxl import Workbook

from practices.importing import uploads
from practices.importing.errors import FileRefused
from practices.importing.models import ImportRun
from practices.importing.uploads import kind_of, short_name
from tests.practices.importing import files

TABLE = b"id,title\n1,One\n"


def packed(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Give a zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def changed(**parts: bytes) -> bytes:
    """Give a workbook with parts added or replaced; `__` stands for `/` in names."""
    with zipfile.ZipFile(io.BytesIO(files.workbook([["id"], ["1"]]))) as archive:
        found = {info.filename: archive.read(info) for info in archive.infolist()}
    return packed(found | {name.replace("__", "/"): data for name, data in parts.items()})


def macros() -> bytes:
    """Give a workbook that holds macros, under the name of one that has none."""
    return changed(**{"xl__vbaProject.bin": b"macros"})


def macro_type() -> bytes:
    """Give a workbook whose type says that it may hold macros."""
    with zipfile.ZipFile(io.BytesIO(files.workbook([["id"], ["1"]]))) as archive:
        types = archive.read("[Content_Types].xml")
    return changed(
        **{"[Content_Types].xml": types.replace(b"spreadsheetml.sheet.main", b"macroEnabled.main")}
    )


def bomb() -> bytes:
    """Give a workbook of a few kilobytes that unpacks to 150 megabytes."""
    return changed(**{"xl__sharedStrings.xml": b" " * (150 * uploads.MEGABYTE)})


def encrypted() -> bytes:
    """Give what a workbook with a password begins with."""
    return uploads._OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100


REFUSED: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "empty": (b"", "empty"),
    "nothing but a mark": (b"\xef\xbb\xbf\r\n", "empty"),
    "macros": (macros, "macros"),
    "a type with macros": (macro_type, "macros"),
    "zip bomb": (bomb, "far too large"),
    "encrypted": (encrypted, "password"),
    "old format": (uploads._OLE + b"\0" * 600, "XLS"),
    "a name that leads out of the archive": (packed({"../etc/passwd": b"x"}), "damaged"),
    "another packed file": (packed({"word/document.xml": b"<w/>"}), "no XLSX workbook"),
    "cut off": (files.workbook([["id"], ["1"]])[:900], "damaged"),
    "PDF": (b"%PDF-1.7 ...", "PDF"),
    "PNG": (b"\x89PNG\r\n\x1a\n", "PNG"),
    "web page": (b"<!doctype html><table><tr><td>id</td></tr></table>", "web page"),
    "program": (b"MZ" + bytes(range(256)) * 4 + b"\0" * 400, "not a table"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_with_a_reason(name: str) -> None:
    data, reason = REFUSED[name]
    content = data if isinstance(data, bytes) else data()
    with pytest.raises(FileRefused, match=reason):
        kind_of(io.BytesIO(content), len(content))


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(FileRefused, match="larger than 20 MB"):
        kind_of(io.BytesIO(TABLE), uploads.MAX_FILE + 1)


def test_the_content_says_what_a_file_is() -> None:
    for data, kind in (
        (TABLE, "csv"),
        ("﻿id,título\n1,Año\n".encode(), "csv"),
        ("id\ttitle\n1\tOne\n".encode("utf-16"), "csv"),
        ("id;titre\n1;Été\n".encode("cp1252"), "csv"),
        (files.workbook([["id"], ["1"]]), "xlsx"),
    ):
        file = io.BytesIO(data)
        assert kind_of(file, len(data)) == kind
        assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Users\\me\\works.csv", "works.csv"),
        ("../../etc/passwd", "passwd"),
        ("قائمة الممارسات.xlsx", "قائمة الممارسات.xlsx"),
        ("<b>bold</b>.csv", "b>.csv"),
        ("a\r\nSet-Cookie: x.csv", "aSet-Cookie: x.csv"),
        ("", "table"),
    ],
)
def test_names_are_kept_without_what_is_no_name(name: str, kept: str) -> None:
    assert short_name(name) == kept


def test_long_names_are_shortened() -> None:
    name = short_name("x" * 300 + ".csv")
    assert len(name) == 255
    assert name.endswith("x.csv")


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
class TestThePage:
    """What the page of imports does with files."""

    @pytest.mark.parametrize("name", ["é" * 300 + ".csv", "قائمة.csv", "works.exe", "works"])
    def test_any_name_is_taken(self, desk: Client, name: str) -> None:
        run = files.uploaded(desk, name=name)
        assert run.kind == "csv"
        assert run.rows_in == 2
        assert run.file.name == f"imports/{run.key}.csv"
        assert desk.get(f"/admin/imports/{run.pk}/columns/").status_code == 200

    def test_what_is_refused_leaves_nothing_and_says_why(self, desk: Client) -> None:
        for data, reason in (
            (macros(), "macros"),
            (b"id,title\n", "no rows below its header"),
            (b'id,title\n1,"never closed\n2,Two\n', "never closed"),
            (b"a," * 300 + b"\n" + b"b," * 299 + b"b\n", "more than 200 columns"),
            (b"", "empty"),
        ):
            answer = files.upload(desk, data)
            assert answer.status_code == 200
            assert reason in str(answer.context["form"].errors)
        assert not ImportRun.objects.exists()

    def test_no_file_at_all_is_said(self, desk: Client) -> None:
        answer = desk.post("/admin/imports/", {})
        assert "Choose a file first." in str(answer.context["form"].errors)

    def test_a_workbook_is_read_as_it_is_shown(self, desk: Client) -> None:
        book = Workbook()
        assert book.active is not None
        book.active.append(["ID", "Title", "Summary", "Inhabitants"])
        book.active.append([1, "Streams", "Text é.", 120000.0])
        buffer = io.BytesIO()
        book.save(buffer)
        run = files.imported(desk, buffer.getvalue())
        assert run.kind == "xlsx"
        assert run.counts()["made"] == 1
