"""The table in an import's file."""

from __future__ import annotations

from typing import BinaryIO, cast

from .columns import Choices, ColumnDrafter
from .models import ImportRun
from .readers import Table
from .readers.unknown import Line, find_header, make_table, read_lines
from .targets import is_known


def lines_of(run: ImportRun, notes: list[str]) -> list[Line]:
    """Read the lines of an import's file. Raises FileRefused."""
    with run.file.open("rb") as file:
        return read_lines(cast(BinaryIO, file), run.kind, notes)


def table_of(run: ImportRun, header: int | None = None) -> Table:
    """Read an import's table; `header` is the place of its header row, None: find it.

    Raises FileRefused.
    """
    notes: list[str] = []
    lines = lines_of(run, notes)
    place = find_header(lines, is_known) if header is None else min(header, len(lines) - 2)
    table = make_table(lines, place)
    table.notes[:0] = notes
    return table


def opened(run: ImportRun) -> tuple[ColumnDrafter, Table]:
    """Give what makes drafts by an import's choices, and its table. Raises FileRefused."""
    choices = Choices.read(run.choices)
    return ColumnDrafter(choices), table_of(run, choices.header)
