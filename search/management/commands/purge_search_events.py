"""Forget old searches."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from search.events import purge


class Command(BaseCommand):
    """`purge_search_events`: delete what is older than SEARCH_EVENTS_DAYS."""

    help = "Delete the searches noted more than SEARCH_EVENTS_DAYS ago (all, where it is 0)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete them and say how many there were."""
        self.stdout.write(f"{purge()} searches forgotten")
