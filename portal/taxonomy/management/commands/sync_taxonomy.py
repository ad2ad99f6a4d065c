"""Load the vocabularies that the project ships."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.taxonomy.sync import sync


class Command(BaseCommand):
    """`sync_taxonomy`: terms, labels and synonyms from the data files; editors' changes stay."""

    help = "Load or update the shipped vocabularies; what editors changed is kept and named."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the sync and print its report."""
        report = sync()
        self.stdout.write(
            f"Taxonomy: {report.made} made, {report.changed} changed, {report.same} same, "
            f"{len(report.kept)} editors' values kept."
        )
        for kept in report.kept:
            self.stdout.write(f"  kept {kept}")
