"""Draw the states of submissions into the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from practices.submissions.drawing import drawn

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "submissions.md"


class Command(BaseCommand):
    """`draw_states`: the diagram and the tables of docs/submissions.md, from the code."""

    help = "Draw the states and transitions of submissions into docs/submissions.md."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the document where it differs."""
        before = DOCUMENT.read_text("utf-8")
        after = drawn(before)
        if after == before:
            self.stdout.write("Nothing has changed.")
            return
        DOCUMENT.write_text(after, "utf-8")
        self.stdout.write(f"Drawn: {DOCUMENT}")
