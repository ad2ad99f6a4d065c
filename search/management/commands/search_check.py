"""Compare the search index with the database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.engines.base import EngineUnavailable
from search.health import remember
from search.indexer import compare, drain
from search.outbox import note


class Command(BaseCommand):
    """`search_check [--repair]`: what is missing, stale, orphaned or failed.

    What still waits for the indexer is told apart: it is no fault.
    """

    help = "Compare index and database; with --repair, index what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --repair."""
        parser.add_argument("--repair", action="store_true", help="index what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the differences. Raises CommandError when some are left."""
        try:
            found = compare()
            remember(found, repaired=False)
            self.stdout.write(
                f"Index: {len(found.missing)} missing, {len(found.stale)} stale, "
                f"{len(found.orphaned)} orphaned, {len(found.failed)} failed; "
                f"{len(found.waiting)} waiting for the indexer."
            )
            for key in found.failed:
                self.stdout.write(f"  The work {key} cannot be prepared; the log says why.")
            if not (found or (options["repair"] and found.waiting)):
                return
            if not options["repair"]:
                raise CommandError("The index differs from the database; --repair mends it.")
            note(UUID(key) for key in (*found.missing, *found.stale, *found.orphaned))
            drain()
            remember(found, repaired=not found.failed)
        except EngineUnavailable as error:
            raise CommandError(f"The search engine does not answer: {error}") from error
        if found.failed:
            raise CommandError(
                f"{len(found.failed)} works cannot be prepared for the index; the rest is repaired."
            )
        self.stdout.write("Repaired.")
