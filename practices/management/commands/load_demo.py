"""Load the demonstration's content."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from practices.demo.accounts import make_accounts
from practices.demo.loader import load, read_works
from practices.demo.members import make_members_room


class Command(BaseCommand):
    """`load_demo`: works in several languages and the demo's log-ins; safe to run again."""

    help = "Load the demo works and accounts; what is loaded and unchanged is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --only."""
        parser.add_argument("--only", nargs="*", help="references of the works to load")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, showing progress."""
        started = time.monotonic()
        works = read_works()
        if options["only"]:
            works = [work for work in works if work.reference in options["only"]]
        report = load(works, lambda line: self.stdout.write(f"  {line}"))
        accounts = make_accounts()
        make_members_room()
        self.stdout.write(
            f"Demo: {len(report.made)} works made, {len(report.changed)} changed, "
            f"{len(report.same)} same, {len(report.kept)} kept as edited; {accounts} accounts made "
            f"({time.monotonic() - started:.1f} s)."
        )
