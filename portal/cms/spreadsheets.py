"""Lists as CSV files that spreadsheet programs open without harm."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

# What a spreadsheet program would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(name: str, headings: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Give a list as a CSV file of that name; numbers stay numbers, no text is a formula."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.write("\ufeff")  # without it, spreadsheet programs break accents
    writer = csv.writer(answer)
    writer.writerow([defused(heading) for heading in headings])
    for row in rows:
        writer.writerow([cell if isinstance(cell, int) else defused(cell) for cell in row])
    return answer


def defused(cell: object) -> str:
    """Give a text that no spreadsheet program takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
