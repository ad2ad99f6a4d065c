"""Where a term is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page, Revision

from portal.taxonomy.models import Kind, Term, TermLabel
from search.models import Priority
from search.outbox import note

from .models import SectionPage, Work, WorkPage, WorkTerm

# Above which number of pages no more drafts are looked for: the list shows ten.
_DRAFTS = 20


def term_fields() -> Iterator[models.ForeignKey[Any, Any]]:
    """Give every foreign key to a term outside the taxonomy itself."""
    for model in apps.get_models(include_auto_created=True):
        if model in (Term, TermLabel, Term.groups.through):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Term:
                yield field


def uses(term: Term) -> Iterator[models.Model]:
    """Give everything that names a term: pages, works, participants, other terms."""
    for field in term_fields():
        yield from field.model._default_manager.filter(**{field.name: term})
    yield from Term.objects.filter(_named_by_terms([term.pk])).distinct()


def _named_by_terms(keys: Iterable[int]) -> Q:
    keys = list(keys)
    return Q(parent__in=keys) | Q(axis__in=keys) | Q(groups__in=keys) | Q(merged_into__in=keys)


def count_uses(keys: Iterable[int]) -> Counter[int]:
    """Count the uses of many terms at once, by key: one query for each field that names terms."""
    keys = list(keys)
    found: Counter[int] = Counter()
    fields = [(field.model._default_manager, field.name) for field in term_fields()]
    fields += [(Term.objects, name) for name in ("parent", "axis", "groups", "merged_into")]
    for manager, name in fields:
        rows = manager.filter(**{f"{name}__in": keys}).order_by().values_list(name)
        found.update(dict(rows.annotate(Count("pk"))))
    return found


def drafts(term: Term) -> list[Page]:
    """Give pages that name a term in a draft or an older version, at most twenty.

    A version is kept as JSON and holds a term's key under the name of the field. A term that is
    gone would make it unreadable.
    """
    wanted = Q()
    for name in {field.name for field in term_fields()}:
        for end in (",", "}"):
            wanted |= Q(text__contains=f'"{name}": {term.pk}{end}')
    keys = (
        Revision.page_revisions.annotate(text=Cast("content", TextField()))
        .filter(wanted)
        .order_by()
        .values_list("object_id", flat=True)
        .distinct()[:_DRAFTS]
    )
    return list(Page.objects.filter(pk__in=[int(key) for key in keys]))


@dataclass(frozen=True)
class Place:
    """One use as an editor sees it: what it is, its title, where to edit it ("" if nowhere)."""

    type: str
    title: str
    url: str


def place(use: models.Model, user: Any) -> Place:
    """Describe a use; what belongs to a page is that page's."""
    for field in use._meta.local_fields:
        if isinstance(field, ParentalKey):
            use = getattr(use, field.name)
            break
    if isinstance(use, Work):
        original = Page.objects.filter(
            translation_key=use.translation_key, locale_id=use.source_locale_id
        ).first()
        use = original or use
    if isinstance(use, Page):
        page = use.specific
        title = f"{page.get_admin_display_title()} ({page.locale.language_code})"
        use = page
    else:
        title = str(use)
    return Place(
        type=capfirst(str(use._meta.verbose_name)),
        title=title,
        url=AdminURLFinder(user).get_edit_url(use) or "",
    )


def why_kept(term: Term) -> list[str]:
    """Say why a term cannot be deleted; nothing where it can."""
    reasons = []
    if term.shipped:
        reasons.append(_("It belongs to the vocabularies that come with the portal."))
    if term.children.exists():
        reasons.append(_("It has narrower terms."))
    if term.merged_terms.exists():
        reasons.append(_("Other terms were merged into it."))
    if any(True for _use in uses(term)):
        reasons.append(_("It is in use."))
    elif drafts(term):
        reasons.append(_("Drafts or older versions of pages name it."))
    return reasons


def work_keys(term: Term) -> list[Any]:
    """Give the translation keys of the works whose document a term is part of.

    These are the works of the term itself, of what stands below it or was merged into it, and of
    the countries of a group.
    """
    terms: set[int] = set()
    found = {term.pk}
    while found:
        terms |= found
        found = (
            set(Term.objects.filter(_named_by_terms(found)).values_list("pk", flat=True)) - terms
        )
    pages = WorkPage.objects.filter(
        Q(country__in=terms)
        | Q(territory__in=terms)
        | Q(pk__in=WorkTerm.objects.filter(term__in=terms).values("page_id"))
    )
    keys = set(pages.values_list("translation_key", flat=True))
    keys.update(
        Work.objects.filter(verification__in=terms).values_list("translation_key", flat=True)
    )
    for section in SectionPage.objects.filter(term__in=terms):
        keys.update(
            WorkPage.objects.descendant_of(section).values_list("translation_key", flat=True)
        )
    if term.kind == Kind.POPULATION:
        keys.update(
            WorkPage.objects.filter(population__isnull=False).values_list(
                "translation_key", flat=True
            )
        )
    return list(keys)


def note_term(term: Term) -> None:
    """Note every work whose document a changed term is part of."""
    note(work_keys(term), Priority.TERM)


def note_terms(keys: Iterable[int]) -> None:
    """Note the works of many changed terms, each work once."""
    works: set[Any] = set()
    for term in Term.objects.filter(pk__in=list(keys)):
        works.update(work_keys(term))
    note(works, Priority.TERM)
