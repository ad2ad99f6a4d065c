"""From a file to rows: one reader for each format, all giving the same `Table`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ..errors import FileMismatch
from .base import MAX_BYTES, Row, Table, check_columns
from .front_matter import read_front_matter
from .json_objects import read_json
from .tables import read_table
from .xml_items import read_xml

__all__ = ["READERS", "READER_OPTIONS", "Row", "Table", "check_columns", "read"]

Reader = Callable[[Path, Mapping[str, Any], frozenset[str]], Table]
READERS: dict[str, Reader] = {
    "csv": read_table,
    "json": read_json,
    "markdown": read_front_matter,
    "xml": read_xml,
}
# Options of each reader: name -> whether it must be given.
READER_OPTIONS: dict[str, dict[str, bool]] = {
    "csv": {"file": False, "joins": False},
    "json": {"items": False, "paths": False},
    "markdown": {"files": False},
    "xml": {"item": True},
}


def read(kind: str, path: Path, options: Mapping[str, Any], wanted: frozenset[str]) -> Table:
    """Read a file with the reader of one kind.

    `wanted` are the columns without which a table is not the one that the mapping means. Raises
    FileMismatch where the file is missing, too large, malformed or something else.
    """
    if not path.exists():
        raise FileMismatch(_("There is no file %(path)s.") % {"path": path})
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise FileMismatch(_("%(path)s is too large to be read at once.") % {"path": path.name})
    return READERS[kind](path, options, wanted)
