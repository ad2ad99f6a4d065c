"""The dry run: what an import would do, its first rows as works, its duplicates. Writes no work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from .columns import Choices, ColumnDrafter
from .draft import Draft
from .duplicates import Candidate, Match, Register, existing
from .files import opened
from .mapping import PAGES
from .models import ImportDuplicate, ImportRun
from .pages import Writer, Written
from .progress import Job
from .prose import plain
from .report import Outcome, RowReport
from .run import FATAL, batches, reason_of, sort_rows
from .targets import BY_NAME

SHOWN_ROWS = 8
SHOWN_VALUES = 60
SHOWN_REASONS = 30
EXCERPT = 300
Decision = ImportDuplicate.Decision


def check(job: Job) -> None:
    """Find out what an import would do; keep the numbers, a preview and the duplicates."""
    run = job.run
    drafter, table = opened(run)
    job.total(len(table.rows) * 2)
    works, refused = sort_rows(table.rows, drafter, job.heard)
    writer = Writer(drafter.mapping, live=drafter.choices.live, user=run.user)
    register = Register()
    for candidate in existing():
        register.add(candidate)
    rows = list(refused)
    duplicates: list[ImportDuplicate] = []
    done = len(table.rows)
    for batch in batches(works):
        known = writer.works([drafts[0].source_id for drafts in batch])
        for drafts in batch:
            written = _planned(drafts, known.get(drafts[0].source_id), writer)
            for one in written:
                match = _match(one, drafter, register)
                if match is not None:
                    duplicates.append(_duplicate(run, one, match, drafter.choices))
            rows += [_row(one) for one in written]
            done += len(drafts)
        job.heard(done)
    with transaction.atomic():
        job.hold()
        kept = dict(run.duplicates.values_list("number", "decision"))
        run.duplicates.all().delete()
        for duplicate in duplicates:
            if kept.get(duplicate.number) in duplicate.may:
                duplicate.decision = kept[duplicate.number]
        ImportDuplicate.objects.bulk_create(duplicates, batch_size=200)
        run.rows_in = len(table.rows)
        run.summary = _summary(rows, {one.number for one in duplicates}, works, drafter)
        run.summary["notes"] = table.notes
        job.finish(ImportRun.State.CHECKED, "rows_in", "summary")


def _planned(drafts: list[Draft], work: Any, writer: Writer) -> list[Written]:
    try:
        return writer.plan(drafts, work)
    except FATAL:
        raise
    except Exception as error:  # one row, whatever it holds, must not stop the check of others
        reason = reason_of(error, writer.mapping, drafts[0].row)
        return [Written(draft, Outcome.REFUSED, reason) for draft in drafts]


def _row(written: Written) -> RowReport:
    draft = written.draft
    return RowReport(
        draft.row,
        draft.source_id,
        written.outcome,
        written.reason,
        written.reference,
        draft.lacking,
        tuple(draft.notes),
    )


def _match(written: Written, drafter: ColumnDrafter, register: Register) -> Match | None:
    """Look for what a row is a duplicate of, and remember the row for those after it."""
    if written.outcome is Outcome.CHANGED:
        other = Candidate("", "", reference=written.reference)
        return Match(other, ImportDuplicate.Reason.SOURCE_ID)
    if written.outcome is not Outcome.MADE or written.reference:
        return None
    one = _candidate(written.draft, drafter)
    match = register.find(one)
    register.add(one)
    return match


def _candidate(draft: Draft, drafter: ColumnDrafter) -> Candidate:
    fields = draft.fields
    has_id = bool(drafter.mapping.key)
    return Candidate(
        work=draft.source_id,
        title=str(fields.get("title", "")),
        place=str(fields.get("place", "")),
        text=str(fields.get("summary", "")) or _excerpt(_first_text(fields)),
        language=draft.language,
        work_type=drafter.mapping.model.work_type,
        country=str(fields.get("country", "")),
        source_name=drafter.mapping.source_name,
        source_id=draft.source_id if has_id else "",
        source_url=draft.url,
        row=draft.row,
    )


def _first_text(fields: Mapping[str, Any]) -> str:
    blocks = next((value for value in fields.values() if isinstance(value, list) and value), [])
    return " ".join(str(block["value"]) for block in blocks if isinstance(block.get("value"), str))


def _duplicate(run: ImportRun, written: Written, match: Match, choices: Choices) -> ImportDuplicate:
    """Make the question for the editor. What is not decided is left out, not made twice."""
    draft, other = written.draft, match.other
    may = [Decision.SKIP, Decision.MAKE]
    decision = Decision.SKIP
    if written.outcome is Outcome.CHANGED:
        may, decision = [Decision.SKIP, Decision.UPDATE], Decision.UPDATE
    elif (
        other.page_id is not None
        and other.language == draft.language
        and other.work_type == PAGES[choices.page].work_type
    ):
        may.append(Decision.UPDATE)
    fields = draft.fields
    return ImportDuplicate(
        run=run,
        number=draft.row,
        reason=match.reason,
        score=match.score,
        row={
            "title": fields.get("title", ""),
            "place": fields.get("place", ""),
            "summary": fields.get("summary", "") or _excerpt(_first_text(fields)),
            "language": draft.language,
        },
        page_id=other.page_id,
        other_number=other.row,
        other={
            "title": other.title,
            "place": other.place,
            "summary": other.text,
            "language": other.language,
            "reference": other.reference or written.reference,
        },
        may=[str(value) for value in may],
        decision=decision,
    )


def _summary(
    rows: list[RowReport], duplicates: set[int], works: list[list[Draft]], drafter: ColumnDrafter
) -> dict[str, Any]:
    """Give what is kept of the check: numbers without the duplicates, reasons, notes, values."""
    counts = Counter(str(row.outcome) for row in rows if row.number not in duplicates)
    reasons: dict[str, list[int]] = {}
    notes: Counter[str] = Counter()
    lacking: Counter[str] = Counter()
    kept: dict[str, list[int]] = {}
    for row in rows:
        if row.outcome is Outcome.REFUSED:
            reasons.setdefault(row.reason, []).append(row.number)
            continue
        if row.reason:
            kept.setdefault(row.reason, []).append(row.number)
        # What is no term stands in a list of its own, where the editor says what it means.
        notes.update(note for note in row.notes if note not in drafter.unread_notes)
        lacking.update(row.lacking)
    values, more = _values(drafter)
    return {
        "counts": {str(outcome): counts[str(outcome)] for outcome in Outcome},
        "refusals": _numbered(reasons),
        "kept": _numbered(kept),
        "row_notes": notes.most_common(SHOWN_REASONS),
        "lacking": [(_label(name), count) for name, count in lacking.most_common()],
        "preview": _preview(works, drafter),
        "values": values,
        "more_values": more,
    }


def _numbered(reasons: dict[str, list[int]]) -> list[dict[str, Any]]:
    by_count = sorted(reasons.items(), key=lambda item: -len(item[1]))[:SHOWN_REASONS]
    return [
        {"reason": reason, "count": len(numbers), "rows": sorted(numbers)[:10]}
        for reason, numbers in by_count
    ]


def _label(name: str) -> str:
    return str(BY_NAME[name].label) if name in BY_NAME else name


def _values(drafter: ColumnDrafter) -> tuple[list[dict[str, Any]], int]:
    """List the values that are no terms, with what they are read as and what is near.

    Gives also the number of those that are left off the list.
    """
    seen = []
    for name, labels in drafter.labels.items():
        for counted in (labels.decided, labels.seen.misspelt, labels.seen.unmapped):
            for value, count in counted.items():
                if counted is labels.decided or labels.chosen_for(value) is None:
                    seen.append((count, name, value))
    seen.sort(key=lambda one: (-one[0], one[1], one[2]))
    found = []
    for count, name, value in seen[:SHOWN_VALUES]:
        labels = drafter.labels[name]
        read = labels.chosen_for(value)
        if read is None:
            read = ":".join(labels.misspelt(value) or ())
        near = [":".join(pair) for pair in labels.suggestions(value)]
        found.append(
            {
                "target": name,
                "label": _label(name),
                "value": value,
                "count": count,
                "read": read,
                "near": list(dict.fromkeys(filter(None, [read, *near]))),
            }
        )
    return found, max(0, len(seen) - SHOWN_VALUES)


def _preview(works: list[list[Draft]], drafter: ColumnDrafter) -> list[dict[str, Any]]:
    """Give the first rows as they will become."""
    drafts = sorted((draft for drafts in works for draft in drafts), key=lambda one: one.row)
    return [_shown(draft, drafter) for draft in drafts[:SHOWN_ROWS]]


def _shown(draft: Draft, drafter: ColumnDrafter) -> dict[str, Any]:
    fields = []
    for name, value in draft.fields.items():
        if name in ("title", "licence", "latitude", "longitude"):
            continue
        fields.append((_label(name), _field_text(name, value)))
    if "latitude" in draft.fields:
        point = f"{draft.fields['latitude']}, {draft.fields['longitude']}"
        fields.append((str(BY_NAME["point"].label), point))
    taxonomy, language = snapshot(), current_language()
    terms = [entry.label(language) for pair in draft.terms if (entry := taxonomy.resolve(*pair))]
    return {
        "row": draft.row,
        "title": draft.fields.get("title", ""),
        "language": draft.fields.get("text_language") or draft.language,
        "fields": fields,
        "terms": terms,
        "section": _section(draft, drafter),
        "notes": list(draft.notes),
        "lacking": [_label(name) for name in draft.lacking],
        "source": draft.url,
    }


def _section(draft: Draft, drafter: ColumnDrafter) -> str:
    place = draft.place or drafter.mapping.place
    entry = snapshot().resolve(Kind.SECTION, place.partition(":")[2])
    return entry.name or entry.label(current_language()) if entry else ""


def _field_text(name: str, value: Any) -> str:
    if name in ("country", "territory"):
        entry = snapshot().resolve(name, str(value))
        return entry.label(current_language()) if entry else str(value)
    if name == "links":
        return _excerpt(", ".join(str(block["value"]["url"]) for block in value))
    if isinstance(value, list):
        return _excerpt(" ".join(str(block.get("value", "")) for block in value))
    return _excerpt(str(value))


def _excerpt(text: str) -> str:
    text = plain(text)
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]} …"
