"""How long it takes to write and to read a Word template of some 20 pages.

`python -m tests.performance.word`: prints medians of nine rounds, for each kind of work. The words
are made up; a page counts as 500 of them. Nothing is asserted: machines differ.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from typing import Any

PAGES, WORDS_A_PAGE, ROUNDS = 20, 500, 9


def values(kind: str) -> Mapping[str, Any]:
    """Give values of a template whose texts fill the pages: paragraphs, lists, bold and links."""
    from practices.submissions.fields import FieldKind, fields_of

    prose = [field for field in fields_of(kind) if field.kind is FieldKind.PROSE]
    each = PAGES * WORDS_A_PAGE // len(prose)
    paragraph = "The town **council** moved " + "kerbs, trees and benches " * 12
    listed = "- see [the plan](https://example.org/plan)\n- and walk " * 3
    size = len(f"{paragraph} {listed}".split())
    text = "\n\n".join([paragraph.strip(), listed.strip()] * max(each // size, 1))
    found: dict[str, Any] = {field.name: text for field in prose}
    return found | {
        "title": "A street for walking",
        "links": [
            {"title": f"Page {number}", "url": "https://example.org/"} for number in range(10)
        ],
        "figures": [{"value": f"{number} km", "label": "of streets"} for number in range(8)],
    }


def timed(do: Callable[[], Any]) -> tuple[float, Any]:
    """Give the median of some rounds in milliseconds, and what the last one gave."""
    taken, given = [], None
    for _round in range(ROUNDS):
        began = time.perf_counter()
        given = do()
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken), given


def main() -> None:
    """Measure, and print."""
    from django.test.utils import setup_databases

    from portal.taxonomy.sync import sync
    from practices.submissions.fields import PAGES as KINDS
    from practices.submissions.word.reader import read
    from practices.submissions.word.writer import write

    setup_databases(verbosity=0, interactive=False)
    sync()
    out = sys.stdout.write
    out("| template | words | kB | write, ms | read, ms |\n|---|---:|---:|---:|---:|\n")
    for kind in map(str, KINDS):
        filled = values(kind)
        words = sum(len(str(value).split()) for value in filled.values())
        writing, data = timed(partial(write, kind, "en", values=filled))
        reading, _found = timed(partial(read, data, kind))
        out(f"| {kind} | {words} | {len(data) / 1000:.0f} | {writing:.0f} | {reading:.0f} |\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    main()
