"""The work: one thing in many languages."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from portal.taxonomy.models import Kind, Term
from search.audience import PUBLIC
from search.facets import WorkType

if TYPE_CHECKING:
    from .workpage import WorkPage

PREFIX = "L4A-"
# Four digits, more where more are needed: every number is written in one way.
REFERENCE = rf"^{PREFIX}([0-9]{{4}}|[1-9][0-9]{{4,8}})$"
FIRST_NUMBER = 1001


class ReferenceCounter(models.Model):
    """The highest number given so far: one row, locked while the next is given."""

    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("counter of references")
        verbose_name_plural = _("counters of references")

    def __str__(self) -> str:
        return str(self.last)


class Work(models.Model):
    """What belongs to a work as a whole and to none of its revisions.

    One row per translation key. `source_locale` says which language's page is the original, from
    which facts are read. `reference` is public and permanent.
    """

    translation_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(
        _("reference"), max_length=20, unique=True, validators=[RegexValidator(REFERENCE)]
    )
    work_type = models.CharField(_("type"), max_length=20, choices=WorkType.choices)
    source_locale = models.ForeignKey(
        Locale, verbose_name=_("language of the original"), on_delete=models.PROTECT
    )
    audience = models.CharField(_("audience"), max_length=80, default=PUBLIC, db_index=True)

    source_name = models.CharField(_("source"), max_length=255, blank=True)
    source_id = models.CharField(_("identifier at the source"), max_length=255, blank=True)
    source_url = models.URLField(_("address at the source"), max_length=500, blank=True)
    imported_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    imported_digest = models.CharField(max_length=64, blank=True, editable=False)

    verification = models.ForeignKey(
        Term,
        verbose_name=_("verification level"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to={"kind": Kind.VERIFICATION},
        related_name="+",
    )
    verified_by = models.CharField(_("checked by"), max_length=255, blank=True)
    verified_on = models.DateField(_("checked on"), null=True, blank=True)
    review_due = models.DateField(_("review due"), null=True, blank=True)

    # Kept here, as pages may be deleted: what once was public is answered with 410, not 404.
    published_once = models.BooleanField(default=False, editable=False)
    taken_down_on = models.DateField(_("taken down on"), null=True, blank=True)
    taken_down_reason = models.CharField(_("why it was taken down"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("works")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source_name", "source_id"],
                condition=~models.Q(source_id=""),
                name="cms_work_source_once",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Give the permanent address, which no move or change of title breaks.

        A work that is not saved yet, whose form is previewed, has none.
        """
        return reverse("work", args=[self.reference]) if self.reference else ""

    @classmethod
    def for_page(cls, page: WorkPage) -> Work:
        """Give the work of a page, made with the next free reference where there is none.

        A page saved as live notes that the work was published once. Other saves write nothing.
        Whoever makes many pages tells each of its work, which is not asked for then.
        """
        made = page.made_with
        if made is not None and (made.published_once or not page.live):
            return made
        work = cls.objects.filter(translation_key=page.translation_key).first()
        if work is None:
            with transaction.atomic():
                work, _made = cls.objects.get_or_create(
                    translation_key=page.translation_key,
                    defaults={
                        "source_locale": page.locale,
                        "work_type": page.work_type,
                        "reference": page.wanted_reference or cls.next_reference(),
                        "published_once": page.live,
                    },
                )
        if page.live and not work.published_once:
            work.published_once = True
            cls.objects.filter(pk=work.pk).update(published_once=True)
        return work

    @classmethod
    def next_reference(cls) -> str:
        """Give the first number after the highest one given or in use; it is not given again.

        The counter stays locked until the caller's transaction ends: a second caller waits and
        then sees what the first has written. References of another form are not counted.
        """
        with transaction.atomic():
            counter, _made = ReferenceCounter.objects.select_for_update().get_or_create(pk=1)
            last = (
                cls.objects.filter(reference__startswith=PREFIX, reference__regex=REFERENCE)
                .order_by(Length("reference").desc(), "-reference")
                .values_list("reference", flat=True)
                .first()
            )
            used = int(last.removeprefix(PREFIX)) if last else 0
            counter.last = max(counter.last, used, FIRST_NUMBER - 1) + 1
            counter.save(update_fields=["last"])
        return f"{PREFIX}{counter.last:04d}"

    @property
    def is_taken_down(self) -> bool:
        """Tell whether the day has come on which the work was, or is to be, taken down."""
        return self.taken_down_on is not None and self.taken_down_on <= timezone.localdate()

    @property
    def is_review_due(self) -> bool:
        """Tell whether the date of the next review has come."""
        return self.review_due is not None and self.review_due <= timezone.localdate()
