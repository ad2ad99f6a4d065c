"""Autocomplete: works, places, terms and hubs that begin as what is being typed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from typing import Any
from weakref import WeakKeyDictionary

from django.core.cache import caches
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import Entry, Snapshot

from .audience import PUBLIC_ONLY
from .engines import analysis, get_engine
from .engines.base import Hit
from .facets import FACETS, WorkType
from .request import SearchRequest, parse_request
from .text import Words, parse_words
from .vocabulary import Vocabulary

ASKED = 24
"""How many works are asked for; places are drawn from them, too."""
MOST = {"works": 5, "hubs": 3, "places": 4, "terms": 5}
COUNTS_KEPT = 60
"""Seconds for which the counts under the same filters are kept."""
KEPT = 60
"""Seconds for which a browser or proxy may keep suggestions."""
_PLACES = (Kind.REGION, Kind.COUNTRY)


@dataclass(frozen=True)
class Option:
    """Something to choose: its label as HTML, what it is, and the address where it leads.

    count: the works that a filter gives, where it is one. language: of the label, if not the
    reader's.
    """

    label: SafeString
    url: str
    detail: str = ""
    count: int | None = None
    language: str = ""

    @property
    def text(self) -> str:
        """Give the label without its markup."""
        return unescape(self.label.replace("<mark>", "").replace("</mark>", ""))


@dataclass(frozen=True)
class Group:
    """Options of one sort under a heading."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Completion:
    """What is offered, in groups."""

    groups: tuple[Group, ...] = ()

    @property
    def total(self) -> int:
        """Give how many options there are."""
        return sum(len(group.options) for group in self.groups)

    @cached_property
    def status(self) -> str:
        """Say how many there are, for those who do not see them."""
        return ngettext("%(number)s suggestion", "%(number)s suggestions", self.total) % {
            "number": self.total
        }


def complete_by(data: QueryDict, language: str) -> Completion:
    """Complete what is typed (`q`) under the filters of a query string, from public works alone.

    Raises EngineUnavailable.
    """
    vocabulary = Vocabulary()
    request = replace(parse_request(data, language, vocabulary), page=1, any_word=False)
    if not (request.words.terms or request.words.phrases):
        return Completion()
    hits = get_engine().complete(request, PUBLIC_ONLY, ASKED)
    terms = list(_terms(request, vocabulary.terms)) if not request.words.excluded else []
    found = {
        "works": [_work(hit, language) for hit in hits if _is_titled(hit, WorkType.HUB, False)],
        "hubs": [_work(hit, language) for hit in hits if _is_titled(hit, WorkType.HUB, True)],
        "places": [
            *(option for kind, option in terms if kind in _PLACES),
            *_cities(hits, request),
        ],
        "terms": [option for kind, option in terms if kind not in _PLACES],
    }
    labels = {
        "works": _("Works"),
        "hubs": _("Hubs"),
        "places": _("Places"),
        "terms": _("Filters"),
    }
    return Completion(
        tuple(
            Group(name, labels[name], tuple(found[name][: MOST[name]]))
            for name in ("terms", "places", "hubs", "works")
            if found[name]
        )
    )


def as_json(completion: Completion, urls: Callable[[str], str]) -> dict[str, Any]:
    """Give suggestions as the API does; `urls` makes an address absolute."""
    return {
        "groups": [
            {
                "name": group.name,
                "label": group.label,
                "options": [
                    {
                        "label": option.text,
                        "language": option.language or None,
                        "detail": option.detail or None,
                        "count": option.count,
                        "url": urls(option.url),
                    }
                    for option in group.options
                ],
            }
            for group in completion.groups
        ]
    }


def _is_titled(hit: Hit, kind: str, wanted: bool) -> bool:
    """Tell whether a work's title holds what was typed, and it is (not) of a type."""
    return "<mark>" in hit.title and (hit.document.type == kind) is wanted


def _work(hit: Hit, language: str) -> Option:
    document = hit.document
    text = document.texts[hit.language]
    readable = hit.language == language or not document.reference
    return Option(
        mark_safe(hit.title),  # noqa: S308 - escaped by the engine, <mark> only
        text.url if readable else reverse("work_in_language", args=(document.reference,)),
        str(WorkType(document.type).label) if document.type in WorkType.values else "",
        language=text.language if text.language != language else "",
    )


def _cities(hits: tuple[Hit, ...], request: SearchRequest) -> Iterator[Option]:
    """Give the places that works name and that hold what was typed; each leads to a search."""
    typed = analysis.fold_text(request.words.text).split()
    seen: set[str] = set()
    for hit in hits:
        text = hit.document.texts[hit.language]
        folded = analysis.fold_text(text.place)
        if not folded or folded in seen or not _begins(typed, folded):
            continue
        seen.add(folded)
        quoted = f'"{text.place}"' if " " in text.place else text.place
        there = replace(request, words=parse_words(quoted))
        language = text.language if text.language != request.language else ""
        yield Option(mark_safe(escape(text.place)), _search(there), language=language)  # noqa: S308


def _search(request: SearchRequest) -> str:
    return f"{reverse('search')}?{request.query_string()}"


@dataclass(frozen=True)
class _Named:
    """A term as it can be found: its facet, and its folded names, the label first.

    initials: the signs with which something that finds it may begin.
    """

    facet: str
    entry: Entry
    names: tuple[str, ...]
    initials: frozenset[str]


# A snapshot never changes, so what is made of it holds as long as it does.
_indexes: WeakKeyDictionary[Snapshot, dict[str, tuple[_Named, ...]]] = WeakKeyDictionary()


def _named(terms: Snapshot, language: str) -> tuple[_Named, ...]:
    """Give the terms of all facets with their names in a language."""
    kept = _indexes.setdefault(terms, {})
    if language not in kept:
        kept[language] = tuple(
            _Named(facet.name, entry, names, frozenset(_initials(names)))
            for facet in FACETS
            for kind in facet.kinds
            for entry in terms.of_kind(kind)
            for names in [tuple(_names(entry, language))]
        )
    return kept[language]


def _names(entry: Entry, language: str) -> Iterator[str]:
    yield analysis.fold_text(entry.label(language))
    for synonym in (*entry.synonyms.get(language, ()), entry.name):
        if folded := analysis.fold_text(synonym):
            yield folded
    if entry.kind in (Kind.SDG, Kind.TARGET):
        sign = {"fr": "odd", "es": "ods", "pt": "ods"}.get(language, "sdg")
        number = analysis.fold_text(entry.number)
        yield from {f"{sign} {number}", f"sdg {number}", number}


def _initials(names: tuple[str, ...]) -> Iterator[str]:
    """Give the signs with which words begin, as `_begins` takes them."""
    for name in names:
        if analysis.has_run(name):
            yield from name
        else:
            yield from (word[0] for word in _words(name))


def _terms(request: SearchRequest, terms: Snapshot) -> Iterator[tuple[str, Option]]:
    """Give kind and option of the terms that hold what was typed and have works, best first.

    No more than are shown, of places and of others: one letter finds hundreds.
    """
    typed = analysis.fold_text(request.words.text).split()
    if not typed:
        return
    initials = {word[0] for word in typed}
    found = []
    for named in _named(terms, request.language):
        if not initials <= named.initials:
            continue
        ranks = [rank for rank, name in enumerate(named.names) if _begins(typed, name)]
        if ranks and named.entry.code not in request.selections.get(named.facet, ()):
            whole = named.names[ranks[0]].startswith(" ".join(typed))
            found.append((not whole, min(ranks[0], 1), named))
    if not found:
        return
    counts = _counts(request)
    labels = {facet.name: str(facet.label) for facet in FACETS}
    found.sort(key=lambda one: (*one[:2], -counts.get(one[2].facet, {}).get(one[2].entry.code, 0)))
    left = {True: MOST["places"], False: MOST["terms"]}
    for _whole, _rank, named in found:
        entry, facet = named.entry, named.facet
        is_place = entry.kind in _PLACES
        if left[is_place] and (count := counts.get(facet, {}).get(entry.code, 0)):
            left[is_place] -= 1
            chosen = replace(request, words=Words()).toggle(facet, entry.code)
            label = entry.label(request.language)
            if entry.kind in (Kind.SDG, Kind.TARGET):
                label = f"{entry.number}. {label}"
            detail = labels[facet]
            yield (
                entry.kind,
                Option(mark_safe(escape(label)), _search(chosen), detail, count),  # noqa: S308
            )


def _counts(request: SearchRequest) -> Mapping[str, Mapping[str, int]]:
    """Give what ticking each value gives under the same filters, whatever is typed."""
    plain = replace(request, words=Words(), size=1, notices=())
    asked = json.dumps([plain.selections, repr(plain.near), repr(plain.box)], sort_keys=True)
    key = f"complete:{hashlib.sha256(asked.encode()).hexdigest()}"
    cache = caches["results"]
    kept: Mapping[str, Mapping[str, int]] | None = cache.get(key)
    if kept is None:
        facets = get_engine().search(plain, PUBLIC_ONLY).facets
        kept = {name: dict(counts) for name, counts in facets.items()}
        cache.set(key, kept, COUNTS_KEPT)
    return kept


def _begins(typed: list[str], name: str) -> bool:
    """Tell whether every word typed begins a word of a folded name, in whatever order.

    A script without spaces is looked for anywhere; Arabic words with or without their article.
    """
    if analysis.has_run(name):
        return all(word in name for word in typed)
    words = _words(name)
    return all(any(word.startswith(one) for word in words) for one in typed)


def _words(name: str) -> list[str]:
    words = name.split()
    return words + [word[2:] for word in words if word.startswith("ال") and len(word) > 2]
