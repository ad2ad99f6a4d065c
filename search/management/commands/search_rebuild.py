"""Build the search index anew."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.engines.base import EngineUnavailable
from search.indexer import RebuildRefused, rebuild


class Command(BaseCommand):
    """`search_rebuild`: a new index beside the old one, then one swap; searches go on meanwhile."""

    help = "Build the search index anew, without a gap."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, showing progress. Raises CommandError when works could not be prepared."""
        started = time.monotonic()
        try:
            done = rebuild(lambda read, total: self._progress(read, total, started))
        except RebuildRefused as error:
            raise CommandError(str(error)) from error
        except EngineUnavailable as error:
            raise CommandError(f"The search engine does not answer: {error}") from error
        self.stdout.write(
            f"Index rebuilt: {done.count} works in {time.monotonic() - started:.1f} s."
        )
        for key, reason in done.failed.items():
            self.stdout.write(f"  {key}: {reason}")
        if done.failed:
            raise CommandError(f"{len(done.failed)} works could not be prepared for the index.")

    def _progress(self, read: int, total: int, started: float) -> None:
        """Show how far it is, how fast, and how long it will still take."""
        rate = read / max(time.monotonic() - started, 0.001)
        self.stdout.write(
            f"  {read} of {total} works read, {rate:.0f} a second, "
            f"{(total - read) / rate:.0f} s to go  ",
            ending="\n" if read == total else "\r",
        )
        self.stdout.flush()
