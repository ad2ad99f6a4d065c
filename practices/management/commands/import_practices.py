"""Import works from a file of another portal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from practices.importing.errors import ImportProblem
from practices.importing.mapping import mapping_path
from practices.importing.mapping_check import load_mapping
from practices.importing.run import run_import


class Command(BaseCommand):
    """`import_practices MAPPING FILE`: rows become pages; running it again changes nothing."""

    help = "Import the rows of a file as works, by a mapping, with a report of every row."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the mapping, the file, --dry-run and --report."""
        parser.add_argument("mapping", help="name of a mapping of the project, or a path")
        parser.add_argument("file", type=Path, help="the file, or the folder of files")
        parser.add_argument(
            "--dry-run", action="store_true", help="report what would happen, and write nothing"
        )
        parser.add_argument("--report", type=Path, help="write the report as JSON to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and print the report; a problem with mapping or file ends the command."""
        try:
            mapping = load_mapping(mapping_path(options["mapping"]))
            report = run_import(mapping, options["file"], dry_run=options["dry_run"])
        except ImportProblem as problem:
            raise CommandError(str(problem)) from problem
        if options["report"]:
            options["report"].write_text(
                json.dumps(report.as_dict(), ensure_ascii=False, indent=2) + "\n", "utf-8"
            )
        self.stdout.write(report.as_text())
