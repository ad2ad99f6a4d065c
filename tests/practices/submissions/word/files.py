"""Word files for tests: filled by hand, as people fill them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from docx import Document

from practices.submissions.word.reader import read
from practices.submissions.word.report import Reading
from practices.submissions.word.writer import write

DOCUMENT = "word/document.xml"


def saved(document: Any) -> bytes:
    """Give the file of a document."""
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def typed(
    *lines: str | tuple[str, str], tables: Mapping[str, list[list[str]]] | None = None
) -> bytes:
    """Give a file without any control: lines, or pairs of style and line; tables after a line."""
    document = Document()
    for line in lines:
        style, text = line if isinstance(line, tuple) else ("Normal", line)
        document.add_paragraph(text, style=style)
        for rows in [(tables or {}).get(text)]:
            if rows:
                table = document.add_table(rows=0, cols=len(rows[0]))
                for row in rows:
                    for cell, words in zip(table.add_row().cells, row, strict=True):
                        cell.text = words
    return saved(document)


def changed(data: bytes, change: Callable[[str], str], part: str = DOCUMENT) -> bytes:
    """Give a file with the XML of a part changed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == part:
                content = change(content.decode()).encode()
            after.writestr(name, content)
    return out.getvalue()


def with_body(xml: str) -> bytes:
    """Give a file with these elements at the beginning of its body."""
    return changed(
        saved(Document()), lambda text: re.sub(r"<w:body>", f"<w:body>{xml}", text, count=1)
    )


def without_controls(data: bytes) -> bytes:
    """Give a file as programs leave it that know no controls: what stands in them stays."""

    def strip(text: str) -> str:
        text = re.sub(r"<w:sdtPr>.*?</w:sdtPr>", "", text, flags=re.S)
        return re.sub(r"</?w:sdt(?:Content)?(?: [^>]*)?/?>", "", text)

    return changed(data, strip)


def answers(data: bytes, kind: str = "good-practice") -> dict[str, Any]:
    """Give the values that are read in a file."""
    return read(data, kind).values


def reading(data: bytes, kind: str = "good-practice", **more: Any) -> Reading:
    """Read a file."""
    return read(data, kind, **more)


def template(kind: str = "good-practice", language: str = "fr", **values: Any) -> bytes:
    """Give the template, with some values filled in."""
    return write(kind, language, values=values)
