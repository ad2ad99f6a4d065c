"""Check that the interface is translated, completely and well."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.operations.catalogues import ExtractionUnavailable, differences, faults


class Command(BaseCommand):
    """`check_catalogues`: no string missing, none superfluous, empty or fuzzy."""

    help = "Compare the catalogues with the sources, and look for what is untranslated in them."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Check. Raises CommandError when something is wrong; under CI also without gettext."""
        found = list(faults())
        try:
            found += differences()
        except ExtractionUnavailable as error:
            if os.environ.get("CI"):
                raise CommandError(f"Under CI nothing is skipped: {error}.") from error
            self.stderr.write(f"Skipped: comparison with the sources, as {error}.")
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} faults in the catalogues; `make messages` extracts.")
        self.stdout.write("Catalogues: complete.")
