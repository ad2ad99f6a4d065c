"""Compile the interface's catalogues, without gettext."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.operations.catalogues import compile_all


class Command(BaseCommand):
    """`compile_catalogues [--force]`: .po to .mo where the .po is newer."""

    help = "Compile the catalogues that have changed; needs no gettext."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --force."""
        parser.add_argument("--force", action="store_true", help="compile all")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile."""
        self.stdout.write(f"Catalogues: {len(compile_all(force=options['force']))} compiled.")
