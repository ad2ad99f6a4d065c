"""Build the search index anew."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.engines.base import EngineUnavailable
from search.indexer import rebuild


class Command(BaseCommand):
    """`search_rebuild`: a new index beside the old one, then one swap; searches go on meanwhile."""

    help = "Build the search index anew, without a gap."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, showing progress. Raises CommandError when works could not be prepared."""
        started = time.monotonic()
        try:
            done = rebuild(lambda read: self.stdout.write(f"  {read} pages read", ending="\r"))
        except EngineUnavailable as error:
            raise CommandError(f"The search engine does not answer: {error}") from error
        self.stdout.write(
            f"Index rebuilt: {done.count} works in {time.monotonic() - started:.1f} s."
        )
        for key, reason in done.failed.items():
            self.stdout.write(f"  {key}: {reason}")
        if done.failed:
            raise CommandError(f"{len(done.failed)} works could not be prepared for the index.")
