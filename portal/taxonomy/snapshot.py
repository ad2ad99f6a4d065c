"""All terms in memory: a page with hundreds of labels costs one small query."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from .language import ForeignText, best
from .models import TaxonomyVersion, Term, TermLabel


@dataclass(frozen=True)
class Entry:
    """A term as pages need it: codes instead of keys, labels by language."""

    pk: int
    kind: str
    code: str
    parent: str
    parent_kind: str
    axis: str
    groups: tuple[str, ...]
    current: bool
    merged_into: int | None
    name: str
    colour: str
    iso2: str
    m49: str
    lower: int | None
    upper: int | None
    valid_from: int | None
    valid_to: int | None
    labels: Mapping[str, str] = field(repr=False)
    descriptions: Mapping[str, str] = field(repr=False)
    synonyms: Mapping[str, tuple[str, ...]] = field(repr=False)

    def label(self, language: str) -> str:
        """Give the label in a language, else in a fallback language, else any, else the code.

        A label in another language is a ForeignText, which says in which.
        """
        if text := self.labels.get(language):
            return text
        for code in (*settings.FALLBACK_LANGUAGES, *self.labels):
            if text := self.labels.get(code):
                return ForeignText(text, code)
        return self.code

    def description(self, language: str) -> str:
        """Give the description in a language, else in a fallback language, else nothing."""
        return best(self.descriptions, language) or ""

    @property
    def number(self) -> str:
        """Give the number of a goal ("6") or target ("6.1"), as people write it."""
        return self.code.removeprefix("sdg-").lstrip("0") if self.kind == "sdg" else self.code


class Snapshot:
    """The taxonomy at one moment."""

    def __init__(self, entries: list[Entry]) -> None:
        self._by_pk = {entry.pk: entry for entry in entries}
        self._by_code = {(entry.kind, entry.code): entry for entry in entries}
        self._by_kind: dict[str, list[Entry]] = {}
        for entry in entries:
            self._by_kind.setdefault(entry.kind, []).append(entry)

    def of_kind(self, kind: str) -> list[Entry]:
        """List the terms of a kind in their order, retired ones included."""
        return self._by_kind.get(kind, [])

    def by_pk(self, pk: int | None) -> Entry | None:
        """Find a term by its key, merged terms followed."""
        return self._follow(self._by_pk.get(pk)) if pk else None

    def resolve(self, kind: str, code: str) -> Entry | None:
        """Find a term by kind and code, merged terms followed; None where there is none."""
        return self._follow(self._by_code.get((kind, code)))

    def ancestors(self, entry: Entry) -> Iterator[Entry]:
        """Give the broader terms of a term, the nearest first."""
        parent = self._by_code.get((entry.parent_kind, entry.parent))
        while parent is not None:
            yield parent
            parent = self._by_code.get((parent.parent_kind, parent.parent))

    def children(self, entry: Entry) -> list[Entry]:
        """List the current terms right below a term."""
        return [
            child
            for kind in self._by_kind
            for child in self._by_kind[kind]
            if child.parent == entry.code and child.parent_kind == entry.kind and child.current
        ]

    def _follow(self, entry: Entry | None) -> Entry | None:
        seen = set()
        while entry is not None and entry.merged_into and entry.pk not in seen:
            seen.add(entry.pk)
            entry = self._by_pk.get(entry.merged_into)
        return entry


_lock = threading.Lock()
_kept: tuple[Any, Snapshot] | None = None
_pin = threading.local()


@contextmanager
def pinned() -> Iterator[None]:
    """Ask for the version once, and not at every call, while a request is answered.

    A change made meanwhile in the same thread is seen, since it unpins.
    """
    outer = getattr(_pin, "active", False)
    _pin.active = True
    try:
        yield
    finally:
        _pin.active = outer
        if not outer:
            unpin()


def unpin() -> None:
    """Make the next call of `snapshot` look for a new version."""
    _pin.snapshot = None


def snapshot() -> Snapshot:
    """Give the taxonomy as it is now: one query when nothing has changed since the last call."""
    if getattr(_pin, "active", False):
        if getattr(_pin, "snapshot", None) is None:
            _pin.snapshot = _current()
        held: Snapshot = _pin.snapshot
        return held
    return _current()


def _current() -> Snapshot:
    global _kept  # noqa: PLW0603 - one snapshot for the process
    version = TaxonomyVersion.read()
    kept = _kept
    if kept is None or version is None or kept[0] != version:
        with _lock:
            kept = (version, _load())
            _kept = kept
    return kept[1]


def _load() -> Snapshot:
    labels: dict[int, dict[str, TermLabel]] = {}
    for row in TermLabel.objects.all():
        labels.setdefault(row.term_id, {})[row.language] = row
    groups: dict[int, list[str]] = {}
    links = Term.groups.through.objects.values_list("from_term_id", "to_term__code")
    for term_id, code in links.order_by("to_term__position"):
        groups.setdefault(term_id, []).append(code)
    terms = list(Term.objects.order_by("kind", "position", "code"))
    by_pk = {term.pk: term for term in terms}
    return Snapshot([_entry(term, by_pk, labels, groups) for term in terms])


def _entry(
    term: Term,
    by_pk: Mapping[int, Term],
    labels: Mapping[int, Mapping[str, TermLabel]],
    groups: Mapping[int, list[str]],
) -> Entry:
    parent = by_pk.get(term.parent_id or 0)
    axis = by_pk.get(term.axis_id or (parent.axis_id if parent else None) or 0)
    rows = labels.get(term.pk, {})
    return Entry(
        pk=term.pk,
        kind=term.kind,
        code=term.code,
        parent=parent.code if parent else "",
        parent_kind=parent.kind if parent else "",
        axis=axis.code if axis else "",
        groups=tuple(groups.get(term.pk, ())),
        current=not term.retired,
        merged_into=term.merged_into_id,
        name=term.name,
        colour=term.colour,
        iso2=term.iso2,
        m49=term.m49,
        lower=term.lower,
        upper=term.upper,
        valid_from=term.valid_from,
        valid_to=term.valid_to,
        labels={code: row.text for code, row in rows.items()},
        descriptions={code: row.description for code, row in rows.items() if row.description},
        synonyms={code: tuple(row.synonym_list) for code, row in rows.items() if row.synonyms},
    )
