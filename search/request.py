"""A search as a value: validated, immutable, to and from a query string."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .facets import FACET_NAMES
from .geography import Box, Near
from .places import WITHIN, PlaceError, read_box, read_near, written
from .text import MAX_CHARACTERS, MAX_TERMS, Words, parse_words
from .vocabulary import Vocabulary

PAGE_SIZE = 20
MAX_SIZE = 100
MAX_VALUES = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffd\ud800-\udfff]+")


class Sort(StrEnum):
    """The orders of a result list; ties always fall by date, then id."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    TITLE = "title"
    YEAR = "year"


SORT_LABELS = {
    Sort.RELEVANCE: gettext_lazy("Relevance"),
    Sort.NEWEST: gettext_lazy("Newest first"),
    Sort.TITLE: gettext_lazy("Title"),
    Sort.YEAR: gettext_lazy("Latest start first"),
}


@dataclass(frozen=True)
class SearchRequest:
    """What is searched for, and how the answer is cut.

    words: the parsed words. language: code of the reader's language. selections: facet name ->
    chosen codes (OR inside a facet, AND between facets). page: from 1. size: hits a page.
    near, box: only works with a place there. any_word: one word is enough where otherwise all must
    match. notices: what of the input was not understood, as sentences for the reader.
    """

    words: Words = field(default_factory=Words)
    language: str = "en"
    selections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = PAGE_SIZE
    notices: tuple[str, ...] = ()
    near: Near | None = None
    box: Box | None = None
    any_word: bool = False

    @property
    def offset(self) -> int:
        """Give how many hits stand before this page's first."""
        return (self.page - 1) * self.size

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is searched for: no words, no selection, no place."""
        return not (self.words.text or self.selections or self.near or self.box)

    def select(self, facet: str, codes: Iterable[str]) -> SearchRequest:
        """Give this search with the selection of one facet replaced, back on its first page."""
        selections = {**self.selections, facet: tuple(codes)}
        return replace(self, selections={k: v for k, v in selections.items() if v}, page=1)

    def toggle(self, facet: str, code: str) -> SearchRequest:
        """Give this search with one value ticked or unticked, back on its first page."""
        chosen = self.selections.get(facet, ())
        if code in chosen:
            return self.select(facet, (value for value in chosen if value != code))
        return self.select(facet, (*chosen, code))

    @property
    def any_mark(self) -> str:
        """Give what the address says where one word is enough: it holds for these words alone.

        The form keeps it when a filter is ticked; with other words typed, all count again.
        """
        return f"{zlib.crc32(self.words.text.encode()):08x}"

    def query_string(self) -> str:
        """Give the shortest query string that makes this search again (without a leading "?")."""
        pairs: list[tuple[str, str]] = []
        if self.words.text:
            pairs.append(("q", self.words.whole))
        for name in FACET_NAMES:
            pairs += [(name, code) for code in self.selections.get(name, ())]
        if self.any_word:
            pairs.append(("any", self.any_mark))
        pairs += self.place_pairs()
        if self.sort is not Sort.RELEVANCE:
            pairs.append(("sort", self.sort.value))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        return urlencode(pairs)

    def place_pairs(self) -> list[tuple[str, str]]:
        """Give the parameters that say where: those of the circle and of the box."""
        pairs: list[tuple[str, str]] = []
        if self.near:
            pairs.append(("near", f"{written(self.near.latitude)},{written(self.near.longitude)}"))
            if self.near.kilometres != WITHIN:
                pairs.append(("within", f"{self.near.kilometres:g}"))
        if self.box:
            sides = (self.box.west, self.box.south, self.box.east, self.box.north)
            pairs.append(("box", ",".join(map(written, sides))))
        return pairs


def parse_request(
    data: QueryDict, language: str, vocabulary: Vocabulary, *, size: int = PAGE_SIZE
) -> SearchRequest:
    """Read a search from a query string; whatever is not understood becomes a notice.

    Takes the query data, the reader's language, and the vocabulary that says which facet values
    exist. Never raises: bad values are left out and said.
    """
    notices: list[str] = []
    words = parse_words(_clean(" ".join(data.getlist("q"))))
    if words.cut:
        notices.append(
            _(
                "Your search was long: only its first %(characters)d characters and "
                "%(terms)d words were used."
            )
            % {"characters": MAX_CHARACTERS, "terms": MAX_TERMS}
        )
    selections: dict[str, tuple[str, ...]] = {}
    for name in FACET_NAMES:
        asked = dict.fromkeys(_clean(value) for value in data.getlist(name)[:MAX_VALUES])
        codes, unknown = vocabulary.resolve(name, [code for code in asked if code], language)
        if codes:
            selections[name] = tuple(codes)
        notices += [
            _("There is no filter value “%(value)s”; it was left out.") % {"value": code[:60]}
            for code in unknown[:3]
        ]
    near, box = _near(data, notices), _box(data, notices)
    sort = _sort(data, notices)
    request = SearchRequest(
        words=words,
        language=language,
        selections=selections,
        sort=sort,
        page=_page(data, notices),
        size=size,
        notices=tuple(notices),
        near=near,
        box=box,
    )
    if data.get("any") in ("1", request.any_mark) and len({*words.terms, *words.phrases}) > 1:
        return replace(request, any_word=True)
    return request


def _clean(value: str) -> str:
    """Remove control characters and broken code points; compose what is decomposed."""
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", value[:100_000])).strip()


def _near(data: QueryDict, notices: list[str]) -> Near | None:
    asked = _clean(data.get("near") or "")
    if not asked:
        return None
    within = _clean(data.get("within") or "")
    try:
        return read_near(asked, within)
    except PlaceError as error:
        notices.append(str(error))
    return None


def _box(data: QueryDict, notices: list[str]) -> Box | None:
    asked = _clean(data.get("box") or "")
    if not asked:
        return None
    try:
        return read_box(asked)
    except PlaceError as error:
        notices.append(str(error))
    return None


def _sort(data: QueryDict, notices: list[str]) -> Sort:
    asked = _clean(data.get("sort") or "")
    if not asked:
        return Sort.RELEVANCE
    try:
        return Sort(asked)
    except ValueError:
        notices.append(
            _("There is no order “%(value)s”; results are sorted by relevance.")
            % {"value": asked[:60]}
        )
        return Sort.RELEVANCE


def _page(data: QueryDict, notices: list[str]) -> int:
    asked = _clean(data.get("page") or "")
    if not asked:
        return 1
    if re.fullmatch(r"[0-9]{1,9}", asked) and int(asked) > 0:
        return int(asked)
    notices.append(
        _("There is no page “%(value)s”; this is the first one.") % {"value": asked[:60]}
    )
    return 1
