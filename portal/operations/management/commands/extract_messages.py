"""Extract the interface's strings into the catalogues."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.operations.catalogues import ExtractionUnavailable, extract


class Command(BaseCommand):
    """`extract_messages`: what `make messages` runs."""

    help = "Bring the catalogues up to date with the sources; needs gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Extract. Raises CommandError without gettext."""
        try:
            for path in extract():
                self.stdout.write(str(path))
        except ExtractionUnavailable as error:
            raise CommandError(f"{error}.") from error
