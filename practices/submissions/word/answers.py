"""From what somebody wrote below a label to the value of the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.cms.text import count_words

from ..fields import FieldKind, FormField
from .inline import Line
from .options import find, names, nearest
from .outline import Paragraph, Table, cell_text, texts
from .wording import normal

_TICKED, _EMPTY = "☒☑✓✔✗✘🗹🗷", "☐□▢○◯"
_YES = frozenset(
    normal(word) for word in ("x", "yes", "oui", "sí", "si", "sim", "نعم", "ok", "true")
)
_NO = frozenset(normal(word) for word in ("no", "non", "não", "nao", "لا", "false"))
# A tick stands before the words or behind them; what is written for one counts as one.
_BEFORE = re.compile(
    rf"^\s*(?:(?P<tick>[{_TICKED}]|[\[(]\s*[xX✓✔]\s*[\])]|[xX](?=[\s.):-]))"
    rf"|(?P<empty>[{_EMPTY}]|[\[(]\s*[\])]))[\s.):-]*"
)
_BEHIND = re.compile(
    rf"[\s:–—|-]+(?:(?P<tick>[{_TICKED}]|[\[(]\s*[xX✓✔]\s*[\])]|[xX]|oui|yes|sí|sim|نعم)"
    rf"|(?P<empty>[{_EMPTY}]|[\[(]\s*[\])]))\s*$",
    re.I,
)
_ALONE = re.compile(rf"^\s*[{_TICKED}]\s*$")
_BETWEEN = re.compile(r"\s*[;\n،؛]\s*|,\s+")
_QUOTE = 200


@dataclass
class Answer:
    """What stands in the file for a field. columns: of its table, normal label -> name."""

    items: list[Paragraph | Table] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """Give the paragraphs."""
        return [item for item in self.items if isinstance(item, Paragraph)]

    @property
    def tables(self) -> list[Table]:
        """Give the tables."""
        return [item for item in self.items if isinstance(item, Table)]


@dataclass
class Understood:
    """The value of a field, None where there is none, and what is to be said: codes of NOTES."""

    value: Any = None
    notes: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def note(self, code: str, text: str, **about: str) -> None:
        """Say something, with the words that it is about."""
        self.notes.append((code, {"text": text[:_QUOTE], **about}))


def understand(asked: FormField, answer: Answer, language: str) -> Understood:
    """Give what an answer means. language: of the labels that are suggested."""
    return _READERS.get(asked.kind, _line)(asked, answer, language)


def _line(asked: FormField, answer: Answer, language: str) -> Understood:
    return Understood(" ".join(_plain(answer)))


def _text(asked: FormField, answer: Answer, language: str) -> Understood:
    return Understood("\n\n".join(_plain(answer)))


def _plain(answer: Answer) -> list[str]:
    lines = [one.line.plain for one in answer.paragraphs if one.line.plain]
    return [*lines, *texts(list(answer.tables))]


def _prose(asked: FormField, answer: Answer, language: str) -> Understood:
    """Put paragraphs apart and items together; a table becomes a list of its rows."""
    parts: list[str] = []
    was_listed = False
    for one in answer.items:
        if isinstance(one, Table):
            if rows := texts([one]):
                parts.append("\n".join(f"- {row}" for row in rows))
            was_listed = False
            continue
        text = one.line.marked
        if one.listed:
            text = "- " + " ".join(text.split())
            if was_listed:
                parts[-1] += f"\n{text}"
            else:
                parts.append(text)
        else:
            # A break of line within a paragraph is one for the eye only: the form has none.
            lines = [line for line in text.split("\n") if line.strip()]
            parts.append("\n".join(lines))
        was_listed = one.listed
    return Understood("\n\n".join(parts))


def _check(asked: FormField, answer: Answer, language: str) -> Understood:
    found = Understood()
    for text in _plain(answer):
        sign, rest = _tick(text)
        if sign or (sign is None and normal(rest) in _YES):
            found.value = "yes"
        elif sign is None and normal(rest) not in _NO:
            found.note("unclear", text)
    for one in answer.paragraphs:
        if any(ticked for _tag, ticked in one.line.boxes):
            found.value = "yes"
    return found


def _choices(asked: FormField, answer: Answer, language: str) -> Understood:
    """Give what is ticked; where nothing has a box, what is written."""
    known = names(asked)
    found = Understood()
    codes: list[str] = []
    lines: list[tuple[str, Line]] = [(one.line.plain, one.line) for one in answer.paragraphs]
    lines += [(text, Line(plain=text)) for text in texts(list(answer.tables))]
    for text, line in lines:
        if line.boxes:
            ticked = [tag.partition(":")[2] for tag, is_ticked in line.boxes if is_ticked]
            good = [code for tag in ticked if (code := find(asked, tag, known))]
            codes += good
            if ticked and not good:
                codes += _written(asked, _tick(text)[1], known, found, language)
            continue
        sign, rest = _tick(text)
        if sign is None:
            codes += _written(asked, rest, known, found, language)
        elif sign:
            codes += _written(asked, rest, known, found, language, whole=True)
    found.value = list(dict.fromkeys(codes))
    return found


def _written(
    asked: FormField,
    text: str,
    known: Mapping[str, str],
    found: Understood,
    language: str,
    *,
    whole: bool = False,
) -> list[str]:
    """Give the codes of what is written; what is in no list is said. whole: it is one thing."""
    if code := known.get(normal(text), ""):
        return [code]
    codes = []
    for part in [text] if whole else _BETWEEN.split(text):
        if not part.strip():
            continue
        code = find(asked, part, known)
        if code:
            codes.append(code)
        elif near := nearest(asked, part, known, language):
            found.note("near", part, near=near)
        else:
            found.note("unknown", part)
    return codes


def _one_choice(asked: FormField, answer: Answer, language: str) -> Understood:
    found = _choices(asked, answer, language)
    codes: list[str] = found.value
    if len(codes) > 1:
        found.note("several", ", ".join(codes))
    found.value = codes[0] if len(codes) == 1 else None
    return found


def _tick(text: str) -> tuple[bool | None, str]:
    """Tell whether a line is ticked, None where it has no box, and give its words."""
    if _ALONE.match(text):
        return True, ""
    for pattern in (_BEFORE, _BEHIND):
        match = pattern.search(text)
        if match and (rest := text[: match.start()] + text[match.end() :]).strip():
            return match["tick"] is not None, rest.strip()
    return None, text


def _rows(asked: FormField, answer: Answer, language: str) -> Understood:
    """Give the rows of a table; columns by their heads, else by their places."""
    found = Understood([])
    for one in answer.paragraphs:
        if count_words(one.line.plain):
            found.note("no_table", one.line.plain)
    for table in answer.tables:
        order = [column.name for column in asked.columns]
        for cells in table.rows:
            heads = [answer.columns.get(normal(cell_text(cell)), "") for cell in cells]
            if sum(map(bool, heads)) > len(heads) / 2:
                order = heads
                continue
            row = {}
            for name, cell in zip(order, cells, strict=False):
                column = next((one for one in asked.columns if one.name == name), None)
                if column is not None:
                    row[name] = _cell(column, cell, len(found.value) + 1, found)
            extra = [cell_text(cell) for cell in cells[len(order) :]]
            if text := " ".join(filter(None, extra)):
                found.note("no_table", text)
            if any(row.values()):
                found.value.append(row)
    return found


def _cell(column: FormField, cell: list[Line], number: int, found: Understood) -> str:
    text = cell_text(cell)
    if column.name == "url":
        return next((line.href for line in cell if line.href), text)
    if column.kind in (FieldKind.TERM, FieldKind.CHOICE) and text:
        code = find(column, text, names(column))
        if not code:
            found.note("cell", text, row=str(number))
        return code
    return text


_READERS: Mapping[FieldKind, Callable[[FormField, Answer, str], Understood]] = {
    FieldKind.TEXT: _text,
    FieldKind.PROSE: _prose,
    FieldKind.CHECK: _check,
    FieldKind.CHOICE: _one_choice,
    FieldKind.TERM: _one_choice,
    FieldKind.TERMS: _choices,
    FieldKind.ROWS: _rows,
}
