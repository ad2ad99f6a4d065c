"""Gives translators the fields that a new version of the software brought."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand
from wagtail_localize.models import TranslationSource

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Reads again every source of translations that was made by an earlier schema."""

    help = "Read the sources of translations again after a migration; a step of every update."

    def handle(self, *args: Any, **options: Any) -> None:
        """Update what is out of date, and say how much that was."""
        updated = 0
        for source in TranslationSource.objects.iterator():
            if not source.schema_out_of_date():
                continue
            try:
                source.update_from_db()
            except ObjectDoesNotExist:  # its page was deleted; the record alone is left
                logger.info("The source %s has no page any more", source.pk)
                continue
            updated += 1
        if options["verbosity"]:
            self.stdout.write(f"{updated} sources of translations updated.")
