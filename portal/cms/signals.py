"""A changed term changes the documents of its works; a changed work its own."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from portal.taxonomy.models import Term, TermLabel
from search.outbox import note

from .models import Work
from .usage import note_term


@receiver(post_save, sender=Term)
def note_changed_term(instance: Term, created: bool, raw: bool = False, **_: Any) -> None:
    """Note the works of a term that was moved, retired or merged."""
    if not raw and not created:
        note_term(instance)


@receiver(post_save, sender=TermLabel)
def note_changed_label(instance: TermLabel, raw: bool = False, **_: Any) -> None:
    """Note the works of a term that got another label or synonym."""
    if not raw:
        note_term(instance.term)


@receiver(post_save, sender=Work)
def note_changed_work(instance: Work, created: bool, raw: bool = False, **_: Any) -> None:
    """Note a work whose verification, audience or source changed."""
    if not raw and not created:
        note([instance.translation_key])
