"""Rows that look like a work that is there already, or like an earlier row.

Found without comparing everything with everything: by what must be equal (identifier, address,
title and place), and for texts by the smallest hashes of their runs of words, of which two nearly
identical texts share most. Only texts that share enough of them are compared.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from portal.cms.models import Work, WorkPage

from .folded import folded
from .models import ImportDuplicate

Reason = ImportDuplicate.Reason
RUN = 4  # words that are hashed together
SKETCH = 16  # hashes that are kept of a text
SHARED = 5  # of them, that make a text worth comparing
BUCKET = 20  # texts remembered for one hash: a phrase that all share tells nothing
COMPARED = 3  # texts that are compared with one
ALIKE = 90.0  # of 100
LONGEST = 3000  # signs of a text that are compared
FEWEST_WORDS = 12  # shorter texts count as the same only when they are


@dataclass(frozen=True)
class Candidate:
    """A page or a row, as far as duplicates are recognised by it.

    page_id or row: which it is. work: the key of its work, so that a work is no duplicate of
    itself.
    """

    work: str
    title: str
    place: str = ""
    text: str = ""
    language: str = ""
    work_type: str = ""
    country: str = ""
    reference: str = ""
    source_name: str = ""
    source_id: str = ""
    source_url: str = ""
    page_id: int | None = None
    row: int | None = None
    live: bool = True


@dataclass(frozen=True)
class Match:
    """What a row looks like, why, and how much, of 100."""

    other: Candidate
    reason: Reason
    score: int = 100


@dataclass
class Register:
    """What is known so far; a new candidate is compared with it in constant time."""

    _by_id: dict[tuple[str, str], Candidate] = field(default_factory=dict)
    _by_address: dict[str, Candidate] = field(default_factory=dict)
    _by_title: dict[tuple[str, str], Candidate] = field(default_factory=dict)
    _by_text: dict[str, Candidate] = field(default_factory=dict)
    _texts: list[tuple[str, Candidate]] = field(default_factory=list)
    _buckets: dict[int, list[int]] = field(default_factory=dict)

    def add(self, one: Candidate) -> None:
        """Remember a page or a row; the first of several that are the same stays."""
        if one.source_id:
            self._by_id.setdefault((folded(one.source_name), one.source_id), one)
        if one.source_url:
            self._by_address.setdefault(_address(one.source_url), one)
        self._by_title.setdefault((folded(one.title), folded(one.place)), one)
        text = _text(one)
        if not text:
            return
        self._by_text.setdefault(text, one)
        number = len(self._texts)
        self._texts.append((text, one))
        for mark in _sketch(text):
            bucket = self._buckets.setdefault(mark, [])
            if len(bucket) < BUCKET:
                bucket.append(number)

    def find(self, one: Candidate) -> Match | None:
        """Give what a row looks like most surely, or None."""
        exact = (
            (self._by_id.get((folded(one.source_name), one.source_id)), Reason.SOURCE_ID)
            if one.source_id
            else (None, Reason.SOURCE_ID),
            (self._by_address.get(_address(one.source_url)), Reason.ADDRESS)
            if one.source_url
            else (None, Reason.ADDRESS),
            (self._by_title.get((folded(one.title), folded(one.place))), Reason.TITLE_PLACE),
        )
        for other, reason in exact:
            if other is not None and other.work != one.work and _may_be_one(other, one):
                return Match(other, reason)
        return self._near(one)

    def _near(self, one: Candidate) -> Match | None:
        text = _text(one)
        if not text:
            return None
        same = self._by_text.get(text)
        if same is not None and same.work != one.work:
            return Match(same, Reason.TEXT)
        shared = Counter(number for mark in _sketch(text) for number in self._buckets.get(mark, ()))
        best: Match | None = None
        for number, count in shared.most_common(COMPARED):
            other_text, other = self._texts[number]
            if count < SHARED or other.work == one.work:
                continue
            score = fuzz.ratio(text[:LONGEST], other_text[:LONGEST], score_cutoff=ALIKE)
            if score and (best is None or score > best.score):
                best = Match(other, Reason.TEXT, int(score))
        return best


def _may_be_one(other: Candidate, one: Candidate) -> bool:
    """Tell whether nothing speaks against it: two countries do."""
    return not other.country or not one.country or other.country == one.country


def _address(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/").casefold()


def _text(one: Candidate) -> str:
    return folded(f"{one.title} {one.text}") if one.text else ""


def _sketch(text: str) -> Iterable[int]:
    words = text.split()
    if len(words) < FEWEST_WORDS:
        return ()
    runs = {" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}
    return sorted(zlib.crc32(run.encode()) for run in runs)[:SKETCH]


def existing() -> Iterable[Candidate]:
    """Give the pages of all works, drafts too, in two queries."""
    works = {
        row["translation_key"]: row
        for row in Work.objects.values(
            "translation_key",
            "reference",
            "work_type",
            "source_name",
            "source_id",
            "source_url",
        )
    }
    pages = WorkPage.objects.filter(alias_of__isnull=True).values_list(
        "pk",
        "translation_key",
        "title",
        "draft_title",
        "place",
        "summary",
        "locale__language_code",
        "country__code",
        "live",
    )
    for pk, key, title, draft_title, place, summary, language, country, live in pages.iterator():
        work = works.get(key)
        if work is None:
            continue
        yield Candidate(
            work=str(key),
            title=title or draft_title,
            place=place,
            text=summary,
            language=language,
            work_type=work["work_type"],
            country=country or "",
            reference=work["reference"],
            source_name=work["source_name"],
            source_id=work["source_id"],
            source_url=work["source_url"],
            page_id=pk,
            live=live,
        )
