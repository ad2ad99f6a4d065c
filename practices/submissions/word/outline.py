"""What stands in a Word file, in order: paragraphs and tables, and to which control they belong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from .inline import InlineReader, Line, W
from .limits import WordFile

_DOCUMENT = "word/document.xml"
_BESIDE = re.compile(r"word/(?:footnotes|endnotes|comments|header\d*|footer\d*)\.xml")
_BULLET = re.compile(r"^(?:[•·▪●◦‣∙*]\s*|[-–—]\s+)(?=\S)")
_DEPTH = 40


@dataclass
class Paragraph:
    """A paragraph. level: of a heading, 0 for others. tag: of the control around it.

    is_cover: it is the title of the file, or stands under it.
    """

    line: Line
    level: int = 0
    listed: bool = False
    tag: str = ""
    is_cover: bool = False


@dataclass
class Table:
    """A table: of each row the cells, of each cell the lines."""

    rows: list[list[list[Line]]]
    tag: str = ""


@dataclass
class Outline:
    """All of a file. beside: what stands in notes, comments, headers and text boxes."""

    items: list[Paragraph | Table] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    pictures: int = 0


@dataclass(frozen=True)
class _Style:
    level: int = 0
    listed: bool = False
    is_cover: bool = False


def outline(file: WordFile) -> Outline:
    """Give what stands in a file. Raises UploadRefused where a part of it is broken."""
    reader = _Reader(file, _DOCUMENT)
    found = reader.read()
    for name in sorted(file.parts):
        if _BESIDE.fullmatch(name):
            beside = _Reader(file, name).read()
            found.pictures += beside.pictures
            found.beside += [*texts(beside.items), *beside.beside]
    return found


def texts(items: list[Paragraph | Table]) -> list[str]:
    """Give the texts of paragraphs and of rows of tables that are not empty."""
    found = []
    for item in items:
        if isinstance(item, Paragraph):
            found.append(item.line.plain)
        else:
            found += [" | ".join(cell_text(cell) for cell in row) for row in item.rows]
    return [text for text in found if re.search(r"[^\W\d]", text)]


def cell_text(cell: list[Line]) -> str:
    """Give the text of a cell on one line."""
    return " ".join(" ".join(line.plain.split()) for line in cell if line.plain)


class _Reader:
    """Walks through one part of a file."""

    def __init__(self, file: WordFile, part: str) -> None:
        self._root = file.xml(part)
        folder, _slash, name = part.rpartition("/")
        relations = file.xml(f"{folder}/_rels/{name}.rels")
        self._inline = InlineReader(
            {
                str(one.get("Id")): str(one.get("Target", ""))
                for one in (() if relations is None else relations)
                if str(one.get("Type", "")).endswith("/hyperlink")
            }
        )
        self._styles = _styles(file.xml("word/styles.xml"))
        self._found = Outline()
        self._joined: Paragraph | None = None  # its end was deleted: the next one goes on in it

    def read(self) -> Outline:
        """Give what stands in the part."""
        if self._root is not None:
            body = self._root.find(f"{W}body")
            for item in self._walk(self._root if body is None else body, "", 0):
                self._found.items.append(item)
        return self._found

    def _walk(self, element: Any, tag: str, depth: int) -> Iterator[Paragraph | Table]:
        if depth > _DEPTH:
            return
        for child in element:
            match child.tag.removeprefix(W) if isinstance(child.tag, str) else "":
                case "p":
                    if (paragraph := self._paragraph(child, tag)) is not None:
                        yield paragraph
                case "tbl":
                    yield self._table(child, tag, depth)
                case "sdt":
                    properties, content = child.find(f"{W}sdtPr"), child.find(f"{W}sdtContent")
                    own = None if properties is None else properties.find(f"{W}tag")
                    shows = (
                        properties is not None and properties.find(f"{W}showingPlcHdr") is not None
                    )
                    if content is not None and not shows:
                        name = tag if own is None else str(own.get(f"{W}val", ""))
                        yield from self._walk(content, name or tag, depth + 1)
                case "del" | "moveFrom" | "sectPr":
                    continue
                case _:
                    yield from self._walk(child, tag, depth + 1)

    def _paragraph(self, element: Any, tag: str) -> Paragraph | None:
        line = self._inline.read(element)
        self._found.pictures += line.pictures
        for box in line.apart:
            self._found.beside += texts(list(self._walk(box, "", 1)))
        properties = element.find(f"{W}pPr")
        style = self._style(properties)
        found = Paragraph(line, style.level, style.listed, tag, style.is_cover)
        if not found.level and not found.listed and (bullet := _BULLET.match(line.marked)):
            found.listed, line.marked = True, line.marked[bullet.end() :]
        joined, self._joined = self._joined, None
        if joined is not None:
            joined.line.plain = f"{joined.line.plain} {line.plain}".strip()
            joined.line.marked = f"{joined.line.marked} {line.marked}".strip()
            found = joined
        gone = properties is not None and properties.find(f"{W}rPr/{W}del") is not None
        if gone:
            self._joined = found
        return None if joined is not None else found

    def _style(self, properties: Any) -> _Style:
        if properties is None:
            return _Style()
        name = properties.find(f"{W}pStyle")
        style = self._styles.get("" if name is None else str(name.get(f"{W}val", "")), _Style())
        level = properties.find(f"{W}outlineLvl")
        if level is not None and str(level.get(f"{W}val", "9")) in "012345678":
            style = replace(style, level=int(level.get(f"{W}val")) + 1)
        number = properties.find(f"{W}numPr/{W}numId")
        if number is not None:
            style = replace(style, listed=number.get(f"{W}val") != "0")
        return style

    def _table(self, table: Any, tag: str, depth: int) -> Table:
        rows = []
        for row in table.iter(f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None or _table_of(row) is not table:
                continue
            cells = []
            for cell in row.iter(f"{W}tc"):
                if _row_of(cell) is not row:
                    continue
                lines: list[Line] = []
                for item in self._walk(cell, "", depth + 1):
                    if isinstance(item, Paragraph):
                        lines.append(item.line)
                    else:  # a table in a cell: its rows are lines
                        lines += [Line(marked=text, plain=text) for text in texts([item])]
                cells.append(lines)
            rows.append(cells)
        return Table(rows, tag)


def _table_of(element: Any) -> Any:
    return next(element.iterancestors(f"{W}tbl"), None)


def _row_of(element: Any) -> Any:
    return next(element.iterancestors(f"{W}tr"), None)


def _styles(root: Any) -> dict[str, _Style]:
    """Give which styles are headings, of which level, and which are lists."""
    found: dict[str, _Style] = {}
    for style in () if root is None else root.iter(f"{W}style"):
        name = style.find(f"{W}name")
        words = ("" if name is None else str(name.get(f"{W}val", ""))).lower()
        level = style.find(f"{W}pPr/{W}outlineLvl")
        heading = re.fullmatch(r"heading (\d)", words)
        number = int(heading[1]) if heading else 0
        if not number and level is not None and str(level.get(f"{W}val", "9")) in "012345678":
            number = int(level.get(f"{W}val")) + 1
        listed = style.find(f"{W}pPr/{W}numPr") is not None or words.startswith("list bullet")
        found[str(style.get(f"{W}styleId", ""))] = _Style(
            number, listed, words in ("title", "subtitle")
        )
    return found
