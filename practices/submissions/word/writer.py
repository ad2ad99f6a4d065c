"""Writing the template as a Word file, with what is already filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from docx import Document

from portal.cms.prose import paragraphs
from portal.taxonomy.snapshot import snapshot
from search.facets import WorkType

from ..fields import FieldKind, FormField, steps_of
from . import wording
from .options import MOST_BOXES, options
from .parts import Maker

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Rows to write into, below those that are filled; Word adds more with the tab key.
_ROOM = 3
_BOLD_OR_LINK = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\[(?P<words>[^\]]+)\]\((?P<url>https?://[^)\s]+)\)"
)


def write(
    kind: str,
    language: str,
    *,
    values: Mapping[str, Any] | None = None,
    key: str = "",
    at: datetime | None = None,
) -> bytes:
    """Give the Word file of the template of a kind of work, in a language.

    values: what is already written. key: of the submission for which it is made. at: when it was
    made; by this it is known later what has been changed since. Raises KeyError for other kinds.
    """
    steps = steps_of(kind)
    with override(language):
        values = values or {}
        title = str(values.get("title") or WorkType(kind).label)
        maker = Maker(Document(), language)
        _describe(maker, title, f"{kind} {key}".strip(), at)
        maker.paragraph(title, "Title")
        if values.get("title"):
            maker.paragraph(str(WorkType(kind).label), "Subtitle")
        maker.paragraph(wording.how_to_heading(), "Heading 1")
        for text in wording.how_to():
            maker.paragraph(text, "List Bullet")
        for step in steps:
            fields = [field for field in step.fields if wording.in_file(field)]
            if not fields:
                continue
            maker.paragraph(str(step.label), "Heading 1")
            for field in fields:
                _write_field(maker, field, values.get(field.name, field.empty), language)
        return maker.saved()


def _describe(maker: Maker, title: str, keywords: str, at: datetime | None) -> None:
    """Say in the file's properties what it is; python-docx signs with its own name else."""
    about = maker.document.core_properties
    about.title, about.keywords, about.language = title[:255], keywords, maker.tag
    about.author, about.comments = settings.WAGTAIL_SITE_NAME, ""
    made = (at or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    about.created = about.modified = made
    about.last_modified_by = ""


def _write_field(maker: Maker, field: FormField, value: Any, language: str) -> None:
    maker.paragraph(str(field.label), "Heading 2")
    for text in wording.helps(field):
        maker.paragraph(text, "Help")
    match field.kind:
        case FieldKind.PROSE:
            _write_prose(maker, field, str(value))
        case FieldKind.ROWS:
            _write_rows(maker, field, value, language)
        case FieldKind.CHECK:
            maker.box(f"{field.name}:yes", _("Yes"), ticked=bool(value))
        case FieldKind.CHOICE:
            for code, label in options(field, language):
                maker.box(f"{field.name}:{code}", label, ticked=code == value)
        case FieldKind.TERM | FieldKind.TERMS:
            _write_terms(maker, field, [value] if isinstance(value, str) else value, language)
        case _:
            shown = str(value) or wording.placeholder()
            lines = shown.split("\n") if field.kind is FieldKind.TEXT else [shown]
            maker.control(
                field.name,
                str(field.label),
                [maker.made(line, "Normal") for line in lines],
                empty=not value,
                kind='<w:text w:multiLine="1"/>' if field.kind is FieldKind.TEXT else "<w:text/>",
            )


def _write_prose(maker: Maker, field: FormField, value: str) -> None:
    made = []
    for part in paragraphs(value):
        lines = part.splitlines()
        listed = all(line.startswith("- ") for line in lines)
        for line in lines if listed else [" ".join(lines)]:
            style = "List Bullet" if listed else "Normal"
            made.append(maker.made(_runs(line[2:] if listed else line), style))
    empty = not made
    made = made or [maker.made(wording.placeholder(), "Normal")]
    maker.control(field.name, str(field.label), made, empty=empty)


def _runs(line: str) -> list[tuple[str, str]]:
    """Split a line at its bold words and links: pairs of text, and "bold", an address, or ""."""
    found, place = [], 0
    for match in _BOLD_OR_LINK.finditer(line):
        found.append((line[place : match.start()], ""))
        found.append((match["bold"], "bold") if match["bold"] else (match["words"], match["url"]))
        place = match.end()
    return [pair for pair in (*found, (line[place:], "")) if pair[0]]


def _write_terms(maker: Maker, field: FormField, codes: Sequence[str], language: str) -> None:
    chosen = [
        entry.code if (entry := snapshot().resolve(field.terms, code)) else code for code in codes
    ]
    listed = options(field, language, chosen)
    if field.kind is FieldKind.TERM and len(listed) > MOST_BOXES:
        label = dict(listed).get(chosen[0], "") if chosen else ""
        shown = maker.made(label or wording.placeholder(), "Normal")
        maker.control(
            field.name, str(field.label), [shown], empty=not label, kind=maker.combo(listed)
        )
        return
    for code, label in listed:
        maker.box(f"{field.name}:{code}", label, ticked=code in chosen)


def _write_rows(maker: Maker, field: FormField, rows: Any, language: str) -> None:
    cells = [
        [_cell(column, row.get(column.name, ""), language) for column in field.columns]
        for row in rows or ()
    ]
    room = min(_ROOM, max((field.at_most or _ROOM) - len(cells), 0)) or int(not cells)
    cells += [[""] * len(field.columns)] * room
    maker.table(
        field.name, str(field.label), [str(column.label) for column in field.columns], cells
    )


def _cell(column: FormField, value: Any, language: str) -> str:
    if column.kind in (FieldKind.TERM, FieldKind.CHOICE) and value:
        return dict(options(column, language, [value])).get(value, str(value))
    return str(value)
