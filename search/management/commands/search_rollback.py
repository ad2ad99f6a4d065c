"""Go back to the search index before the last rebuild."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from search.engines.base import EngineUnavailable
from search.indexer import RebuildRefused, rollback


class Command(BaseCommand):
    """`search_rollback`: the previous index answers again, and is brought up to date."""

    help = "Let the index before the last rebuild answer again, and repair what it missed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go back, then repair. Raises CommandError when there is nothing to go back to."""
        try:
            rollback()
        except RebuildRefused as error:
            raise CommandError(str(error)) from error
        except EngineUnavailable as error:
            raise CommandError(f"There is no way back: {error}") from error
        self.stdout.write("The previous index answers. What it missed is repaired now.")
        call_command("search_check", repair=True, stdout=self.stdout)
