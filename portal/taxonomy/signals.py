"""Every change of a term or label gives the taxonomy a new version."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from .models import TaxonomyVersion, Term, TermLabel
from .snapshot import unpin


@receiver([post_save, post_delete], sender=Term)
@receiver([post_save, post_delete], sender=TermLabel)
@receiver(m2m_changed, sender=Term.groups.through)
def new_version(raw: bool = False, **_: Any) -> None:
    """Note the change, so that every process reads the terms again."""
    if not raw:
        TaxonomyVersion.touch()


@receiver(post_save, sender=TaxonomyVersion)
def see_own_change(**_: Any) -> None:
    """Let the request that made the change see it."""
    unpin()
