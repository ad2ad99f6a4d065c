"""Tables whose columns nobody knows yet: the delimiter, the header row, then the rows."""

from __future__ import annotations

import csv
import io
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from portal.cms.uploads.archives import broken

from ..errors import FileRefused
from .base import Row, Table, decode, tidy
from .tables import CELL_LIMIT, DELIMITERS, HEADER_WITHIN, cell_text, names_of

logger = logging.getLogger(__name__)
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_BLANK = 1_100_000  # more rows than a worksheet can have
SAMPLED = 200
Known = Callable[[str], bool]


@dataclass(frozen=True)
class Line:
    """One line of a table: its number in the file, as a spreadsheet shows it, and its cells."""

    number: int
    cells: list[str]


def read_lines(file: BinaryIO, kind: str, notes: list[str]) -> list[Line]:
    """Give the lines of a "csv" or "xlsx", blank ones left out.

    Raises FileRefused where the file cannot be read or is too large a table.
    """
    lines = _sheet(file, notes) if kind == "xlsx" else _text(file.read(), notes)
    found = []
    for number, cells in lines:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise FileRefused(
                _("The table has more than %(limit)d columns.") % {"limit": MAX_COLUMNS}
            )
        found.append(Line(number, cells))
        if len(found) > MAX_ROWS + HEADER_WITHIN:
            raise FileRefused(
                _("The table has more than %(limit)d rows. Divide it into several files.")
                % {"limit": MAX_ROWS}
            )
    if len(found) < 2:
        raise FileRefused(_("The table has no rows below its header."))
    return found


def _text(data: bytes, notes: list[str]) -> Iterator[tuple[int, list[str]]]:
    try:
        text = decode(data, notes)
    except UnicodeDecodeError as error:
        raise FileRefused(_("The file's text cannot be decoded. Save it as UTF-8.")) from error
    limit = csv.field_size_limit(CELL_LIMIT)
    try:
        delimiter = max(DELIMITERS, key=lambda sign: _regularity(text, sign))
        yield from enumerate(_parsed(text, delimiter), start=1)
    finally:
        csv.field_size_limit(limit)


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    """Split text into rows and cells; a quotation mark that is never closed is a mistake."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    rows: list[list[str]] = []
    begin = last = 1
    try:
        for cells in reader:
            rows.append(cells)
            last, begin = begin, reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(
            _("The file cannot be read after line %(line)d: %(error)s")
            % {"line": begin, "error": error}
        ) from error
    if rows and _is_open(text, delimiter):
        raise FileRefused(
            _("A quotation mark in line %(line)d is opened and never closed.") % {"line": last}
        )
    return rows


def _is_open(text: str, delimiter: str) -> bool:
    """Tell whether the text ends inside a quoted cell."""
    strict = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for _cells in strict:
            pass
    except csv.Error as error:
        # Other faults, as a sign after a closing quotation mark, are read as they are.
        return "unexpected end of data" in str(error)
    return False


def _regularity(text: str, delimiter: str) -> tuple[float, int]:
    """Tell how well a delimiter fits: the share of rows of the usual width, then that width."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths: Counter[int] = Counter()
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                widths[len(cells)] += 1
            if widths.total() >= SAMPLED:
                break
    except csv.Error:
        return (0.0, 0)
    if not widths:
        return (0.0, 0)
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return (0.0, 1)
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    return (count / widths.total(), width)


def _sheet(file: BinaryIO, notes: list[str]) -> list[tuple[int, list[str]]]:
    """Give the rows of the first sheet that has any; formulas as their last result."""
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        try:
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            for number, sheet in enumerate(sheets or book.worksheets):
                sheet.reset_dimensions()
                rows = _cells(sheet)
                if len(rows) < 2 and number + 1 < len(sheets):
                    continue
                if len(book.worksheets) > 1:
                    notes.append(_("Read: the sheet “%(name)s”.") % {"name": sheet.title})
                return rows
        finally:
            book.close()
    except FileRefused:
        raise
    except Exception as error:  # a workbook made by anything may break its reader in any way
        logger.warning("A workbook cannot be read: %r", error)
        raise FileRefused(broken()) from error
    return []


def _cells(sheet: Any) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MAX_BLANK:
            raise FileRefused(
                _("The table has more than %(limit)d rows. Divide it into several files.")
                % {"limit": MAX_ROWS}
            )
        if any(value not in (None, "") for value in row):
            rows.append((number, [cell_text(value) for value in row]))
            if len(rows) > MAX_ROWS + HEADER_WITHIN + 1:
                break
    return rows


def find_header(lines: list[Line], known: Known) -> int:
    """Give the place of the header among the first lines.

    `known` tells whether a cell looks like a column's name. Of rows that name as many, one below
    the other (headers in two languages), the last counts; where no name is known, the first that
    is full.
    """
    first = [line.cells for line in lines[: min(HEADER_WITHIN, len(lines) - 1)]]
    fits = [sum(known(cell) for cell in cells) for cells in first]
    best = max(fits)
    if best:
        place = next(place for place, fit in enumerate(fits) if fit * 5 >= best * 4)
        while place + 1 < len(fits) and fits[place + 1] * 5 >= best * 4:
            place += 1
        return place
    full = [sum(bool(cell.strip()) for cell in cells) for cells in first]
    return full.index(max(full))


def make_table(lines: list[Line], header: int) -> Table:
    """Make the table whose header stands at a place; columns without a name get a number."""
    notes = []
    if header:
        notes.append(_("Rows above the header that were left out: %(count)d") % {"count": header})
    head = lines[header].cells
    below = lines[header + 1 :]
    # Cells beyond the header are columns of their own where most rows have some, else mistakes.
    beyond = sum(len(line.cells) > len(head) for line in below)
    width = max(len(line.cells) for line in below) if beyond > len(below) // 2 else len(head)
    columns = _column_names(head, width)
    rows = []
    for line in below:
        trouble = ""
        if names_of(line.cells) == names_of(head):
            trouble = _("The row repeats the header.")
        elif any(cell.strip() for cell in line.cells[width:]):
            trouble = _("The row has more cells than the header.")
        values = {name: tidy(cell) for name, cell in zip(columns, line.cells, strict=False)}
        rows.append(Row(line.number, values, trouble))
    return Table(columns, rows, notes)


def _column_names(head: list[str], width: int) -> list[str]:
    """Name the columns: each once, at most 200 signs, numbered where the header says nothing."""
    names: list[str] = []
    given = names_of(head)
    for number in range(width):
        name = (given[number] if number < len(given) else "")[:200]
        name = name or _("Column %(number)d") % {"number": number + 1}
        unique, again = name, 1
        while unique in names:
            again += 1
            unique = f"{name} ({again})"
        names.append(unique)
    return names
