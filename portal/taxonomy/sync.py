"""From the project's data files to rows, keeping what editors changed.

Every row remembers the value that the files gave it last (`shipped`). A value that still equals
it follows the files; one that differs is an editor's and stays. A term that was merged stays as
it is. Rows are written in bulk: `synced` says once, at the end, which terms changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal

from .files import TermData, read_data
from .models import Kind, TaxonomyVersion, Term, TermLabel

_LABEL_FIELDS = ("text", "description", "synonyms", "confirmed")
_RELATIONS = ("parent", "axis", "groups", "languages")

# Sent inside the transaction of a sync, with `terms`: the keys of the terms that were there
# before and whose values or labels it changed.
synced = Signal()


@dataclass
class SyncReport:
    """What a run did: terms and labels made and changed, and the editors' values it kept."""

    made: int = 0
    changed: int = 0
    same: int = 0
    kept: list[str] = field(default_factory=list)


@transaction.atomic
def sync(languages: list[str] | None = None) -> SyncReport:
    """Write the files' terms and labels to the database; running it again changes nothing."""
    run = _Run()
    for data in read_data(languages or [code for code, _name in settings.LANGUAGES]):
        run.take(data)
    run.write()
    return run.report


class _Run:
    """One run: what the database holds, what is to be written, and the report."""

    def __init__(self) -> None:
        self.report = SyncReport()
        self.known = {(t.kind, t.code): t for t in Term.objects.prefetch_related("groups")}
        self.rows: dict[int, dict[str, TermLabel]] = {}
        for label in TermLabel.objects.all():
            self.rows.setdefault(label.term_id, {})[label.language] = label
        self.waiting: list[Term] = []
        self.new_groups: list[tuple[Term, Term]] = []
        self.new_labels: list[TermLabel] = []
        self.changed_terms: list[Term] = []
        self.changed_labels: list[TermLabel] = []
        self.touched: set[int] = set()

    def take(self, data: TermData) -> None:
        """Compare one term of the files with its row."""
        wanted = {
            **data.values,
            "parent": data.parent[1] if data.parent else "",
            "axis": data.axis,
            "groups": sorted(data.groups),
            "languages": sorted(data.labels),
        }
        term = self.known.get((data.kind, data.code))
        if term is None:
            self._make(data, wanted)
            return
        if term.merged_into_id:
            self.report.same += 1
            return
        shipped = dict(term.shipped)
        if shipped == wanted:
            self.report.same += 1
        else:
            self._change(term, data, wanted)
        self._labels(term, data.labels, shipped.get("languages", []))

    def write(self) -> None:
        """Write what is left, and say what changed."""
        self._write_terms()
        names = [f.name for f in Term._meta.concrete_fields if f.name not in ("id", "kind", "code")]
        Term.objects.bulk_update(self.changed_terms, names, batch_size=50)
        through = Term.groups.through
        through.objects.bulk_create(
            [through(from_term_id=a.pk, to_term_id=b.pk) for a, b in self.new_groups]
        )
        TermLabel.objects.bulk_create(self.new_labels, batch_size=100)
        TermLabel.objects.bulk_update(
            self.changed_labels, [*_LABEL_FIELDS, "shipped"], batch_size=100
        )
        if self.report.made or self.report.changed:
            TaxonomyVersion.touch()
        if self.touched:
            synced.send(sender=Term, terms=self.touched)

    def _write_terms(self) -> None:
        Term.objects.bulk_create(self.waiting, batch_size=50)
        self.waiting = []

    def _related(self, data: TermData) -> tuple[Term | None, Term | None, list[Term]]:
        """Give the broader term, axis and groups as rows, merged ones followed."""
        parent = self.known[data.parent].current() if data.parent else None
        axis = self.known[Kind.AXIS, data.axis].current() if data.axis else None
        groups = {
            group.pk: group
            for code in data.groups
            for group in [self.known[Kind.GROUP, code].current()]
        }
        return parent, axis, list(groups.values())

    def _make(self, data: TermData, wanted: dict[str, Any]) -> None:
        if any(self.known[key].pk is None for key in self._needs(data)):
            self._write_terms()  # a row must have its key before others can name it
        parent, axis, groups = self._related(data)
        term = Term(kind=data.kind, code=data.code, parent=parent, axis=axis, **data.values)
        term.shipped = wanted
        self.waiting.append(term)
        self.known[data.kind, data.code] = term
        self.new_groups += [(term, group) for group in groups]
        self.new_labels += [
            TermLabel(term=term, language=language, shipped=dict(label), **label)
            for language, label in data.labels.items()
        ]
        self.report.made += 1 + len(data.labels)

    def _needs(self, data: TermData) -> Iterable[tuple[str, str]]:
        if data.parent:
            yield data.parent
        if data.axis:
            yield Kind.AXIS, data.axis
        yield from ((Kind.GROUP, code) for code in data.groups)

    def _change(self, term: Term, data: TermData, wanted: dict[str, Any]) -> None:
        if any(self.known[key].pk is None for key in self._needs(data)):
            self._write_terms()
        parent, axis, groups = self._related(data)
        objects = {"parent": parent, "axis": axis}
        now = {
            **{name: getattr(term, name) for name in (*data.values, *_dropped(term, wanted))},
            "parent": term.parent.code if term.parent else "",
            "axis": term.axis.code if term.axis else "",
            "groups": sorted(group.code for group in term.groups.all()),
        }
        # What the files say no more goes back to its default.
        targets = {**{name: _default(Term, name) for name in _dropped(term, wanted)}, **wanted}
        for name, value in targets.items():
            if name == "languages" or now[name] == value:
                continue
            default = _default(Term, name) if name not in _RELATIONS else type(value)()
            if now[name] != term.shipped.get(name, default):
                self.report.kept.append(f"{term.kind} {term.code}: {name}")
            elif name == "groups":
                term.groups.set(groups)
            else:
                setattr(term, name, objects.get(name, value))
        term.shipped = wanted
        self.changed_terms.append(term)
        self.touched.add(term.pk)
        self.report.changed += 1

    def _labels(
        self, term: Term, labels: Mapping[str, Mapping[str, Any]], shipped: Iterable[str]
    ) -> None:
        rows = self.rows.get(term.pk, {})
        for language, wanted in labels.items():
            row = rows.get(language)
            if row is not None and row.shipped == wanted:
                self.report.same += 1
            elif row is not None:
                self._change_label(term, row, wanted)
            elif language in shipped:
                self.report.kept.append(f"{term.kind} {term.code} [{language}]: removed")
            else:
                self.new_labels.append(
                    TermLabel(term=term, language=language, shipped=dict(wanted), **wanted)
                )
                self.touched.add(term.pk)
                self.report.made += 1

    def _change_label(self, term: Term, row: TermLabel, wanted: Mapping[str, Any]) -> None:
        own_text = False
        for name in _LABEL_FIELDS:
            current = _lines(getattr(row, name))
            if current == wanted[name]:
                continue
            editors = current != _lines(row.shipped.get(name, _default(TermLabel, name)))
            # Whether a label is confirmed is said of its text: an editor's text has its own.
            if editors or (name == "confirmed" and own_text):
                own_text = own_text or name == "text"
                self.report.kept.append(f"{term.kind} {term.code} [{row.language}]: {name}")
            else:
                setattr(row, name, wanted[name])
        row.shipped = dict(wanted)
        self.changed_labels.append(row)
        self.touched.add(term.pk)
        self.report.changed += 1


def _dropped(term: Term, wanted: Mapping[str, Any]) -> list[str]:
    """Give the names of the values that the files gave before and give no more."""
    return [name for name in term.shipped if name not in wanted and name not in _RELATIONS]


def _default(model: type[Term | TermLabel], name: str) -> Any:
    return model._meta.get_field(name).get_default()  # type: ignore[union-attr]


def _lines(value: Any) -> Any:
    """Give a text with plain line ends: browsers send others."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
