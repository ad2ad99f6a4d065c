"""Make the tree of pages in every language."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.cms.tree import make_tree


class Command(BaseCommand):
    """`make_tree`: home, sections, lists and the roles' permissions, in every language."""

    help = "Make what is missing of the tree of pages and of the roles' permissions."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the tree."""
        self.stdout.write(f"Tree: {make_tree()} pages made.")
