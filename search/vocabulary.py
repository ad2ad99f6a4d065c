"""Which values the facets have, in which order, under which labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from django.conf import settings
from django.utils.translation import override

from portal.taxonomy.language import is_known, own_name
from portal.taxonomy.ordering import in_order
from portal.taxonomy.snapshot import Snapshot, snapshot

from .audience import PUBLIC_ONLY
from .facets import BY_NAME, Media, WorkType, label_source

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True)
class Value:
    """One value of a facet: its code, label in the reader's language, and parent's code or "".

    depth: how many of the listed values stand above it.
    """

    code: str
    label: str
    parent: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Outline:
    """The values of a facet as a tree.

    values: all, each right behind its parent. roots: those of the first level. by_code: each by its
    code. children: those right below each that has any.
    """

    values: tuple[Value, ...]
    roots: tuple[Value, ...]
    by_code: Mapping[str, Value]
    children: Mapping[str, tuple[Value, ...]]

    @classmethod
    def of(cls, values: Iterable[Value]) -> Outline:
        """Make the tree of values in any order that each stands once in."""
        ordered = as_tree(values)
        children: dict[str, tuple[Value, ...]] = {}
        for value in ordered:
            if value.depth:
                children[value.parent] = (*children.get(value.parent, ()), value)
        return cls(
            ordered,
            tuple(value for value in ordered if not value.depth),
            {value.code: value for value in ordered},
            children,
        )


# A snapshot never changes, so what is made of it holds as long as it does.
_outlines: WeakKeyDictionary[Snapshot, dict[tuple[str, str], Outline]] = WeakKeyDictionary()


class Vocabulary:
    """The facet values of one request: terms from the taxonomy, the rest from its own source.

    audiences: the reader's; a hub that they may not see is no value.
    """

    def __init__(
        self, terms: Snapshot | None = None, audiences: frozenset[str] = PUBLIC_ONLY
    ) -> None:
        self.terms = terms or snapshot()
        self.audiences = audiences

    def resolve(
        self, facet: str, codes: Iterable[str], language: str
    ) -> tuple[list[str], list[str]]:
        """Sort codes into those that exist (merged terms followed) and those that do not."""
        known: list[str] = []
        unknown: list[str] = []
        codes = list(codes)
        labels = self._other_labels(facet, codes, language) if codes else {}
        for code in codes:
            if kinds := BY_NAME[facet].kinds:
                entry = next((e for kind in kinds if (e := self.terms.resolve(kind, code))), None)
                found = entry.code if entry else None
            else:
                found = code if code in labels else None
            if found is None:
                unknown.append(code)
            elif found not in known:
                known.append(found)
        return known, unknown

    def values(self, facet: str, counted: Mapping[str, int], language: str) -> list[Value]:
        """List every value of a facet in its order: all terms, or all values counted.

        Countries come by label, other terms in the taxonomy's order.

        `counted` names the values that the result or the selection holds; a term that is retired
        is listed only when it is among them.
        """
        if kinds := BY_NAME[facet].kinds:
            return [
                Value(entry.code, entry.label(language), entry.parent)
                for kind in kinds
                for entry in in_order(self.terms.of_kind(kind), language)
                if entry.current or entry.code in counted
            ]
        labels = self._other_labels(facet, counted, language)
        if facet == "year":
            return [Value(code, labels[code]) for code in sorted(labels, reverse=True)]
        if facet == "language":  # one that nobody can name is found by its code
            return [Value(code, labels.get(code, code)) for code in {**labels, **counted}]
        if facet in ("type", "media"):
            return [Value(code, label) for code, label in labels.items()]
        return [Value(c, labels[c]) for c in sorted(labels, key=lambda code: labels[code])]

    def tree(self, facet: str, counted: Mapping[str, int], language: str) -> Outline:
        """Give the same values as a tree."""
        if not BY_NAME[facet].kinds:
            return Outline.of(self.values(facet, counted, language))
        outlines = _outlines.setdefault(self.terms, {})
        outline = outlines.get((facet, language))
        if outline is None:
            outline = Outline.of(self.values(facet, {}, language))
            outlines[facet, language] = outline
        if outline.by_code.keys() >= counted.keys():
            return outline
        return Outline.of(self.values(facet, counted, language))

    def _other_labels(self, facet: str, codes: Iterable[str], language: str) -> Mapping[str, str]:
        """Give code -> label of a facet whose values are not terms."""
        with override(language):
            if facet == "type":
                return {str(value): str(label) for value, label in WorkType.choices}
            if facet == "media":
                return {str(value): str(label) for value, label in Media.choices}
            if facet == "year":
                return {code: code for code in codes if _YEAR.fullmatch(code)}
            if facet == "language":
                listed = [*(code for code, _ in settings.LANGUAGES), *codes]
                return {code: own_name(code) for code in listed if is_known(code)}
        source = label_source(facet)
        return source(codes, language, self.audiences) if source else {}


def as_tree(values: Iterable[Value]) -> tuple[Value, ...]:
    """Put every value right behind its parent, keeping the order among siblings."""
    values = list(values)
    codes = {value.code for value in values}
    children: dict[str, list[Value]] = {}
    for value in values:
        children.setdefault(value.parent if value.parent in codes else "", []).append(value)
    ordered: list[Value] = []

    def add(parent: str, depth: int) -> None:
        for value in children.get(parent, ()):
            ordered.append(replace(value, depth=depth) if depth else value)
            if value.code:
                add(value.code, depth + 1)

    add("", 0)
    return tuple(ordered)
