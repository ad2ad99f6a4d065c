"""Files as people send them: other encodings, delimiters and headers, and what is no such file."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from practices.importing.errors import FileMismatch
from practices.importing.readers import Table, read
from practices.importing.report import Report
from practices.models import GoodPracticePage

HEADER = "id,title,text,actions,year,topics,remarks\n"
ROW = "1,L’été à Évora,<p>Ça va.</p>,,2014,Water,\n"
WANTED = frozenset({"id", "title"})


def write(folder: Path, content: str | bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def table(path: Path, kind: str = "csv", **options: object) -> Table:
    return read(kind, path, options, WANTED)


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + ROW).encode("utf-8-sig"),
        (HEADER + ROW).encode("utf-16"),
        (HEADER + ROW).encode("cp1252"),
        (HEADER + ROW).replace(",", ";").encode(),
        (HEADER + ROW).replace(",", "\t").encode(),
        (HEADER + ROW).replace("\n", "\r").encode(),
        (HEADER + ROW).replace("\n", "\r\n").encode(),
        (",,,,,,\n,,Texts,,,,\n" + HEADER + ROW).encode(),
        (HEADER.replace("title", " title ") + ROW + ",,,,,,\n\n").encode(),
        (HEADER + ROW.replace("Évora", "E\u0301vora\u200b")).encode(),
    ],
    ids=[
        "bom",
        "utf-16",
        "cp1252",
        "semicolon",
        "tab",
        "cr",
        "crlf",
        "junk-above-header",
        "blanks",
        "decomposed",
    ],
)
def test_one_table_in_many_dresses(tmp_path: Path, content: bytes) -> None:
    found = table(write(tmp_path, content))
    assert found.columns == ["id", "title", "text", "actions", "year", "topics", "remarks"]
    assert [row.values["title"] for row in found.rows] == ["L’été à Évora"]
    assert found.rows[0].number == 1


def test_quoted_line_breaks_stay_in_their_cell(tmp_path: Path) -> None:
    found = table(write(tmp_path, 'id,title\n1,"two\r\nlines, one cell"\n2,"say ""no"""\n'))
    assert [row.values["title"] for row in found.rows] == ["two\nlines, one cell", 'say "no"']


def test_a_body_of_a_megabyte(tmp_path: Path) -> None:
    body = "word " * 250_000
    found = table(write(tmp_path, f"id,title\n1,{body}\n"))
    assert len(found.rows[0].values["title"]) > 1_000_000


def test_a_megabyte_becomes_a_page(db: None, import_csv: Callable[..., Report]) -> None:
    body = "<p>" + "</p><p>".join(["A sentence of some words."] * 40_000) + "</p>"
    report = import_csv(f"{HEADER}1,Long,{body},,,,\n")
    assert not report.refused
    assert len(GoodPracticePage.objects.get().context) == 40_000


def test_workbook(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["id", "title"], [1, "One"], [2.0, None], [3, "=1+1"]):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    found = table(write(tmp_path, content.getvalue(), "rows.xlsx"))
    assert [row.values for row in found.rows] == [
        {"id": "1", "title": "One"},
        {"id": "2", "title": ""},
        {"id": "3", "title": ""},
    ]


def test_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(FileMismatch, match="not a workbook"):
        table(write(tmp_path, "id,title\n", "rows.xlsx"))


@pytest.mark.parametrize(
    "content", ["", "nothing here", "<html><body>404</body></html>", "a,b\n1,2"]
)
def test_what_is_no_such_table(tmp_path: Path, content: str) -> None:
    with pytest.raises(FileMismatch, match="no row names the columns"):
        table(write(tmp_path, content))


def test_a_column_named_twice(tmp_path: Path) -> None:
    with pytest.raises(FileMismatch, match="twice: title"):
        table(write(tmp_path, "id,title,title\n1,a,b\n"))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileMismatch, match="There is no file"):
        table(tmp_path / "absent.csv")


def test_joined_tables(tmp_path: Path) -> None:
    write(tmp_path, "id,title\n1,One\n2,Two\n", "main.csv")
    write(tmp_path, "\ufeffid,topic\n1,Water\n1,Heat\n9,Lost\n2,\n", "topics.csv")
    joins = {"topics": {"file": "topics.csv", "on": ["id"], "column": "topic"}}
    found = table(tmp_path, file="main.csv", joins=joins)
    assert [row.values["topics"] for row in found.rows] == [["Water", "Heat"], []]
    assert any("1 rows belong to no row" in note for note in found.notes)
    joins["topics"]["file"] = "absent.csv"
    with pytest.raises(FileMismatch, match=r"absent\.csv"):
        table(tmp_path, file="main.csv", joins=joins)


def test_xml(tmp_path: Path) -> None:
    content = """<?xml version="1.0" encoding="utf-8"?><rows>
    <item><id>1</id><title><![CDATA[<p>One</p>]]></title><tag>a</tag><tag>b</tag></item>
    <item><id>2</id><title>Two <b>bold</b> words</title></item></rows>"""
    found = table(write(tmp_path, content, "rows.xml"), "xml", item="item")
    assert found.columns == ["id", "title", "tag"]
    assert found.rows[0].values == {"id": "1", "title": "<p>One</p>", "tag": ["a", "b"]}
    assert found.rows[1].values["title"] == "Two <b>bold</b> words"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><r><item><id>&b;</id></item></r>',
            "entities",
        ),
        (
            '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r><item>&a;</item></r>',
            "entities",
        ),
        ("<r><item></r>", "not well-formed"),
        ("", "not well-formed"),
        ("<r><other/></r>", "no element <item>"),
    ],
)
def test_xml_that_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(FileMismatch, match=reason):
        table(write(tmp_path, content, "rows.xml"), "xml", item="item")


def test_json(tmp_path: Path) -> None:
    content = '{"data": {"rows": [{"id": 1, "title": "One", "tags": [{"n": 3}, {"n": 4}]}, 7]}}'
    found = table(
        write(tmp_path, content, "rows.json"),
        "json",
        items="data.rows",
        paths={"numbers": "tags.n"},
    )
    assert found.rows[0].values["numbers"] == [3, 4]
    assert found.rows[1].trouble
    for broken in ("{", "[" * 100_000, '{"a": 1}', "null"):
        with pytest.raises(FileMismatch):
            table(write(tmp_path, broken, "rows.json"), "json")


def test_front_matter(tmp_path: Path) -> None:
    write(tmp_path, "---\nid: one\ndate: 2020-01-02\n---\n# Heading\n\nText\n", "b/one.md")
    write(tmp_path, "no front matter", "a.md")
    write(tmp_path, "---\n- a list\n---\n", "c.md")
    found = table(tmp_path, "markdown")
    assert [row.values["path"] for row in found.rows] == ["a.md", "b/one.md", "c.md"]
    good = found.rows[1].values
    assert (good["id"], good["date"], good["stem"]) == ("one", "2020-01-02", "b/one")
    assert good["body"].startswith("# Heading")
    assert found.rows[0].trouble
    assert found.rows[2].trouble
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileMismatch):
        table(tmp_path / "empty", "markdown")
