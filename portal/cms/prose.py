"""From the plain paragraphs of content files to blocks with deterministic ids."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.utils.html import escape

NAMESPACE = uuid.UUID("9d3b2f3a-1c55-5c0b-8f5e-0d7f0a3c2b90")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\(((?:https?://|/(?!/))[^)\s]+)\)")
_HEADING = "## "


def block_id(*parts: object) -> str:
    """Give the id of a block: the same for the same place in the same work, in every language."""
    return str(uuid.uuid5(NAMESPACE, "/".join(str(part) for part in parts)))


def paragraphs(text: str) -> list[str]:
    """Split a text at its blank lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


def html(paragraph: str) -> str:
    """Turn one paragraph, or one list of lines that start with "- ", into HTML."""
    lines = paragraph.splitlines()
    if all(line.startswith("- ") for line in lines):
        return f"<ul>{''.join(f'<li>{_inline(line[2:])}</li>' for line in lines)}</ul>"
    return f"<p>{_inline(' '.join(lines))}</p>"


def _inline(text: str) -> str:
    text = _BOLD.sub(r"<b>\1</b>", escape(text.strip()))
    return _LINK.sub(r'<a href="\2">\1</a>', text)


def prose(reference: str, field: str, text: str) -> list[dict[str, Any]]:
    """Give the raw blocks of a prose field."""
    return [
        {"type": "paragraph", "value": html(part), "id": block_id(reference, field, number)}
        for number, part in enumerate(paragraphs(text))
    ]


def article(reference: str, field: str, text: str) -> list[dict[str, Any]]:
    """Give the raw blocks of a longer text, in which a paragraph of "## " is a heading."""
    return [
        {
            "type": "heading" if part.startswith(_HEADING) else "paragraph",
            "value": part.removeprefix(_HEADING) if part.startswith(_HEADING) else html(part),
            "id": block_id(reference, field, number),
        }
        for number, part in enumerate(paragraphs(text))
    ]


def structs(
    reference: str, field: str, kind: str, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Give the raw blocks of a field of structures (links, figures, updates)."""
    return [
        {"type": kind, "value": row, "id": block_id(reference, field, kind, number)}
        for number, row in enumerate(rows)
    ]
