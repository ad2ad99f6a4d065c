"""Between what people type and the portal's blocks, without losing what they did not touch."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from difflib import SequenceMatcher
from html import unescape
from typing import Any

from portal.cms.prose import html, paragraphs
from practices.importing.prose import split_html

_MARKUP = re.compile(r"<\s*/?\s*[a-z][a-z0-9:]*(\s[^<>]*)?/?>", re.I)
_COMMENT = re.compile(r"<!--.*?-->|<\?xml.*?>|<!\[.*?\]>", re.S)
_PARAGRAPH_END = re.compile(r"</(?:p|ul|ol|h[1-6])>\s*")
_ITEM = re.compile(r"<li[^>]*>(.*?)</li>", re.S)
_BOLD = re.compile(r"<(b|strong)(?:\s[^>]*)?>(.*?)</\1>", re.S)
_LINK = re.compile(r'<a\s[^>]*href="((?:https?://|/)[^"]*)"[^>]*>(.*?)</a>', re.S)
_BREAK = re.compile(r"<br\s*/?>")
_TAG = re.compile(r"<[^>]*>")


def tidy(text: str) -> str:
    """Clean what was typed or pasted: one kind of line end, no invisible characters, no markup.

    Text that was pasted with its HTML (word processors do that) becomes paragraphs and lists.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    text = "".join(
        sign for sign in text if sign in "\n\t" or sign.isprintable() or sign == "\u200d"
    )
    text = _COMMENT.sub("", text)
    if _MARKUP.search(text):
        text = "\n\n".join(to_text(part) for part in split_html(text))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def to_text(source: str) -> str:
    """Give the text of the HTML of a paragraph block, as it is typed into the form.

    Paragraphs stand apart by an empty line, items begin with "- ", bold words stand between **.
    """
    found = []
    for part in _PARAGRAPH_END.split(source):
        items = _ITEM.findall(part)
        if items:
            found.append("\n".join(f"- {_inline(item)}" for item in items))
        elif line := _inline(part):
            found.append(line)
    return "\n\n".join(found)


def _inline(source: str) -> str:
    text = _BREAK.sub(" ", source)
    text = _LINK.sub(r"[\2](\1)", text)
    text = _BOLD.sub(r"**\2**", text)
    return " ".join(unescape(_TAG.sub("", text)).split())


def text_of(stream: Any) -> str:
    """Give the text of the paragraphs of a StreamField's value, as it is typed into the form."""
    return "\n\n".join(
        to_text(str(block.value.source)) for block in stream if block.block_type == "paragraph"
    )


def written(text: str, before: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the raw blocks of a text, given the raw blocks before it was edited.

    A paragraph that nobody touched keeps its block, with its id (translations hang on it) and its
    formatting; so do pictures, quotations and figures, which stay behind the paragraph that they
    followed.
    """
    typed = paragraphs(text)
    old = [
        (number, part)
        for number, block in enumerate(before)
        if block["type"] == "paragraph"
        for part in paragraphs(to_text(block["value"]))
    ]
    matcher = SequenceMatcher(None, [part for _number, part in old], typed, autojunk=False)
    stays: dict[int, int] = {}  # place among the old paragraphs -> place among the typed
    renamed: dict[int, str] = {}  # place among the typed -> id of the paragraph it replaces
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            stays.update(zip(range(i1, i2), range(j1, j2), strict=True))
        elif tag == "replace" and i2 - i1 == j2 - j1:
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                block = before[old[i][0]]
                if sum(number == old[i][0] for number, _part in old) == 1 and "id" in block:
                    renamed[j] = block["id"]
    whole = _whole_blocks(old, stays)
    result: list[tuple[float, dict[str, Any]]] = []
    covered = {place for places in whole.values() for place in places}
    for place, part in enumerate(typed):
        if place not in covered:
            block = {"type": "paragraph", "value": html(part)}
            result.append((place, {**block, "id": renamed.get(place) or str(uuid.uuid4())}))
    last = -1.0
    for number, block in enumerate(before):
        if block["type"] == "paragraph":
            ends = [stays[i] for i, (n, _part) in enumerate(old) if n == number and i in stays]
            last = max([last, *map(float, ends)])
            if number in whole:
                result.append((float(whole[number][0]), dict(block)))
        else:
            result.append((last + 0.5, dict(block)))
    return [block for _place, block in sorted(result, key=lambda pair: pair[0])]


def _whole_blocks(old: list[tuple[int, str]], stays: dict[int, int]) -> dict[int, list[int]]:
    """Give the blocks of which every paragraph stays, in order: number -> places in the text."""
    found: dict[int, list[int]] = {}
    for number in {number for number, _part in old}:
        mine = [i for i, (n, _part) in enumerate(old) if n == number]
        places = [stays[i] for i in mine if i in stays]
        if len(places) == len(mine) and places == list(range(places[0], places[0] + len(places))):
            found[number] = places
    return found
