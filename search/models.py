"""The outbox: what changed and is not indexed yet."""

from __future__ import annotations

import uuid
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


class SearchEvent(models.Model):
    """One search that somebody made, for reports: nothing in it says who.

    moment is cut to the hour. query is empty where it looked personal (`withheld`). facets: the
    selections. relaxed: shown with one word being enough; suggested: another spelling was offered.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    moment = models.DateTimeField(_("hour"), db_index=True)
    query = models.CharField(_("words"), max_length=200, blank=True)
    withheld = models.BooleanField(_("words not kept"), default=False)
    language = models.CharField(_("language"), max_length=15)
    facets = models.JSONField(_("filters"), default=dict)
    hits = models.PositiveIntegerField(_("works found"))
    relaxed = models.BooleanField(_("at least one word"), default=False)
    suggested = models.BooleanField(_("other spelling offered"), default=False)

    class Meta:
        verbose_name = _("search made")
        verbose_name_plural = _("searches made")

    def __str__(self) -> str:
        return f"{self.query or '-'} ({self.hits})"


class SearchClick(models.Model):
    """A result that was opened: its place in the list, from 1."""

    event = models.ForeignKey(SearchEvent, on_delete=models.CASCADE, related_name="clicks")
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("result opened")
        verbose_name_plural = _("results opened")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "position"], name="search_click_once")
        ]

    def __str__(self) -> str:
        return str(self.position)


class IndexCheck(models.Model):
    """What the last comparison of index and database found; one row, which each check rewrites.

    The numbers are those before a repair; `repaired` says whether one followed. `waiting` differ
    because their change waits to be indexed, which is no fault.
    """

    checked_at = models.DateTimeField(default=timezone.now)
    missing = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)
    orphaned = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    repaired = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.checked_at.isoformat()
