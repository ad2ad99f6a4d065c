"""How fast imports are, and whether their numbers add up, with every dirt that was reported.

`python -m tests.performance.importing [ROWS]` makes a database of its own, imports ROWS generated
rows (10,000) as an editor does – check, import, the same file again, undo – and the records of
SHARED_DATA (../shared/data) by the project's own mappings, and prints a table. It says what the
machine was doing meanwhile, as other work makes the figures worse.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WORDS = [
    "water",
    "street",
    "market",
    "garden",
    "school",
    "housing",
    "energy",
    "waste",
    "council",
    "budget",
    "river",
    "park",
    "women",
    "climate",
    "bus",
    "kitchen",
    "library",
    "harbour",
    "forest",
    "plan",
    "network",
    "service",
    "district",
    "fund",
    "heat",
]
COLUMNS = [
    *("ID", "Title", "Summary", "Context", "Lessons learned", "City", "Country", "Coordinates"),
    *("Period", "Themes", "SDGs", "Inhabitants", "Web page"),
]
SHARED = (
    ("adaptecca", "adaptecca-cases/cases_en_cdata.xml"),
    ("climate-adapt-mission", "climate-adapt-mission"),
    ("dpg-nominees", "dpg-nominees/nominees.json"),
    ("engine-room-library", "engine-room-library/_books"),
    ("participedia", "participedia/cases.json"),
)


def prose(chance: random.Random, words: int) -> str:
    """Give a text of sentences."""
    sentences = []
    while words > 0:
        length = min(words, chance.randint(6, 16))
        sentences.append(" ".join(chance.choice(WORDS) for _ in range(length)).capitalize() + ".")
        words -= length
    return " ".join(sentences)


def generated(count: int, seed: int = 7) -> Iterator[list[str]]:
    """Give rows of which about a third have something that was reported of real files."""
    chance = random.Random(seed)
    countries = ["Denmark", "France", "España", "Brasil", "المغرب", "KEN", "Portugall", "Atlantis"]
    points = ["55.67, 12.56", "48°51′24″N 2°21′7″E", "41,38; 2,17", "0° 0' 0\" N, 0° 0' 0\" E"]
    points += ["2.35, 48.85", "", "NULL", "somewhere"]
    periods = ["2014", "2014-2018", "01/2015 - 12/2019", "not open yet", "", "NULL", "2019-2012"]
    themes = ["Climate action; Housing", "climte", "Water, Health ", "Zzzz", "", "Energy | Culture"]
    before: list[list[str]] = []
    for number in range(count):
        row = [
            f"R-{number}",
            f"{prose(chance, 4)[:-1]} {number}",
            prose(chance, chance.randint(20, 190)),
            f"<p style='mso-x:1'>{prose(chance, 60)}</p><p>&nbsp;</p><p>{prose(chance, 40)}</p>",
            f"{prose(chance, 30)}\n\n- one\n- two\n",
            chance.choice(["Lyon", "Aarhus", "L'Hospitalet", "فاس", ""]),
            chance.choice(countries),
            chance.choice(points),
            chance.choice(periods),
            chance.choice(themes),
            chance.choice(["6; 11", "SDG 13", "16.7", "ODD 2, ODD 5", "18", ""]),
            chance.choice(["120000", "1.200.000", "120 000", "many", ""]),
            f"https://example.org/works/{number}",
        ]
        dirt = number % 60
        if dirt == 1:
            row[1] = ""
        elif dirt == 2:
            row[1] = "The same title"
        elif dirt == 3:
            row[1] = "x" * 500
        elif dirt == 4:
            row[1] = '=HYPERLINK("http://example.org")'
        elif dirt == 5:
            row[0] = "NULL"
        elif dirt == 6 and before:
            row[0] = before[-1][0]
        elif dirt == 20 and before:
            row = [row[0], f"{before[-1][1]}!", *before[-1][2:12], row[12]]
        elif dirt == 8:
            row[2] = ""
        elif dirt == 9:
            row.append("one cell too many")
        elif dirt == 10:
            row = list(COLUMNS)
        elif dirt == 11 and number < 3000:
            row[3] = f"<div>{prose(chance, 9000)}</div>"
        before = [*before[-3:], row]
        yield row


def file_of(count: int) -> bytes:
    """Give the rows as a spreadsheet of a Western office saves them: two header rows, `;`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Works of our members", *[""] * (len(COLUMNS) - 1)])
    writer.writerow(COLUMNS)
    writer.writerows(generated(count))
    return buffer.getvalue().encode("utf-8-sig")


def line(name: str, rows: int, seconds: float, counts: dict[str, int]) -> str:
    """Give a line of the table, with the identity of its numbers."""
    total = sum(counts.values())
    numbers = " ".join(f"{counts[name]:>8}" for name in ("made", "changed", "same", "refused"))
    holds = "=" if total == rows else "≠"
    speed = f"{seconds:>7.1f} s {rows / seconds:>8.0f} rows/s"
    return f"{name:<28}{rows:>7} {holds} {numbers}   {speed}"


def main() -> int:
    """Measure and print. Gives 1 where numbers do not add up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=10_000)
    count = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="importing-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/db.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
        import django

        django.setup()
        return measure(count)


def measure(count: int) -> int:
    """Make a database, import everything, print the table."""
    from django.core.management import call_command

    from portal.accounts.models import User

    call_command("migrate", verbosity=0)
    call_command("sync_taxonomy", verbosity=0, stdout=io.StringIO())
    call_command("make_tree", verbosity=0, stdout=io.StringIO())
    user = User.objects.create_superuser("editor@example.org", "for a benchmark")
    say(f"{count} generated rows; load at the beginning: {load()}")
    say(
        f"{'':<28}{'rows':>7}   {'made':>8} {'changed':>8} {'same':>8} {'refused':>8}"
        f"   {'':>9} {'':>8}"
    )
    holds = by_editor(count, user) & by_mappings()
    say(f"load at the end: {load()}")
    return 0 if holds else 1


def by_editor(count: int, user: Any) -> bool:
    """Import the generated rows as an editor does; tell whether all numbers add up."""
    from django.core.files.base import ContentFile

    from practices.importing.columns import Choices
    from practices.importing.files import table_of
    from practices.importing.models import ImportRun
    from practices.importing.targets import guess
    from practices.importing.tasks import begin

    state = ImportRun.State
    holds = True
    undone: ImportRun | None = None
    for name in ("", " again"):
        run = ImportRun.objects.create(
            file_name="generated.csv", kind="csv", file=ContentFile(file_of(count), "x.csv")
        )
        table = table_of(run)
        columns = guess(table.columns, "good-practice")
        columns["Period"] = "period"
        choices = Choices(
            section="europe", source_name="Generated", live=True, columns=columns
        ).as_dict()
        started = time.perf_counter()
        begin(run, state.CHECKING, user, choices=choices, columns=table.columns)
        seconds = time.perf_counter() - started
        found = dict(run.summary["counts"])
        found["made"] += run.duplicates.exclude(reason="source-id").count()
        found["changed"] += run.duplicates.filter(reason="source-id").count()
        holds &= sum(found.values()) == run.rows_in
        say(line(f"check{name}", run.rows_in, seconds, found))
        # Every second duplicate is made anyway, the others stay out.
        for number, duplicate in enumerate(run.duplicates.exclude(reason="source-id")):
            duplicate.decision = ("make", "skip")[number % 2]
            duplicate.save(update_fields=["decision"])
        started = time.perf_counter()
        begin(run, state.RUNNING, user)
        seconds = time.perf_counter() - started
        holds &= sum(run.counts().values()) == run.rows_in == count and run.state == state.DONE
        say(line(f"import{name}", run.rows_in, seconds, run.counts()) + f" {run.error}")
        undone = undone or run
    assert undone is not None
    rows = undone.rows.filter(outcome="made").count()
    started = time.perf_counter()
    begin(undone, state.UNDOING, user)
    seconds = time.perf_counter() - started
    gone = undone.rows.filter(undone="removed").count()
    speed = f"{seconds:>7.1f} s {rows / seconds:>8.0f} works/s"
    say(f"{'undo':<28}{rows:>7} works, {gone} removed   {speed}")
    return holds and gone == rows


def by_mappings() -> bool:
    """Import the shared records by the project's mappings; tell whether all numbers add up."""
    from practices.importing.mapping import mapping_path
    from practices.importing.mapping_check import load_mapping
    from practices.importing.report import Outcome
    from practices.importing.run import run_import

    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("SHARED_DATA") or root.parent / "shared" / "data")
    holds = True
    for name, place in SHARED:
        if not (folder / place).exists():
            say(f"{name:<28}not there: {folder / place}")
            continue
        report = run_import(load_mapping(mapping_path(name)), folder / place)
        counts = {str(outcome): report.count(outcome) for outcome in Outcome}
        holds &= sum(counts.values()) == report.rows_in
        say(line(name, report.rows_in, report.seconds, counts))
    return holds


def load() -> str:
    """Give what else the machine does: the load of the last minute."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
