"""Compare the search index with the database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.indexer import compare, drain
from search.outbox import note


class Command(BaseCommand):
    """`search_check [--repair]`: what is missing, stale or orphaned in the index."""

    help = "Compare index and database; with --repair, index what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --repair."""
        parser.add_argument("--repair", action="store_true", help="index what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the differences. Raises CommandError when there are some and none were mended."""
        found = compare()
        self.stdout.write(
            f"Index: {len(found.missing)} missing, {len(found.stale)} stale, "
            f"{len(found.orphaned)} orphaned."
        )
        if not found:
            return
        if not options["repair"]:
            raise CommandError("The index differs from the database; --repair mends it.")
        note(UUID(key) for key in (*found.missing, *found.stale, *found.orphaned))
        drain()
        self.stdout.write("Repaired.")
