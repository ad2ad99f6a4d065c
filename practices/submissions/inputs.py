"""What a step's form sends, read into values of its fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from .checking import kept
from .drafts import Typed
from .fields import FieldKind, FormField

# What a row of files holds: the key of the file first.
FILE_COLUMNS = {
    FieldKind.PICTURES: ("image", "alt", "credit", "caption"),
    FieldKind.DOCUMENTS: ("document", "title"),
}
# Rows beyond what a field may hold are read, so that they are not lost; but not any number.
_MORE_ROWS = 20


def columns_of(field: FormField) -> tuple[str, ...]:
    """Give the names of the cells of a row of a field."""
    return FILE_COLUMNS.get(field.kind) or tuple(column.name for column in field.columns)


def read(fields: Iterable[FormField], data: QueryDict) -> dict[str, Typed]:
    """Read the fields that a form held: each says beside its value what it showed before.

    What a form did not hold is left out. A button beside a row (`up`, `down`, `remove`) is obeyed.
    """
    found = {}
    for field in fields:
        was = data.get(f"was-{field.name}")
        if was is not None:
            found[field.name] = Typed(kept(field, _value(field, data)), was)
    return found


def action(data: QueryDict) -> tuple[str, str, int]:
    """Give what the button that was pressed says: what to do, with which field, and which row."""
    name, _colon, rest = data.get("do", "save").partition(":")
    field, _colon, row = rest.partition(":")
    return name, field, int(row) if row.isascii() and row.isdigit() and len(row) < 10 else -1


def _value(field: FormField, data: QueryDict) -> Any:
    if field.kind is FieldKind.TERMS:
        return data.getlist(field.name)
    if field.is_list:
        return _rows(field, data)
    return data.get(field.name, "")


def _rows(field: FormField, data: QueryDict) -> list[dict[str, Any]]:
    count = data.get(f"{field.name}-count", "0")
    most = (field.at_most or 0) + _MORE_ROWS
    number = min(int(count), most) if count.isascii() and count.isdigit() else 0
    columns = columns_of(field)
    rows: list[dict[str, Any]] = [
        {name: data.get(f"{field.name}-{place}-{name}", "") for name in columns}
        for place in range(number)
    ]
    rows = _moved(rows, *action(data), field.name)
    if field.kind in FILE_COLUMNS:
        key = columns[0]
        for row in rows:
            row[key] = int(row[key]) if row[key].isascii() and row[key].isdigit() else 0
        rows = [row for row in rows if 0 < row[key] < 2**31]
    return rows


def _moved(
    rows: list[dict[str, Any]], name: str, field: str, place: int, own: str
) -> list[dict[str, Any]]:
    """Do what a button beside a row says."""
    if field != own or not 0 <= place < len(rows):
        return rows
    if name == "remove":
        return rows[:place] + rows[place + 1 :]
    other = {"up": place - 1, "down": place + 1}.get(name, place)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return rows
