"""Reads hits out of the embedded index: in a total order, a page of them at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import tantivy
from tantivy import DocAddress, Query

from ..document import SearchDocument
from ..request import SearchRequest, Sort
from .contents import published_at, title_order

_MARGIN = 32  # hits read on both sides of a page, to see whether equals stand across its edges

Found = tuple[Any, DocAddress]
Order = dict[str, Any]
BY_SCORE: Order = {}
BY_NUDGED_SCORE: Order = {"weight_by_field": "nudge"}


def read_hits(
    searcher: tantivy.Searcher,
    query: Query,
    order: Order,
    total: int,
    *,
    offset: int = 0,
    size: int,
) -> list[Found]:
    """Give `size` of the `total` hits from `offset` on, in their order.

    The index orders by one value; works equal in it fall by date, then id. So the page is read
    with a margin that grows until it holds all the equals of the page's first and last hit.
    """
    if offset >= total or size < 1:
        return []
    low, high = max(0, offset - _MARGIN), min(total, offset + size + _MARGIN)
    last = min(total, offset + size) - 1
    while True:
        found = searcher.search(query, limit=high - low, offset=low, count=False, **order).hits
        if low and found[0][0] == found[offset - low][0]:
            low = max(0, low - 4 * (high - low))
        elif high < total and found[-1][0] == found[last - low][0]:
            high = min(total, high + 4 * (high - low))
        else:
            break
    return _by_date(searcher, found)[offset - low : last - low + 1]


def order_of(request: SearchRequest) -> Order:
    """Give how the index is to order the hits."""
    if request.sort is Sort.TITLE:
        field_name = title_order(request.language)
        return {"order_by_field": field_name, "order": tantivy.Order.Asc}
    if request.sort is Sort.YEAR:
        return {"order_by_field": "by_year"}
    if request.sort is Sort.RELEVANCE and (request.words.terms or request.words.phrases):
        return BY_NUDGED_SCORE
    return {"order_by_field": "newest"}


def _by_date(searcher: tantivy.Searcher, found: list[Found]) -> list[Found]:
    """Order those that are equal by date, then id."""
    ordered: list[Found] = []
    for equals in _groups(found, [value for value, _address in found]):
        if len(equals) == 1:
            ordered += equals
            continue
        dates = searcher.fast_field_values("newest", [address for _value, address in equals])
        pairs = sorted(zip(dates, equals, strict=True), key=lambda pair: -int(pair[0] or 0))
        for same in _groups([one for _date, one in pairs], [date for date, _one in pairs]):
            ordered += sorted(same, key=lambda one: _exact(searcher, one)) if same[1:] else same
    return ordered


def _groups(found: list[Found], values: list[Any]) -> Iterator[list[Found]]:
    """Cut a list where the value changes."""
    start = 0
    for end in range(1, len(found) + 1):
        if end == len(found) or values[end] != values[start]:
            yield found[start:end]
            start = end


def _exact(searcher: tantivy.Searcher, one: Found) -> tuple[int, str]:
    document = document_at(searcher, one[1])
    return -published_at(document.published), document.id


def document_at(searcher: tantivy.Searcher, address: DocAddress) -> SearchDocument:
    """Read the work at an address, without its labels."""
    return _read(searcher.doc(address))


def labelled_document_at(searcher: tantivy.Searcher, address: DocAddress) -> SearchDocument:
    """Read the work at an address, with its labels."""
    stored = searcher.doc(address)
    return replace(_read(stored), labels=stored_text(stored, "label_lines"))


def _read(stored: tantivy.Document) -> SearchDocument:
    return SearchDocument.from_data(json.loads(stored_text(stored, "source")))


def stored_text(stored: tantivy.Document, name: str) -> str:
    """Give a stored field as text."""
    value: bytes | str = stored.get_first(name) or b""
    return value if isinstance(value, str) else bytes(value).decode()
