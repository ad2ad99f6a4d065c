"""Say how the search is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from search.engines import get_engine
from search.models import OutboxRow


class Command(BaseCommand):
    """`search_status`: engine, documents, lag, changes given up."""

    help = "Say how the search engine is, and what waits to be indexed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the status."""
        status = get_engine().status()
        waiting = OutboxRow.objects.filter(dead=False).order_by("created_at")
        oldest = waiting.first()
        lag = (timezone.now() - oldest.created_at).total_seconds() if oldest else 0
        self.stdout.write(f"engine     {status.name} ({'up' if status.available else 'down'})")
        self.stdout.write(f"documents  {status.documents}")
        self.stdout.write(f"waiting    {waiting.count()} (oldest {lag:.0f} s)")
        self.stdout.write(f"given up   {OutboxRow.objects.filter(dead=True).count()}")
        if status.message:
            self.stdout.write(status.message)
