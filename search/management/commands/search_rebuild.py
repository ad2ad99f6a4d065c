"""Build the search index anew."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from search.indexer import rebuild


class Command(BaseCommand):
    """`search_rebuild`: a new index beside the old one, then one swap; searches go on meanwhile."""

    help = "Build the search index anew, without a gap."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, showing progress."""
        started = time.monotonic()
        count = rebuild(lambda done: self.stdout.write(f"  {done} pages read", ending="\r"))
        self.stdout.write(f"Index rebuilt: {count} works in {time.monotonic() - started:.1f} s.")
