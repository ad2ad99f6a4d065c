"""JSON: a list of objects, their keys the columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ..errors import FileMismatch
from .base import Row, Table, decode, tidy


def read_json(path: Path, options: Mapping[str, Any], wanted: frozenset[str]) -> Table:
    """Read a JSON file; `items` is the dotted way to the list, where it is not the top.

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
    columns: dict[str, None] = {}
    rows = []
    for number, record in enumerate(data, start=1):
        if not isinstance(record, dict):
            rows.append(Row(number, {}, _("The record is not an object.")))
            continue
        columns.update(dict.fromkeys(record))
        rows.append(Row(number, {key: _tidied(value) for key, value in record.items()}))
    return Table(list(columns), rows, notes)


def _tidied(value: Any) -> Any:
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, list):
        return [_tidied(part) for part in value]
    if isinstance(value, dict):
        return {key: _tidied(part) for key, part in value.items()}
    return value
