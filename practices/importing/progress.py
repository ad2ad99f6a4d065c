"""An attempt at a step of an import: it says how far it is, and stops where another took over."""

from __future__ import annotations

import time
import uuid

from django.db.models import F
from django.utils import timezone

from .errors import Superseded
from .models import ImportRun

SECONDS = 1.0  # between two notes of progress


class Job:
    """One attempt at the step that an import is at."""

    def __init__(self, run: ImportRun, attempt: uuid.UUID) -> None:
        self.run = run
        self.attempt = attempt
        self._said = 0.0

    def _note(self, **values: object) -> None:
        """Write to the import's row while it is still this attempt's. Raises Superseded."""
        own = ImportRun.objects.filter(pk=self.run.pk, attempt=self.attempt)
        if not own.update(heard_at=timezone.now(), **values):
            raise Superseded(f"import {self.run.pk}: another attempt has taken over")
        self._said = time.monotonic()

    def total(self, total: int, done: int = 0) -> None:
        """Say of how much the step consists, how much was done before, and that it has begun."""
        self._note(total=total, progress=done)

    def heard(self, progress: int) -> None:
        """Say how much is done, now and then."""
        if time.monotonic() - self._said >= SECONDS:
            self._note(progress=progress)

    def hold(self) -> None:
        """Keep other attempts away until the transaction ends. Raises Superseded."""
        own = ImportRun.objects.select_for_update().filter(pk=self.run.pk, attempt=self.attempt)
        if not own.exists():
            raise Superseded(f"import {self.run.pk}: another attempt has taken over")

    def advance(self, count: int) -> None:
        """Say that so much more is done, in the transaction in which it is done."""
        self.hold()
        self._note(progress=F("progress") + count)

    def finish(self, state: ImportRun.State, *fields: str) -> None:
        """End the step, with what it found in these fields."""
        values = {name: getattr(self.run, name) for name in fields}
        self._note(state=state, attempt=None, error="", **values)
        self.run.refresh_from_db()
