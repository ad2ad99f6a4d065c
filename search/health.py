"""How the search is, in numbers: for the operator, and for what watches the portal."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from .engines import get_engine
from .indexer import Comparison
from .models import IndexCheck, OutboxRow

# A change that waits longer than this means that no indexer runs, or that it gets nowhere.
LAG_SECONDS = 300


@dataclass(frozen=True)
class Check:
    """What the last `search_check` found, before any repair; `waiting` is no fault."""

    at: datetime.datetime
    missing: int
    stale: int
    orphaned: int
    failed: int
    waiting: int
    repaired: bool


@dataclass(frozen=True)
class Health:
    """The state of the search.

    lag: age of the oldest change that waits, in seconds. message: the engine's own sentence.
    """

    engine: str
    available: bool
    documents: int
    waiting: int
    lag: int
    dead_letters: int
    encoder: str
    check: Check | None
    message: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """Name what needs a person: `engine`, `lag`, `dead_letters`."""
        found = {
            "engine": not self.available,
            "lag": self.lag > LAG_SECONDS,
            "dead_letters": self.dead_letters > 0,
        }
        return tuple(name for name, wrong in found.items() if wrong)

    def public(self) -> dict[str, Any]:
        """Give what everybody may see: numbers, and no sentence that could name a machine."""
        found = asdict(self)
        del found["message"]
        problems = self.problems
        return {"status": "degraded" if problems else "ok", "problems": problems, **found}


def waiting() -> tuple[int, int]:
    """Give how many changes wait, and for how many seconds the oldest has waited."""
    rows = OutboxRow.objects.filter(dead=False)
    oldest = rows.order_by("created_at").first()
    if oldest is None:
        return 0, 0
    return rows.count(), max(0, int((timezone.now() - oldest.created_at).total_seconds()))


def last_check() -> Check | None:
    """Give what the last comparison of index and database found; None where there was none."""
    last = IndexCheck.objects.first()
    if last is None:
        return None
    return Check(
        at=last.checked_at,
        missing=last.missing,
        stale=last.stale,
        orphaned=last.orphaned,
        failed=last.failed,
        waiting=last.waiting,
        repaired=last.repaired,
    )


def measure() -> Health:
    """Ask the engine and the database."""
    status = get_engine().status()
    count, lag = waiting()
    return Health(
        engine=status.name,
        available=status.available,
        documents=status.documents,
        waiting=count,
        lag=lag,
        dead_letters=OutboxRow.objects.filter(dead=True).count(),
        encoder=settings.SEARCH_ENCODER.rpartition(".")[2],
        check=last_check(),
        message=str(status.message),
    )


def remember(found: Comparison, *, repaired: bool) -> None:
    """Keep what a comparison found."""
    IndexCheck.objects.update_or_create(
        pk=1,
        defaults={
            "checked_at": timezone.now(),
            "missing": len(found.missing),
            "stale": len(found.stale),
            "orphaned": len(found.orphaned),
            "failed": len(found.failed),
            "waiting": len(found.waiting),
            "repaired": repaired,
        },
    )
