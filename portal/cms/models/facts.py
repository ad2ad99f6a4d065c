"""The facts of a work in words and terms: those of its original, whichever page is asked."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import Entry, snapshot
from search.facets import BY_NAME

from .. import periods


class Facts:
    """Reads terms, status and period of the page's `original`."""

    original: Any
    statuses: ClassVar[Any]

    @cached_property
    def terms(self) -> list[Entry]:
        """List the terms of the original, in the taxonomy's order, merged ones followed."""
        taxonomy = snapshot()
        keys = {row.term_id for row in self.original.work_terms.all()}
        found = {entry.pk: entry for key in keys if (entry := taxonomy.by_pk(key))}
        order = {kind: number for number, kind in enumerate(Kind.values)}
        place = {e.pk: n for kind in order for n, e in enumerate(taxonomy.of_kind(kind))}
        return sorted(found.values(), key=lambda e: (order[e.kind], place[e.pk]))

    def terms_of(self, kind: str) -> list[Entry]:
        """List the original's terms of one kind."""
        return [entry for entry in self.terms if entry.kind == kind]

    @property
    def theme_entries(self) -> list[Entry]:
        """List the themes."""
        return self.terms_of(Kind.THEME)

    @property
    def sdg_entries(self) -> list[Entry]:
        """List the goals."""
        return self.terms_of(Kind.SDG)

    @property
    def target_entries(self) -> list[Entry]:
        """List the targets."""
        return self.terms_of(Kind.TARGET)

    @property
    def component_entries(self) -> list[Entry]:
        """List the components of a hub."""
        return self.terms_of(Kind.COMPONENT)

    @property
    def note_type_entries(self) -> list[Entry]:
        """List the types of a policy note."""
        return self.terms_of(Kind.NOTE_TYPE)

    @property
    def other_term_facts(self) -> list[dict[str, Any]]:
        """Give the terms that are facets without a page of their own, by facet."""
        return [
            {"facet": name, "label": BY_NAME[name].label, "entries": entries}
            for name in ("agenda", "pathway", "body", "award")
            if (entries := [e for kind in BY_NAME[name].kinds for e in self.terms_of(kind)])
        ]

    @cached_property
    def country_entry(self) -> Entry | None:
        """Give the original's country."""
        return snapshot().by_pk(self.original.country_id)

    @cached_property
    def territory_entry(self) -> Entry | None:
        """Give the original's type of territory."""
        return snapshot().by_pk(self.original.territory_id)

    @property
    def axis(self) -> str:
        """Give the Pact axis of the first theme that has one, which colours the work."""
        return next((e.axis for e in self.terms_of(Kind.THEME) if e.axis), "transversal")

    @property
    def status_label(self) -> str:
        """Give the original's status in words."""
        choices = dict(self.statuses.choices) if self.statuses else {}
        return str(choices.get(self.original.status, ""))

    @property
    def is_ongoing(self) -> bool:
        """Tell whether the original's period has begun and has no end."""
        page = self.original
        return bool(page.start and not page.end and page.status in ("ongoing", "active"))

    @property
    def period_label(self) -> str:
        """Give the original's period in words."""
        return periods.long(self.original.start, self.original.end, self.is_ongoing)
