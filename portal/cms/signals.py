"""A changed term changes the documents of its works; a changed work its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from portal.taxonomy.models import Term, TermLabel
from portal.taxonomy.sync import synced
from search.outbox import note

from .models import Work
from .usage import note_term, note_terms


@receiver(post_save, sender=Term)
def note_changed_term(instance: Term, created: bool, raw: bool = False, **_: Any) -> None:
    """Note the works of a term that was moved, retired or merged."""
    if not raw and not created:
        note_term(instance)


@receiver(m2m_changed, sender=Term.groups.through)
def note_changed_groups(instance: Term, action: str, **_: Any) -> None:
    """Note the works of a country that joined or left a group."""
    if action.startswith("post_"):
        note_term(instance)


@receiver([post_save, post_delete], sender=TermLabel)
def note_changed_label(instance: TermLabel, raw: bool = False, **_: Any) -> None:
    """Note the works of a term that got or lost a label or synonym."""
    if not raw:
        note_term(instance.term)


@receiver(synced, sender=Term)
def note_synced_terms(terms: Iterable[int], **_: Any) -> None:
    """Note the works of the terms that new data files changed, each once."""
    note_terms(terms)


@receiver(post_save, sender=Work)
def note_changed_work(instance: Work, created: bool, raw: bool = False, **_: Any) -> None:
    """Note a work whose verification, audience or source changed."""
    if not raw and not created:
        note([instance.translation_key])
