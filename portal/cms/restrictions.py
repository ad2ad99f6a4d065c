"""A view restriction holds for its page in every language.

Wagtail restricts one page and what stands below it. Its translations stand elsewhere and would stay
open; and wagtail-localize deletes what restricts a translation alone when it next saves it, and
copies what restricts an original without its groups. So what an editor sets on a page is written
on its translations, too, whichever of them it was set on, and taken away from all.

A password of a work is not copied: a translation asks for its original's (`WorkPage`). Nor is what
restricts a home page: so a language is prepared before its readers see it.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import copy_for_translation_done

from search.outbox import note_subtree

from .models import Work

HOME_DEPTH: Final = 2


def _translations(page: Page) -> QuerySet[Page]:
    return Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)


def _is_shared(restriction: PageViewRestriction, page: Page) -> bool:
    if page.depth <= HOME_DEPTH:
        return False
    is_password = restriction.restriction_type == PageViewRestriction.PASSWORD
    works = Work.objects.filter(translation_key=page.translation_key)
    return not (is_password and works.exists())


@transaction.atomic
def share(restriction: PageViewRestriction) -> None:
    """Restrict the other languages of a page as the page itself."""
    page = restriction.page
    if not _is_shared(restriction, page):
        return
    for other in _translations(page):
        _restrict(other, restriction)


def _restrict(page: Page, like: PageViewRestriction) -> None:
    """Give a page the restriction of another; nothing is written where it has it already."""
    wanted = {"restriction_type": like.restriction_type, "password": like.password}
    row = page.view_restrictions.order_by("pk").first()
    if row is None:
        # No signals: each page is noted here, and its translations are restricted by `share`.
        [row] = PageViewRestriction.objects.bulk_create([PageViewRestriction(page=page, **wanted)])
        note_subtree(page)
    elif any(getattr(row, name) != value for name, value in wanted.items()):
        PageViewRestriction.objects.filter(pk=row.pk).update(**wanted)
        note_subtree(page)
    groups = set(like.groups.all())
    if set(row.groups.all()) != groups:
        row.groups.set(groups)


@receiver(post_save, sender=PageViewRestriction)
def share_saved(instance: PageViewRestriction, raw: bool = False, **_: Any) -> None:
    """Restrict the translations, too.

    A copy that wagtail-localize makes of an original's restriction comes without groups: it gets
    those of the original instead of taking them from there.
    """
    if raw:
        return
    for_groups = instance.restriction_type == PageViewRestriction.GROUPS
    if for_groups and not instance.groups.exists():
        model = PageViewRestriction.objects.filter(
            page__in=_translations(instance.page), restriction_type=PageViewRestriction.GROUPS
        )
        if like := model.exclude(groups=None).first():
            instance.groups.set(like.groups.all())
            return
    share(instance)


@receiver(m2m_changed, sender=PageViewRestriction.groups.through)
def share_groups(instance: Any, action: str, **_: Any) -> None:
    """Let the same groups read the translations."""
    if action in ("post_add", "post_remove", "post_clear") and isinstance(
        instance, PageViewRestriction
    ):
        share(instance)


@receiver(post_delete, sender=PageViewRestriction)
def lift_everywhere(instance: PageViewRestriction, origin: Any = None, **_: Any) -> None:
    """Open the translations, too, unless the restriction went because its page did."""
    model = getattr(origin, "model", type(origin))
    if model is not PageViewRestriction:
        return
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None and _is_shared(instance, page):
        PageViewRestriction.objects.filter(page__in=_translations(page)).delete()


def inherit(page: Page) -> None:
    """Restrict a new page as it is in other languages."""
    found = PageViewRestriction.objects.filter(page__in=_translations(page))
    if (like := found.select_related("page").first()) and _is_shared(like, page):
        _restrict(page, like)


@receiver(copy_for_translation_done)
def restrict_new_translation(target_obj: Any, **_: Any) -> None:
    """Restrict a new translation, a draft still, as its source is.

    Wagtail does, unless something above the translation is restricted in whatever way.
    """
    if isinstance(target_obj, Page):
        inherit(target_obj)
