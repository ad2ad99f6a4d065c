"""Say how the search is."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from search.health import Health, measure


class Command(BaseCommand):
    """`search_status [--json]`: engine, documents, lag, changes given up, the last check."""

    help = "Say how the search engine is, and what waits to be indexed; fail when it is unwell."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help="print what /health/ answers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the status. Raises CommandError when something needs a person."""
        health = measure()
        if options["json"]:
            found = {**health.public(), "message": health.message}
            self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, indent=2))
        else:
            self._print(health)
        if health.problems:
            raise CommandError(f"The search needs attention: {', '.join(health.problems)}.")

    def _print(self, health: Health) -> None:
        self.stdout.write(f"engine     {health.engine} ({'up' if health.available else 'down'})")
        self.stdout.write(f"documents  {health.documents}")
        self.stdout.write(f"waiting    {health.waiting} (oldest {health.lag} s)")
        self.stdout.write(f"given up   {health.dead_letters}")
        self.stdout.write(f"encoder    {health.encoder}")
        if check := health.check:
            self.stdout.write(
                f"checked    {check.at:%Y-%m-%d %H:%M} UTC: {check.missing} missing, "
                f"{check.stale} stale, {check.orphaned} orphaned, {check.failed} failed, "
                f"{check.waiting} waiting"
                f"{' (repaired)' if check.repaired else ''}"
            )
        else:
            self.stdout.write("checked    never")
        if health.message:
            self.stdout.write(health.message)
