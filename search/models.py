"""The outbox: what changed and is not indexed yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Priority(models.IntegerChoices):
    """What is indexed first: a page that an editor published waits for no vocabulary."""

    PAGE = 0
    TERM = 1


class OutboxRow(models.Model):
    """One change of one work, written in the transaction of the change itself.

    The indexer re-reads the work, so a row says only which. `available_at` is when it may be
    tried (again); a row that failed too often is dead and waits for a person. `claimed_at` is when
    the indexer took the row up: until then the row stands for later changes of the work, too.
    """

    translation_key = models.UUIDField(_("work"), db_index=True)
    priority = models.PositiveSmallIntegerField(
        choices=Priority, default=Priority.PAGE, editable=False
    )
    created_at = models.DateTimeField(_("noted at"), default=timezone.now)
    available_at = models.DateTimeField(_("due at"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    dead = models.BooleanField(_("given up"), default=False)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("change to be indexed")
        verbose_name_plural = _("changes to be indexed")
        indexes: ClassVar = [
            models.Index(fields=["dead", "priority", "available_at"], name="search_outbox_due")
        ]

    def __str__(self) -> str:
        return f"{self.translation_key} ({self.attempts})"


class TextVector(models.Model):
    """The meaning of a text, kept so that it need not be encoded again.

    digest: of the text. encoder: name and version of what made it; another one's vectors cannot be
    compared with these. vector: float32, little-endian.
    """

    encoder = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    vector = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["encoder", "digest"], name="search_vector_of_text")
        ]

    def __str__(self) -> str:
        return f"{self.encoder}: {self.digest}"
