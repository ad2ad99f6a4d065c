"""Merging one term into another: every use moves, the old row stays and points on."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex

from portal.taxonomy.models import Kind, Term, TermLabel
from search.models import Priority
from search.outbox import note

from .usage import term_fields, work_keys

LOG_ACTION = "taxonomy.merge"
# Population bands have bounds: without one of them some numbers would have no band.
UNMERGEABLE = (Kind.POPULATION,)


class MergeRefused(ValidationError):
    """These two terms cannot be merged; `messages` says why."""


@transaction.atomic
def merge(source: Term, target: Term, user: Any = None) -> int:
    """Move every use of a term to another of the same vocabulary.

    The old row stays, retired, so that drafts, addresses and imports that name it find the new
    one. Gives the number of uses moved. Raises MergeRefused; nothing is changed then.
    """
    rows = Term.objects.select_for_update().in_bulk([source.pk, target.pk])
    old, new = rows[source.pk], rows[target.pk]
    check(old, new)
    works = work_keys(old)
    moved = sum(_move(field, old, new) for field in term_fields())
    moved += _move_terms(old, new)
    _move_words(old, new)
    ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(Term), to_object_id=str(old.pk)
    ).update(to_object_id=str(new.pk))
    old.retired = True
    old.merged_into = new
    old.save()
    note(works, Priority.TERM)
    log(
        instance=old,
        action=LOG_ACTION,
        user=user,
        data={"into": {"id": new.pk, "code": new.code, "label": str(new)}, "moved": moved},
    )
    return moved


def check(source: Term, target: Term) -> None:
    """Check that a term may be merged into another. Raises MergeRefused."""
    if source.pk == target.pk:
        raise MergeRefused(_("A term cannot be merged into itself."))
    if source.kind in UNMERGEABLE:
        raise MergeRefused(_("Terms of this vocabulary cannot be merged."))
    if source.kind != target.kind:
        raise MergeRefused(_("Only terms of the same vocabulary can be merged."))
    if source.merged_into_id:
        raise MergeRefused(_("This term has been merged already."))
    if target.merged_into_id or target.retired:
        raise MergeRefused(
            _("“%(term)s” is retired; choose a term that is offered.") % {"term": target}
        )
    ancestor = target.parent
    while ancestor is not None:
        if ancestor.pk == source.pk:
            raise MergeRefused(_("A term cannot be merged into one that stands below it."))
        ancestor = ancestor.parent


def _move(field: models.ForeignKey[Any, Any], old: Term, new: Term) -> int:
    """Move the rows of one foreign key; where the new term stands already, the old row goes."""
    manager = field.model._default_manager
    rows = manager.filter(**{field.name: old})
    count = rows.count()
    for others in _unique_with(field):
        same = {name: OuterRef(name) for name in others}
        doubled = list(rows.filter(Exists(manager.filter(**{field.name: new}, **same))))
        holders = {holder for row in doubled if (holder := _holder(row)) is not None}
        manager.filter(pk__in=[row.pk for row in doubled]).delete()
        for holder in holders:
            ReferenceIndex.create_or_update_for_object(holder)
    rows.update(**{field.name: new})
    return count


def _unique_with(field: models.ForeignKey[Any, Any]) -> list[tuple[str, ...]]:
    """Give, for each rule that a foreign key is unique by, the other fields of the rule."""
    meta = field.model._meta
    rules = [tuple(rule) for rule in meta.unique_together]
    rules += [
        tuple(rule.fields) for rule in meta.constraints if isinstance(rule, models.UniqueConstraint)
    ]
    if field.unique:
        rules.append((field.name,))
    return [
        tuple(name for name in rule if name != field.name) for rule in rules if field.name in rule
    ]


def _holder(row: models.Model) -> models.Model | None:
    """Give the page that a row is part of."""
    for field in row._meta.local_fields:
        if isinstance(field, ParentalKey):
            holder = getattr(row, field.name)
            return holder.specific if isinstance(holder, Page) else holder
    return None


def _move_terms(old: Term, new: Term) -> int:
    """Move narrower terms, themes of an axis, countries of a group and earlier merged terms."""
    children = Term.objects.filter(parent=old)
    for child in children.filter(merged_into=None):
        child.parent = new
        try:
            child.clean()
        except ValidationError as error:
            raise MergeRefused(
                _("“%(term)s” cannot stand below “%(target)s”: %(reason)s")
                % {"term": child, "target": new, "reason": " ".join(error.messages)}
            ) from error
    moved = children.update(parent=new)
    moved += Term.objects.filter(axis=old).update(axis=new)
    links = Term.groups.through.objects.filter(to_term=old)
    moved += links.count()
    links.filter(
        from_term__in=Term.groups.through.objects.filter(to_term=new).values("from_term")
    ).delete()
    links.update(to_term=new)
    # No chains: what was merged into the old term points to the new one at once.
    Term.objects.filter(merged_into=old).update(merged_into=new)
    return moved


def _move_words(old: Term, new: Term) -> None:
    """Let what people typed for the old term find the new one.

    In each language the old label and its synonyms become synonyms of the new label. Where the new
    term has no label in a language, the old one's serves, until somebody confirms it.
    """
    labels = {label.language: label for label in new.labels.all()}
    for gone in old.labels.all():
        label = labels.get(gone.language)
        if label is None:
            TermLabel.objects.create(
                term=new,
                language=gone.language,
                text=gone.text,
                synonyms=gone.synonyms,
                confirmed=False,
            )
            continue
        known = {word.casefold() for word in (label.text, *label.synonym_list)}
        words = dict.fromkeys((gone.text, *gone.synonym_list))
        added = [word for word in words if word.casefold() not in known]
        if added:
            label.synonyms = "\n".join((*label.synonym_list, *added))
            label.save()
