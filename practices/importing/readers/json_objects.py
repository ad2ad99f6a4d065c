"""JSON: a list of objects, their keys the columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ..errors import FileMismatch
from .base import Row, Table, decode, tidy


def read_json(path: Path, options: Mapping[str, Any], wanted: frozenset[str]) -> Table:
    """Read a JSON file; `items` is the dotted way to the list, where it is not the top.

    `paths` maps a new column to the dotted way to its values inside a record; lists on the way are
    walked through.
    Raises FileMismatch for what is no JSON or no list.
    """
    notes: list[str] = []
    try:
        data = json.loads(decode(path.read_bytes(), notes))
    except (ValueError, RecursionError) as error:
        raise FileMismatch(
            _("%(file)s is not JSON: %(error)s") % {"file": path.name, "error": error}
        ) from error
    for step in filter(None, str(options.get("items") or "").split(".")):
        data = data.get(step) if isinstance(data, dict) else None
    if not isinstance(data, list):
        raise FileMismatch(_("%(file)s holds no list of records.") % {"file": path.name})
    paths: Mapping[str, str] = options.get("paths") or {}
    columns: dict[str, None] = dict.fromkeys(paths)
    rows = []
    for number, record in enumerate(data, start=1):
        if not isinstance(record, dict):
            rows.append(Row(number, {}, _("The record is not an object.")))
            continue
        columns.update(dict.fromkeys(record))
        values = {key: _tidied(value) for key, value in record.items()}
        values.update(
            {name: list(_walk(values, str(way).split("."))) for name, way in paths.items()}
        )
        rows.append(Row(number, values))
    return Table(list(columns), rows, notes)


def _walk(value: Any, way: list[str]) -> Iterator[Any]:
    """Give what lies at the end of a way."""
    if isinstance(value, list):
        for part in value:
            yield from _walk(part, way)
    elif not way:
        yield value
    elif isinstance(value, dict) and way[0] in value:
        yield from _walk(value[way[0]], way[1:])


def _tidied(value: Any) -> Any:
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, list):
        return [_tidied(part) for part in value]
    if isinstance(value, dict):
        return {key: _tidied(part) for key, part in value.items()}
    return value
