"""What the pages of an import show of its check, its report and its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from wagtail.models import ModelLogEntry, Page

from portal.cms.models.licence import Licence
from portal.taxonomy.language import current_language, own_name
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from .columns import Choices
from .models import ImportDuplicate, ImportRow, ImportRun
from .report import OUTCOMES, Outcome
from .targets import BY_NAME, PAGE_TYPES

SHOWN_HISTORY = 20
KEPT = "kept"
LISTED_TERMS = 60  # of a vocabulary, that fit into a list
Decision = ImportDuplicate.Decision


def listed(runs: Sequence[ImportRun]) -> list[dict[str, Any]]:
    """Give the lines of the list of imports, with the numbers of all in one query."""
    counts: dict[int, dict[str, int]] = {}
    found = (
        ImportRow.objects.filter(run__in=[run.pk for run in runs])
        .values_list("run_id", "outcome")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for run_id, outcome, number in found:
        counts.setdefault(run_id, {})[outcome] = number
    return [
        {
            "run": run,
            "source": run.choices.get("source_name", ""),
            "counts": _numbers(counts[run.pk]) if run.pk in counts else [],
        }
        for run in runs
    ]


def _numbers(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"outcome": str(outcome), "label": OUTCOMES[outcome], "count": counts.get(outcome, 0)}
        for outcome in Outcome
    ]


def described(choices: Choices) -> dict[str, Any]:
    """Give an editor's choices in words."""
    section = snapshot().resolve(Kind.SECTION, choices.section)
    return {
        "type": dict(PAGE_TYPES).get(choices.page, choices.page),
        "section": section.name or section.label(current_language()) if section else "",
        "language": own_name(choices.language),
        "source": choices.source_name,
        "licence": dict(Licence.choices).get(choices.licence, choices.licence),
        "live": choices.live,
    }


def history(run: ImportRun) -> list[Any]:
    """Give what was done with an import, the latest first."""
    entries = ModelLogEntry.objects.for_instance(run).select_related("user")
    return list(entries.order_by("-timestamp", "-pk")[:SHOWN_HISTORY])


def checked(run: ImportRun) -> dict[str, Any]:
    """Give what the check found, the editor's decisions counted in."""
    counts = dict(run.summary.get("counts", {}))
    decided = run.duplicates.values_list("decision", "reason").annotate(number=Count("pk"))
    becomes = {
        Decision.SKIP: Outcome.REFUSED,
        Decision.MAKE: Outcome.MADE,
        Decision.UPDATE: Outcome.CHANGED,
    }
    duplicates = 0
    for decision, _reason, number in decided.order_by():
        outcome = str(becomes[Decision(decision)])
        counts[outcome] = counts.get(outcome, 0) + number
        duplicates += number
    found: dict[str, Any] = {
        "numbers": _numbers(counts),
        "total": sum(counts.values()),
        "duplicates": duplicates,
        "summary": run.summary,
        "values": _values(run.summary.get("values", [])),
    }
    return found


def _values(values: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the values that are no terms, each with what it may be read as."""
    language, taxonomy = current_language(), snapshot()

    def label(pair: str) -> str:
        kind, _colon, code = pair.partition(":")
        entry = taxonomy.resolve(kind, code)
        return f"{entry.label(language)} ({entry.number})" if entry else pair

    every: dict[str, list[tuple[str, str]]] = {}
    return [
        {
            **value,
            "number": number,
            "near": [(pair, label(pair)) for pair in value["near"]],
            "others": [
                one
                for one in every.setdefault(value["target"], _all_terms(value["target"], label))
                if one[0] not in value["near"]
            ],
        }
        for number, value in enumerate(values)
    ]


def _all_terms(target: str, label: Any) -> list[tuple[str, str]]:
    """Give every term that a column's values may mean, for vocabularies that fit into a list."""
    entries = [
        entry
        for kind in BY_NAME[target].kinds
        if kind != Kind.TARGET
        for entry in snapshot().of_kind(kind)
        if entry.current
    ]
    if len(entries) > LISTED_TERMS:
        return []
    pairs = [f"{entry.kind}:{entry.code}" for entry in entries]
    return sorted(((pair, label(pair)) for pair in pairs), key=lambda one: one[1])


def is_pair(text: str) -> bool:
    """Tell whether a form's value names a term."""
    kind, _colon, code = text.partition(":")
    entry = snapshot().resolve(kind, code)
    return entry is not None and entry.current


def pairs(duplicates: Sequence[ImportDuplicate]) -> list[dict[str, Any]]:
    """Give rows and what they look like, side by side."""
    existing = Page.objects.in_bulk([one.page_id for one in duplicates if one.page_id])
    return [
        {
            "one": one,
            "page": existing.get(one.page_id) if one.page_id else None,
            "edit": reverse("wagtailadmin_pages:edit", args=[one.page_id])
            if one.page_id in existing
            else "",
        }
        for one in duplicates
    ]


def rows(run: ImportRun, wanted: str) -> QuerySet[ImportRow]:
    """Give the rows of the report: all, those of one outcome, or those that undoing left."""
    found = run.rows.all()
    if wanted == KEPT:
        return found.filter(undone=ImportRow.Undone.KEPT)
    return found.filter(outcome=wanted) if wanted in OUTCOMES else found


def lines(shown: Sequence[ImportRow]) -> list[dict[str, Any]]:
    """Give the lines of a page of the report, with where the pages are that still exist."""
    existing = set(
        Page.objects.filter(pk__in=[row.page_id for row in shown if row.page_id]).values_list(
            "pk", flat=True
        )
    )
    return [
        {
            "row": row,
            "outcome": OUTCOMES[row.outcome],
            "undone": ImportRow.Undone(row.undone).label if row.undone else "",
            "url": reverse("wagtailadmin_pages:edit", args=[row.page_id])
            if row.page_id in existing
            else "",
        }
        for row in shown
    ]


def reported(run: ImportRun) -> dict[str, Any]:
    """Give the numbers of the report, and those of its undoing."""
    counts = run.counts()
    undone = run.rows.aggregate(
        removed=Count("pk", filter=Q(undone=ImportRow.Undone.REMOVED)),
        restored=Count("pk", filter=Q(undone=ImportRow.Undone.RESTORED)),
        kept=Count("pk", filter=Q(undone=ImportRow.Undone.KEPT)),
    )
    return {"numbers": _numbers(counts), "total": sum(counts.values()), "undone": undone}
