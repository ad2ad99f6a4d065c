"""An import by an editor: its file, where it stands, and what became of every row."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.cms.models import Work

from .report import Outcome

# A worker that is alive says so with every batch, which takes a second or two.
STUCK_AFTER = datetime.timedelta(minutes=3)
WAITS_LONG = datetime.timedelta(minutes=2)
# Files may hold what nobody took over, names of people too; the report stays.
FILES_KEPT = datetime.timedelta(days=90)


def private_files() -> Storage:
    """Give the private store; a function, so that migrations name no folder."""
    return storages["originals"]


def file_place(run: ImportRun, _name: str) -> str:
    """Give where a file is kept: nothing of its own name, which may be anything."""
    return f"imports/{run.key}.{run.kind}"


class ImportMapping(models.Model):
    """What the columns of a kind of file mean, as an editor said last.

    signature: of the columns' names, whatever their order. choices: the form's values.
    """

    signature = models.CharField(max_length=64, unique=True, editable=False)
    columns = models.JSONField(_("columns"), default=list)
    choices = models.JSONField(_("choices"), default=dict)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    used_at = models.DateTimeField(_("used at"), auto_now=True)

    class Meta:
        verbose_name = _("import mapping")
        verbose_name_plural = _("import mappings")

    def __str__(self) -> str:
        return ", ".join(self.columns)


class ImportRun(models.Model):
    """One file, from its upload to its report, and to its undoing.

    choices: what the columns mean, and where works go. summary: what the check found. attempt: of
    the task that may work on it; one that was given up for dead finds another here and stops.
    """

    class State(models.TextChoices):
        """Where it stands. The `…ING` ones are the worker's."""

        COLUMNS = "columns", pgettext_lazy("import", "Columns to be chosen")
        CHECKING = "checking", pgettext_lazy("import", "Being checked")
        CHECKED = "checked", pgettext_lazy("import", "Ready to import")
        RUNNING = "running", pgettext_lazy("import", "Being imported")
        DONE = "done", pgettext_lazy("import", "Imported")
        UNDOING = "undoing", pgettext_lazy("import", "Being undone")
        UNDONE = "undone", pgettext_lazy("import", "Undone")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=255)
    file = models.FileField(
        _("file"), upload_to=file_place, storage=private_files, max_length=255, editable=False
    )
    kind = models.CharField(max_length=4, choices=[("csv", "CSV"), ("xlsx", "XLSX")])
    columns = models.JSONField(default=list)
    rows_in = models.PositiveIntegerField(_("rows"), default=0)
    choices = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.COLUMNS, db_index=True
    )
    attempt = models.UUIDField(null=True, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)
    heard_at = models.DateTimeField(null=True, editable=False)
    progress = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    error = models.TextField(_("error"), blank=True)
    summary = models.JSONField(default=dict)
    language = models.CharField(max_length=12, default="en")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created = models.DateTimeField(_("uploaded"), auto_now_add=True, db_index=True)
    started = models.DateTimeField(_("started"), null=True)
    finished = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar = ["-created", "-pk"]

    WORKING: ClassVar = (State.CHECKING, State.RUNNING, State.UNDOING)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        """Tell whether the worker has it, or is about to."""
        return self.state in self.WORKING and not self.error

    @property
    def has_failed(self) -> bool:
        """Tell whether a step ended with an error; it may be tried again."""
        return bool(self.error)

    @property
    def is_waiting(self) -> bool:
        """Tell whether no worker has taken it yet."""
        return self.is_working and self.heard_at is None

    @property
    def waits_long(self) -> bool:
        """Tell whether it has waited so long that perhaps no worker runs."""
        return bool(self.is_waiting and self.asked_at and self._older(self.asked_at, WAITS_LONG))

    @property
    def is_stuck(self) -> bool:
        """Tell whether its worker has been silent for so long that it must be dead."""
        return bool(self.is_working and self.heard_at and self._older(self.heard_at, STUCK_AFTER))

    @staticmethod
    def _older(moment: datetime.datetime, age: datetime.timedelta) -> bool:
        return timezone.now() - moment > age

    @property
    def may_be_retried(self) -> bool:
        """Tell whether the step that is on may be begun again; nothing is done twice."""
        return self.has_failed or self.is_stuck or self.waits_long

    @property
    def percent(self) -> int:
        """Give how far the step is, 0 to 100."""
        return min(100, self.progress * 100 // self.total) if self.total else 0

    @classmethod
    def forget_files(cls) -> int:
        """Delete the files of old imports, and imports that never went on; give their number."""
        old = cls.objects.filter(created__lt=timezone.now() - FILES_KEPT).exclude(file="")
        forgotten = 0
        for run in old.exclude(state__in=cls.WORKING):
            run.file.delete(save=False)
            if run.state in (cls.State.COLUMNS, cls.State.CHECKED):
                run.delete()
            else:
                run.save(update_fields=["file"])
            forgotten += 1
        return forgotten

    def counts(self) -> dict[str, int]:
        """Count the rows of each outcome; those that the report does not have yet are left out."""
        found = self.rows.values_list("outcome").annotate(number=models.Count("pk")).order_by()
        return {str(outcome): 0 for outcome in Outcome} | dict(found)


class ImportRow(models.Model):
    """What became of one row. Written in the same transaction as the works that it made.

    before: what is needed to give the page its former content. revision: the page's, as the
    import left it: another one there means that somebody has edited it since.
    """

    class Undone(models.TextChoices):
        """What undoing did to it."""

        NOT = "", pgettext_lazy("import", "Not undone")
        REMOVED = "removed", pgettext_lazy("import", "Removed")
        RESTORED = "restored", pgettext_lazy("import", "Former content restored")
        KEPT = "kept", pgettext_lazy("import", "Kept")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    source_id = models.CharField(_("identifier at the source"), max_length=255, blank=True)
    title = models.CharField(_("title"), max_length=255, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=[(str(one), str(one)) for one in Outcome]
    )
    reason = models.TextField(_("reason"), blank=True)
    notes = models.JSONField(default=list)
    reference = models.CharField(_("reference"), max_length=20, blank=True)
    work = models.ForeignKey(Work, null=True, on_delete=models.SET_NULL, related_name="+")
    page_id = models.PositiveBigIntegerField(null=True)
    revision_id = models.PositiveBigIntegerField(null=True)
    before = models.JSONField(default=dict)
    undone = models.CharField(max_length=8, choices=Undone.choices, blank=True, default=Undone.NOT)
    undone_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="importing_row_once")
        ]
        indexes: ClassVar = [models.Index(fields=["run", "outcome"])]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class ImportDuplicate(models.Model):
    """A row that looks like a work that is there, or like an earlier row; the editor decides."""

    class Reason(models.TextChoices):
        """What the two have in common."""

        SOURCE_ID = "source-id", _("Same identifier at the source")
        ADDRESS = "address", _("Same address at the source")
        TITLE_PLACE = "title-place", _("Same title and place")
        TEXT = "text", _("Nearly the same text")

    class Decision(models.TextChoices):
        """What is done with the row."""

        SKIP = "skip", pgettext_lazy("duplicate", "Leave the row out")
        MAKE = "make", pgettext_lazy("duplicate", "Make a new work anyway")
        UPDATE = "update", pgettext_lazy("duplicate", "Update the existing work")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="duplicates")
    number = models.PositiveIntegerField(_("row"))
    reason = models.CharField(max_length=12, choices=Reason.choices)
    score = models.PositiveSmallIntegerField(default=100)
    row = models.JSONField(default=dict)
    page_id = models.PositiveBigIntegerField(null=True)
    other_number = models.PositiveIntegerField(null=True)
    other = models.JSONField(default=dict)
    may = models.JSONField(default=list)
    decision = models.CharField(max_length=6, choices=Decision.choices)

    class Meta:
        verbose_name = _("duplicate of an import")
        verbose_name_plural = _("duplicates of imports")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="importing_duplicate_once")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}: {self.reason}"

    @property
    def choices(self) -> Sequence[tuple[str, Any]]:
        """List what may be decided."""
        return [(value, label) for value, label in self.Decision.choices if value in self.may]
