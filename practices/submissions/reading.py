"""The values of a form as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.cms.models import PortalDocument, PortalImage
from portal.cms.periods import spelled
from portal.taxonomy.language import current_language
from portal.taxonomy.snapshot import snapshot

from .fields import INTEREST, FieldKind, FormField


@dataclass(frozen=True)
class Said:
    """A field and what was said in it, as one text; `dir` is the text's own."""

    label: Any
    text: str


def shown(field: FormField, value: Any) -> str:
    """Give a value as a text in the reader's language; what cannot be read is given as typed.

    Wherever a value is told in words and not in a form: beside a conflict, in what a reviewer
    reads, in what was understood of a Word file.
    """
    if field.kind is FieldKind.CHECK:
        return _("Yes") if value else _("No")
    if not value:
        return ""
    match field.kind:
        case FieldKind.TERM:
            return _term(field.terms, value)
        case FieldKind.TERMS:
            return "\n".join(_term(field.terms, code) for code in value)
        case FieldKind.CHOICE:
            return str(dict(field.choices).get(value, value))
        case FieldKind.DATE:
            return _date(value)
        case FieldKind.ROWS:
            return "\n".join(_row(field, row) for row in value)
        case FieldKind.PICTURES:
            return _files(value, "image", PortalImage, ("alt", "caption", "credit"))
        case FieldKind.DOCUMENTS:
            return _files(value, "document", PortalDocument, ("title",))
        case _:
            return str(value)


def interest(said: Mapping[str, Any]) -> list[Said]:
    """List what an expression of interest says, in the order of the form."""
    return [
        Said(field.label, text)
        for field in INTEREST
        if field.kind is not FieldKind.CHECK and (text := shown(field, said.get(field.name)))
    ]


def _term(kind: str, code: str) -> str:
    entry = snapshot().resolve(kind, code)
    if entry is None:
        return code
    label = entry.label(current_language())
    return f"{entry.number} {label}" if kind in ("sdg", "target") else label


def _date(value: str) -> str:
    try:
        return spelled(value)
    except ValueError:  # as typed, and wrong: the form says so
        return value


def _row(field: FormField, row: Mapping[str, Any]) -> str:
    cells = (shown(column, row.get(column.name)) for column in field.columns)
    return " · ".join(cell for cell in cells if cell)


def _files(rows: Any, name: str, model: Any, texts: tuple[str, ...]) -> str:
    """Name the file of each row, too: another file under the same words is another thing."""
    titles = dict(
        model.objects.filter(pk__in=[row[name] for row in rows]).values_list("pk", "title")
    )
    return "\n".join(
        " · ".join(
            part
            for part in (f"{titles.get(row[name], '')} (#{row[name]})", *map(row.get, texts))
            if part
        )
        for row in rows
    )
