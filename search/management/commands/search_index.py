"""Drain the outbox into the search index."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections

from search.engines.base import EngineUnavailable
from search.indexer import drain

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    """`search_index [--follow]`: once, or for as long as the process lives."""

    help = "Index what has changed since the last run; with --follow, keep doing so."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --follow."""
        parser.add_argument("--follow", action="store_true", help="keep running")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drain once, or until the process is stopped.

        Raises CommandError when the engine does not answer the only run.
        """
        if not options["follow"]:
            try:
                done = drain()
            except EngineUnavailable as error:
                raise CommandError(f"The search engine does not answer: {error}") from error
            self.stdout.write(
                f"Index: {done.written} written, {done.removed} removed, {done.failed} failed."
            )
            return
        while True:
            try:
                drain()
            except EngineUnavailable:
                pass  # logged where it happened; the rows wait for their next attempt
            except (OperationalError, InterfaceError) as error:
                logger.warning("The database does not answer the indexer: %s", error)
                time.sleep(5)
            close_old_connections()
            time.sleep(PAUSE_SECONDS)
