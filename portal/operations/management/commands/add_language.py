"""Add a language to the portal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.operations.languages import UnknownLanguage, add_language
from portal.taxonomy.language import own_name
from search.engines.base import EngineUnavailable
from search.indexer import RebuildRefused


class Command(BaseCommand):
    """`add_language ru`: tree, labels and index of a language that the settings name."""

    help = "Make the pages and labels of a language, index it, and say what it still lacks."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the code of the language."""
        parser.add_argument("code", help="as in EXTRA_LANGUAGES: ru, fa, tr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add it. Raises CommandError where the settings do not name it, or a rebuild runs."""
        code = options["code"]
        try:
            added = add_language(code)
        except (UnknownLanguage, RebuildRefused) as error:
            raise CommandError(str(error)) from error
        except EngineUnavailable as error:
            raise CommandError(f"The search engine does not answer: {error}") from error
        self.stdout.write(
            f"{own_name(code)}: {added.labels} terms and labels and {added.pages} pages made, "
            f"{added.works} works indexed."
        )
        for lack in added.lacks:
            self.stdout.write(f"  {lack}.")
        if not added.lacks:
            self.stdout.write("  Nothing is missing.")
