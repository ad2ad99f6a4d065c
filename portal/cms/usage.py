"""Where a term is used, and moving its uses to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from portal.taxonomy.models import Kind, Term, TermLabel
from search.outbox import note

from .models import SectionPage, Work, WorkPage, WorkTerm


def term_fields() -> Iterator[models.ForeignKey[Any, Any]]:
    """Give every foreign key to a term outside the taxonomy itself."""
    for model in apps.get_models():
        if model in (Term, TermLabel, Term.groups.through):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Term:
                yield field


def uses(term: Term) -> Iterator[models.Model]:
    """Give everything that names a term: pages, works, participants, narrower terms."""
    for field in term_fields():
        yield from field.model._default_manager.filter(**{field.name: term})
    yield from Term.objects.filter(Q(parent=term) | Q(axis=term))


def work_keys(term: Term) -> list[Any]:
    """Give the translation keys of the works whose document a term is part of."""
    terms = [term.pk, *Term.objects.filter(Q(parent=term) | Q(axis=term)).values_list("pk", flat=True)]
    terms += Term.objects.filter(parent__parent=term).values_list("pk", flat=True)
    terms += Term.objects.filter(parent__parent__parent=term).values_list("pk", flat=True)
    if term.kind == Kind.GROUP:
        terms += term.countries.values_list("pk", flat=True)
    pages = WorkPage.objects.filter(
        Q(country__in=terms)
        | Q(territory__in=terms)
        | Q(pk__in=WorkTerm.objects.filter(term__in=terms).values("page_id"))
    )
    keys = set(pages.values_list("translation_key", flat=True))
    keys.update(Work.objects.filter(verification=term).values_list("translation_key", flat=True))
    for section in SectionPage.objects.filter(term=term):
        keys.update(
            WorkPage.objects.descendant_of(section).values_list("translation_key", flat=True)
        )
    if term.kind == Kind.POPULATION:
        keys.update(
            WorkPage.objects.filter(population__isnull=False)
            .values_list("translation_key", flat=True)
        )
    return list(keys)


def note_term(term: Term) -> None:
    """Note every work whose document a changed term is part of."""
    note(work_keys(term))
