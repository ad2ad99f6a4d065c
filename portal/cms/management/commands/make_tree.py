"""Make the tree of pages in every language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.cms.standing_pages import DATA, with_newer_texts
from portal.cms.tree import make_tree


class Command(BaseCommand):
    """`make_tree`: home, sections, lists and the roles' permissions, in every language."""

    help = "Make what is missing of the tree of pages and of the roles' permissions."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the tree, and name the pages for which there are newer texts."""
        self.stdout.write(f"Tree: {make_tree()} pages made.")
        file = DATA.relative_to(settings.BASE_DIR)
        for page in with_newer_texts():
            self.stdout.write(
                f"{page.url}: the text that comes with the portal has changed since this page was "
                f"made. The page stays as it is; compare it with {file}."
            )
