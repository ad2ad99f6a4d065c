"""The named transforms: from the values of a row's columns to the value of a field."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from portal.cms.models.workpage import SUMMARY_WORDS
from portal.cms.text import count_words

from . import prose

NULLS = frozenset({"null", "n/a", "#n/a", "\\n", "nan"})
LINK_TITLE = 200
SHORT_DATE = 40  # signs; a longer text that names a year tells something else
_TAG = re.compile(r"</?(?:p|br|div|ul|ol|li|b|i|em|strong|a|h[1-6]|span|table)\b[^<>]*>", re.I)
_YEAR = re.compile(r"\b(?:1[89]|20)\d{2}\b")
_ISO = re.compile(r"\s*(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?\s*", re.S)
_DAY_FIRST = re.compile(r"\s*(?:(\d{1,2})[/.\-])?(\d{1,2})[/.\-](\d{4})(?:\s.*)?\s*", re.S)
_FORMULA = re.compile(r"\s*[=@]\s*[A-Za-z_.]+\s*\(|\s*=\s*[A-Z]{1,3}\d+")


class Gives(StrEnum):
    """What a transform gives; the field must hold the same."""

    TEXT = "text"
    BLOCKS = "blocks"
    LINKS = "links"
    DATE = "date"
    NUMBER = "number"
    CODE = "code"


@dataclass
class Place:
    """Where a value goes: for block ids, for the table of a look-up, for notes to the report."""

    source: str
    source_id: str
    field: str
    table: Mapping[str, str]
    headings: bool
    notes: list[str]
    name: Any = ""

    @property
    def label(self) -> str:
        """Give what the field is called in notes."""
        return str(self.name or self.field)

    def blocks(self, parts: list[str]) -> list[dict[str, Any]]:
        """Make the blocks of this field."""
        return prose.blocks(parts, self.source, self.source_id, self.field, headings=self.headings)


@dataclass(frozen=True)
class Transform:
    """A named transform and what it gives."""

    gives: Gives
    run: Callable[[list[Any], Place], Any]


def strings(value: Any, nulls: frozenset[str] = NULLS) -> list[str]:
    """Give what a cell says as strings: lists flattened, words like NULL and blanks left out."""
    if value is None or isinstance(value, bool):
        return []
    if isinstance(value, Mapping):
        return [text for part in value.values() for text in strings(part, nulls)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in strings(part, nulls)]
    text = str(value).strip()
    return [] if not text or text.casefold() in nulls else [text]


def is_formula(text: str) -> bool:
    """Tell whether a cell holds a spreadsheet's formula instead of a text."""
    return bool(_FORMULA.match(text))


def _text(values: list[Any], place: Place) -> str:
    return " ".join(prose.plain(text) for value in values for text in strings(value))


def _summary(values: list[Any], place: Place) -> str:
    text = _text(values, place)
    if count_words(text) <= SUMMARY_WORDS:
        return text
    # Words are counted as the page will count them: in Chinese, two signs are one.
    words = SUMMARY_WORDS
    while count_words(short := prose.first_sentences(text, words)) > SUMMARY_WORDS and words > 1:
        words = words * 3 // 4
    if count_words(short) > SUMMARY_WORDS:
        short = f"{text[:SUMMARY_WORDS]} …"
    return short


def _html(values: list[Any], place: Place) -> list[dict[str, Any]]:
    return place.blocks(
        [part for value in values for text in strings(value) for part in prose.split_html(text)]
    )


def _paragraphs(values: list[Any], place: Place) -> list[dict[str, Any]]:
    return place.blocks(
        [part for value in values for text in strings(value) for part in prose.split_text(text)]
    )


def _bullets(values: list[Any], place: Place) -> list[dict[str, Any]]:
    items = [prose.plain(text) for value in values for text in strings(value)]
    return place.blocks([prose.bullets(list(dict.fromkeys(items)))] if items else [])


def _markdown(values: list[Any], place: Place) -> list[dict[str, Any]]:
    from .markdown import to_html

    return place.blocks(
        [
            part
            for value in values
            for text in strings(value)
            for part in prose.split_html(to_html(text))
        ]
    )


def _links(values: list[Any], place: Place) -> list[dict[str, Any]]:
    found: dict[str, str] = {}
    for value in values:
        for text in strings(value):
            for url, words in prose.links(text):
                if len(url) > 2000:
                    continue
                title = words if words and not words.startswith("http") else _short(url)
                found.setdefault(url, title[:LINK_TITLE])
    return [
        {
            "type": "link",
            "value": {"title": title, "url": url},
            "id": prose.block_id(place.source, place.source_id, place.field, url),
        }
        for url, title in found.items()
    ]


def _short(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|[?#].*$|/$", "", url) or url


def _url(values: list[Any], place: Place) -> str:
    for text in strings(values):
        url = f"https:{text}" if text.startswith("//") else text
        if re.fullmatch(r"https?://[^\s<>\"]+", url):
            return url
        place.notes.append(_("%(field)s: not a web address, left empty") % {"field": place.label})
    return ""


def _year(values: list[Any], place: Place) -> str:
    for text in strings(values):
        if found := _YEAR.search(text):
            return found[0]
        _not_a_date(text, place)
    return ""


def _date(values: list[Any], place: Place) -> str:
    for text in strings(values):
        parts: Iterable[str | None]
        if match := _ISO.fullmatch(text):
            parts = match.groups()
        elif match := _DAY_FIRST.fullmatch(text):
            parts = (match[3], match[2], match[1])
        else:
            _not_a_date(text, place)
            continue
        numbers = [int(part) for part in parts if part]
        try:
            day = datetime.date(*[*numbers, 1, 1][:3])
        except ValueError:
            _not_a_date(text, place)
            continue
        if 1800 <= day.year <= 2100:
            return day.isoformat()[: (4, 7, 10)[len(numbers) - 1]]
        _not_a_date(text, place)
    return ""


def _when(values: list[Any], place: Place) -> str:
    """Read a date as exactly as it is given, or else the one year that a short text names."""
    for text in strings(values):
        years = set(_YEAR.findall(text))
        if len(years) == 1 and (_ISO.fullmatch(text) or _DAY_FIRST.fullmatch(text)):
            return _date([text], place)
        if len(years) == 1 and len(text) <= SHORT_DATE:
            if not text.isdigit():
                place.notes.append(
                    _("%(field)s: “%(value)s” was read as %(year)s")
                    % {"field": place.label, "value": text, "year": next(iter(years))}
                )
            return years.pop()
        _not_a_date(text, place)
    return ""


def _prose(values: list[Any], place: Place) -> list[dict[str, Any]]:
    """Read each cell as HTML where it holds tags, and as plain text where it does not."""
    parts: list[str] = []
    for value in values:
        for text in strings(value):
            parts += prose.split_html(text) if _TAG.search(text) else prose.split_text(text)
    return place.blocks(parts)


def _not_a_date(text: str, place: Place) -> None:
    place.notes.append(
        _("%(field)s: “%(value)s” is not a date, left empty")
        % {"field": place.label, "value": text[:60]}
    )


def _number(values: list[Any], place: Place) -> int | None:
    for text in strings(values):
        digits = re.sub(r"(?<=\d)[\s.,'’](?=\d{3}\b)", "", text)
        if re.fullmatch(r"\d{1,9}", digits):
            return int(digits)
        place.notes.append(_("%(field)s: not a number, left empty") % {"field": place.label})
    return None


def _lookup(values: list[Any], place: Place) -> str:
    table = {" ".join(key.split()).casefold(): code for key, code in place.table.items()}
    for text in strings(values):
        code = table.get(" ".join(text.split()).casefold())
        if code:
            return str(code)
        place.notes.append(
            _("%(field)s: “%(value)s” is unknown, left empty")
            % {"field": place.label, "value": text[:60]}
        )
    return ""


TRANSFORMS: dict[str, Transform] = {
    "text": Transform(Gives.TEXT, _text),
    "summary": Transform(Gives.TEXT, _summary),
    "url": Transform(Gives.TEXT, _url),
    "year": Transform(Gives.DATE, _year),
    "date": Transform(Gives.DATE, _date),
    "when": Transform(Gives.DATE, _when),
    "number": Transform(Gives.NUMBER, _number),
    "lookup": Transform(Gives.CODE, _lookup),
    "html": Transform(Gives.BLOCKS, _html),
    "markdown": Transform(Gives.BLOCKS, _markdown),
    "prose": Transform(Gives.BLOCKS, _prose),
    "paragraphs": Transform(Gives.BLOCKS, _paragraphs),
    "bullets": Transform(Gives.BLOCKS, _bullets),
    "links": Transform(Gives.LINKS, _links),
}
