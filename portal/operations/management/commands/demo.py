"""Make the demonstration, or bring it up to date, and serve it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.engines import get_engine

# Real records that may lie in the folder that --data names: mapping, file or folder.
SOURCES = (
    ("adaptecca", "adaptecca-cases/cases_en_cdata.xml"),
    ("climate-adapt-mission", "climate-adapt-mission"),
    ("dpg-nominees", "dpg-nominees/nominees.json"),
    ("engine-room-library", "engine-room-library/_books"),
    ("participedia", "participedia/cases.json"),
)


class Command(BaseCommand):
    """`demo [--port N] [--data DIR] [--no-serve]`: safe to run again, and quick then."""

    help = "Migrate, load the taxonomy and the demo's content, index it, and serve."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --port, --data and --no-serve."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--data", type=Path, help="a folder of real records to import, too")
        parser.add_argument("--no-serve", action="store_true", help="only make it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make and serve. Raises CommandError under settings that are not the demonstration's."""
        if not settings.DEMO:
            raise CommandError("The demonstration runs under development settings only.")
        started = time.monotonic()
        self._step("Database", lambda: call_command("migrate", verbosity=0))
        self._step("Taxonomy", lambda: self._call("sync_taxonomy"))
        # The tree has a node for each section, and sections are terms.
        self._step("Languages and tree", lambda: self._call("make_tree"))
        self._step("Demo content", lambda: self._call("load_demo"))
        self._step("Translations", lambda: self._call("update_translation_sources"))
        if options["data"]:
            self._import(options["data"])
        self._step("Search index", self._index)
        self.stdout.write(f"Ready in {time.monotonic() - started:.1f} s.")
        if not options["no_serve"]:
            call_command("serve", port=options["port"], stdout=self.stdout, stderr=self.stderr)

    def _step(self, title: str, run: Callable[[], Any]) -> None:
        """Say what is done now, do it, say how long it took."""
        self.stdout.write(f"{title} ...")
        self.stdout.flush()
        started = time.monotonic()
        run()
        self.stdout.write(f"{title}: {time.monotonic() - started:.1f} s")

    def _call(self, name: str, *arguments: Any) -> None:
        call_command(name, *arguments, stdout=self.stdout, stderr=self.stderr)

    def _index(self) -> None:
        """Index what changed, or everything when there is no index that can be read."""
        self._call("search_index" if get_engine().status().available else "search_rebuild")

    def _import(self, folder: Path) -> None:
        """Import the known sources that lie in the folder."""
        for mapping, name in SOURCES:
            path = folder / name
            if path.exists():
                self._step(
                    f"Import of {mapping}",
                    partial(self._call, "import_practices", mapping, str(path)),
                )
            else:
                self.stdout.write(f"Not found, so not imported: {path}")
