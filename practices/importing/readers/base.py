"""What every reader gives, and what all of them need: rows, a table, decoded and tidy text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ..errors import FileMismatch

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\u00ad]")
MAX_BYTES = 200 * 1024 * 1024


@dataclass
class Row:
    """One record: its number in the file (1 is the first record), its values, what ails it."""

    number: int
    values: dict[str, Any]
    trouble: str = ""


@dataclass
class Table:
    """What a reader found: the file's columns, its rows, and notes for the report."""

    columns: list[str]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)


def decode(data: bytes, notes: list[str]) -> str:
    """Decode text: UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1252 with a note."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append(_("The file is not UTF-8; it was read as Windows-1252."))
        return data.decode("cp1252", errors="replace")


def tidy(text: str) -> str:
    """Compose letters, and drop signs that nobody sees and no database wants."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text))


def check_columns(
    columns: list[str], wanted: frozenset[str], known: frozenset[str], name: str
) -> None:
    """Compare a file's columns with those of the mapping.

    `wanted` must all be there; what is neither wanted nor known must not. Raises FileMismatch.
    """
    missing = sorted(wanted - set(columns))
    unknown = sorted(set(columns) - wanted - known)
    problems = []
    if missing:
        problems.append(_("columns missing: %(names)s") % {"names": ", ".join(missing)})
    if unknown:
        problems.append(_("columns unknown: %(names)s") % {"names": ", ".join(unknown)})
    if problems:
        raise FileMismatch(
            _("%(file)s is not what the mapping says: %(problems)s. Nothing was written.")
            % {"file": name, "problems": "; ".join(problems)}
        )
