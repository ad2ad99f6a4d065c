"""CSV and XLSX: a header row, then one row a record; other tables may be joined."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ..errors import FileMismatch
from .base import MAX_BYTES, Row, Table, decode, tidy

DELIMITERS = ",;\t|"
HEADER_WITHIN = 10  # rows in which the header is looked for
CELL_LIMIT = 16 * 1024 * 1024


def read_table(path: Path, options: Mapping[str, Any], wanted: frozenset[str]) -> Table:
    """Read a CSV or XLSX file, or the main `file` of a folder with the tables joined to it.

    `joins` maps a new column to {file, on, column}: for each row it holds the list of that
    column's values in the rows of the other file that agree in the columns `on`. Raises
    FileMismatch where a file is missing or has no header as the mapping wants it.
    """
    joins: Mapping[str, Mapping[str, Any]] = options.get("joins") or {}
    folder = path if path.is_dir() else path.parent
    main = path / str(options["file"]) if path.is_dir() and options.get("file") else path
    if main.is_dir() or not main.exists():
        raise FileMismatch(_("There is no file %(path)s.") % {"path": main.name})
    table = _read_one(main, wanted - set(joins))
    for column, join in joins.items():
        _join(table, column, join, folder)
    return table


def _join(table: Table, column: str, join: Mapping[str, Any], folder: Path) -> None:
    """Add a column with the list of what another table says of each row."""
    other_path = folder / str(join["file"])
    if not other_path.exists():
        raise FileMismatch(_("There is no file %(path)s.") % {"path": other_path.name})
    on = [str(name) for name in join["on"]]
    other = _read_one(other_path, frozenset([*on, str(join["column"])]))
    found: dict[tuple[str, ...], list[str]] = {}
    for row in other.rows:
        value = row.values.get(join["column"], "")
        if value:
            found.setdefault(tuple(row.values.get(name, "") for name in on), []).append(value)
    for row in table.rows:
        row.values[column] = found.pop(tuple(row.values.get(name, "") for name in on), [])
    table.columns.append(column)
    table.notes += other.notes
    if found:
        table.notes.append(
            _("%(file)s: %(count)d rows belong to no row of the main table.")
            % {"file": other_path.name, "count": sum(map(len, found.values()))}
        )


def _read_one(path: Path, wanted: frozenset[str]) -> Table:
    notes: list[str] = []
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        lines = _sheet(path)
    else:
        text = decode(path.read_bytes(), notes)
        lines = max(
            (_lines(text, delimiter) for delimiter in DELIMITERS),
            key=lambda lines: max(
                (_fit(line, wanted) for line in lines[:HEADER_WITHIN]), default=0
            ),
        )
    place = _header(lines, wanted)
    if place is None:
        raise FileMismatch(
            _("%(file)s is not what the mapping says: no row names the columns %(names)s.")
            % {"file": path.name, "names": ", ".join(sorted(wanted))}
        )
    if place:
        notes.append(
            _("%(file)s: %(count)d rows above the header were left out.")
            % {"file": path.name, "count": place}
        )
    header = names_of(lines[place])
    double = sorted({name for name in header if name and header.count(name) > 1})
    if double:
        raise FileMismatch(
            _("%(file)s names a column twice: %(names)s.")
            % {"file": path.name, "names": ", ".join(double)}
        )
    rows: list[Row] = []
    for cells in lines[place + 1 :]:
        if not any(cell.strip() for cell in cells):
            continue
        trouble = ""
        if names_of(cells) == header:
            trouble = _("The row repeats the header.")
        elif any(cell.strip() for cell in cells[len(header) :]):
            trouble = _("The row has more cells than the header.")
        values = {name: tidy(cell) for name, cell in zip(header, cells, strict=False) if name}
        rows.append(Row(len(rows) + 1, values, trouble))
    return Table([name for name in header if name], rows, notes)


def _lines(text: str, delimiter: str) -> list[list[str]]:
    """Split text into rows and cells; quoted line breaks stay inside their cell."""
    limit = csv.field_size_limit(CELL_LIMIT)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:  # not a table with this delimiter
        return []
    finally:
        csv.field_size_limit(limit)


def _sheet(path: Path) -> list[list[str]]:
    """Give the cells of a workbook's first sheet as text; formulas as their last result."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
                raise FileMismatch(
                    _("%(path)s is too large to be read at once.") % {"path": path.name}
                )
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise FileMismatch(_("%(file)s is not a workbook.") % {"file": path.name}) from error
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        return [[cell_text(value) for value in row] for row in rows]
    finally:
        book.close()


def cell_text(value: Any) -> str:
    """Give a workbook's cell as text: whole numbers without decimals, dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def names_of(cells: list[str]) -> list[str]:
    """Give the names of a header row: on one line each, empty ones at its end left out."""
    names = [" ".join(tidy(cell).split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _fit(cells: list[str], wanted: frozenset[str]) -> int:
    return len(wanted & set(names_of(cells)))


def _header(lines: list[list[str]], wanted: frozenset[str]) -> int | None:
    """Find the header: the first row that names most of what is wanted, at least half of it."""
    fits = [_fit(cells, wanted) for cells in lines[:HEADER_WITHIN]]
    best = max(fits, default=0)
    return fits.index(best) if best and best * 2 >= len(wanted) else None
