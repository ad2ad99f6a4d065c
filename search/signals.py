"""What fills the outbox.

`Page.save()` is atomic and sends its signal inside, for subclasses as for the plain `Page` rows
that expiry and moves save; Wagtail's own publish signals come after the transaction and would
lose changes.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from wagtail.models import Locale, Page, PageViewRestriction

from .outbox import note, note_pages, note_subtree

# Saves of these fields alone are draft bookkeeping: the published page stays as it is.
DRAFT_FIELDS = frozenset(
    {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "locked",
        "locked_at",
        "locked_by",
        "go_live_at",
        "expire_at",
    }
)


@receiver(pre_save)
def remember_address(sender: type, instance: Any, raw: bool = False, **_: Any) -> None:
    """Remember the address of a page with children: a new one is theirs, too."""
    if raw or not isinstance(instance, Page) or not instance.pk or not instance.numchild:
        return
    before = Page.objects.filter(pk=instance.pk).values_list("url_path", flat=True).first()
    instance._address_before = before


@receiver(post_save)
def note_saved_page(
    sender: type,
    instance: Any,
    raw: bool = False,
    update_fields: Collection[str] | None = None,
    **_: Any,
) -> None:
    """Note a saved page; with its subtree where its address changed."""
    if raw or not isinstance(instance, Page):
        return
    if update_fields is not None and DRAFT_FIELDS.issuperset(update_fields):
        return
    before = getattr(instance, "_address_before", None)
    if before is not None and before != instance.url_path:
        note_subtree(instance)  # a draft, too: what stands below it may be live
        return
    if not instance.live and instance.first_published_at is None:
        return  # never published: there is nothing to find and nothing to remove
    note([instance.translation_key])


@receiver(post_delete)
def note_deleted_page(sender: type, instance: Any, **_: Any) -> None:
    """Note a deleted page; Django sends this inside the deletion's transaction."""
    if sender is Page or (isinstance(instance, Page) and sender is type(instance)):
        note([instance.translation_key])


@receiver([post_save, post_delete], sender=PageViewRestriction)
def note_restriction(instance: PageViewRestriction, **_: Any) -> None:
    """Note the subtree on which a restriction was set or lifted."""
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        note_subtree(page)


@receiver(m2m_changed, sender=PageViewRestriction.groups.through)
def note_restriction_groups(
    instance: PageViewRestriction | Group, action: str, pk_set: Collection[int] | None, **_: Any
) -> None:
    """Note the subtree of a restriction whose groups changed, from either side."""
    if isinstance(instance, Group):
        if action == "pre_clear":
            note_group(instance)
        elif action.startswith("post_"):
            for restriction in PageViewRestriction.objects.filter(pk__in=pk_set or ()):
                note_restriction(restriction)
    elif action.startswith("post_"):
        note_restriction(instance)


@receiver([post_save, pre_delete], sender=Group)
def note_group(instance: Group, raw: bool = False, created: bool = False, **_: Any) -> None:
    """Note what a group may read when it is renamed or deleted: its name says whose staff it is."""
    if raw or created:
        return
    for restriction in PageViewRestriction.objects.filter(groups=instance):
        note_restriction(restriction)


@receiver(pre_save, sender=Locale)
def remember_language(instance: Locale, raw: bool = False, **_: Any) -> None:
    """Remember the language that a locale had."""
    if not raw and instance.pk:
        before = Locale.objects.filter(pk=instance.pk).values_list("language_code", flat=True)
        instance._language_before = before.first()


@receiver(post_save, sender=Locale)
def note_changed_language(instance: Locale, raw: bool = False, **_: Any) -> None:
    """Note all works of a locale whose language changed; one with pages cannot be deleted."""
    before = getattr(instance, "_language_before", None)
    if not raw and before is not None and before != instance.language_code:
        note_pages(Page.objects.filter(locale=instance))
