"""A changed term changes the documents of its works; a changed work its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.dispatch import receiver

from portal.taxonomy.models import Term, TermLabel
from portal.taxonomy.sync import synced
from search.outbox import note

from .models import Work
from .usage import note_term, note_terms


@receiver(pre_save, sender=Term)
@receiver(pre_save, sender=TermLabel)
def remember_values(sender: Any, instance: Term | TermLabel, raw: bool = False, **_: Any) -> None:
    """Remember whether a save changes anything: a term's form saves all its labels."""
    if raw:
        return
    before = sender._base_manager.filter(pk=instance.pk).values().first() if instance.pk else None
    now = {field.attname: getattr(instance, field.attname) for field in sender._meta.local_fields}
    instance._is_changed = before != now  # type: ignore[union-attr]


def _is_changed(instance: Term | TermLabel) -> bool:
    return getattr(instance, "_is_changed", True)


@receiver(post_save, sender=Term)
def note_changed_term(instance: Term, created: bool, raw: bool = False, **_: Any) -> None:
    """Note the works of a term that was moved, retired or merged."""
    if not raw and not created and _is_changed(instance):
        note_term(instance)


@receiver(m2m_changed, sender=Term.groups.through)
def note_changed_groups(instance: Term, action: str, **_: Any) -> None:
    """Note the works of a country that joined or left a group."""
    if action.startswith("post_"):
        note_term(instance)


@receiver(post_save, sender=TermLabel)
def note_changed_label(instance: TermLabel, raw: bool = False, **_: Any) -> None:
    """Note the works of a term that got another label or synonym."""
    if not raw and _is_changed(instance):
        note_term(instance.term)


@receiver(post_delete, sender=TermLabel)
def note_deleted_label(instance: TermLabel, **_: Any) -> None:
    """Note the works of a term that lost a label."""
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
