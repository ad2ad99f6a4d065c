"""Markdown files with YAML front matter: one file a record."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from ..errors import FileMismatch
from .base import Row, Table, decode, tidy

_FRONT = re.compile(r"\A---[ \t]*\n(?P<front>.*?)\n---[ \t]*(?:\n|\Z)(?P<body>.*)\Z", re.S)


def read_front_matter(path: Path, options: Mapping[str, Any], wanted: frozenset[str]) -> Table:
    """Read all Markdown files of a folder (or one file), in the order of their names.

    Columns are the keys of the front matter, `body` (the text), `path` (below the folder) and
    `stem` (the same without its extension).
    `files` is the pattern of names, `**/*.md` by default. Raises FileMismatch where no file is.
    """
    files = [path] if path.is_file() else sorted(path.glob(str(options.get("files") or "**/*.md")))
    if not files:
        raise FileMismatch(_("%(path)s holds no Markdown file.") % {"path": path.name})
    columns: dict[str, None] = {"body": None, "path": None, "stem": None}
    rows = []
    notes: list[str] = []
    for number, file in enumerate(files, start=1):
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        match = _FRONT.match(tidy(decode(file.read_bytes(), notes)))
        if match is None:
            rows.append(Row(number, {"path": name}, _("The file has no front matter.")))
            continue
        try:
            front = yaml.safe_load(match["front"])
        except yaml.YAMLError:
            front = None
        if not isinstance(front, dict):
            rows.append(Row(number, {"path": name}, _("The front matter cannot be read.")))
            continue
        values = {str(key): _plain(value) for key, value in front.items()}
        columns.update(dict.fromkeys(values))
        stem = name.rpartition(".")[0]
        rows.append(Row(number, {**values, "body": match["body"], "path": name, "stem": stem}))
    return Table(list(columns), rows, list(dict.fromkeys(notes)))


def _plain(value: Any) -> Any:
    """Give dates and numbers as text, as every other reader does."""
    if isinstance(value, datetime.date | int | float) and not isinstance(value, bool):
        return str(value)
    return value
