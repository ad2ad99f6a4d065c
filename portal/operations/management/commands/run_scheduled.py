"""Do what is due by the clock."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from portal.operations.schedule import run_due

PAUSE_SECONDS = 60


class Command(BaseCommand):
    """`run_scheduled [--follow]`: from cron every minute, or for as long as the process lives."""

    help = "Publish and expire what has its time; the nightly jobs; with --follow, every minute."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --follow."""
        parser.add_argument("--follow", action="store_true", help="keep running")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is due. Raises CommandError when a job failed, save with --follow (it logs)."""
        while options["follow"]:
            run_due()
            close_old_connections()
            time.sleep(PAUSE_SECONDS)
        done, failed = run_due()
        self.stdout.write(f"Done: {', '.join(done) or 'nothing was due'}.")
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}.")
