"""From other people's HTML, Markdown or plain text to the portal's short blocks.

Word processors leave styles, spans and empty paragraphs; what stays is paragraphs, lists,
emphasis and links. Each paragraph or list becomes one block, so that a translation survives an
edit of its neighbour.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

import nh3

NAMESPACE = uuid.UUID("6a7f9f14-53a1-5b0e-9d0c-8c1f5f5b7a66")
MASK = "[…]"  # in place of a mail address: a contact is reached through the portal's form
HEADING_LENGTH = 150
_INLINE = {"strong": "strong", "b": "strong", "em": "em", "i": "em"}
_LISTS = frozenset({"ul", "ol"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOUNDARIES = frozenset({"p", "div", "blockquote", "table", "tr", "pre", "section", "article"})
_TAGS = {
    *_INLINE,
    *_LISTS,
    *_HEADINGS,
    *_BOUNDARIES,
    "li",
    "a",
    "br",
    "sup",
    "sub",
    "td",
    "th",
}
_TOKEN = re.compile(r'<(?P<close>/?)(?P<tag>[a-z0-9]+)(?P<rest>(?:[^>"]|"[^"]*")*)>|[^<]+')
_HREF = re.compile(r'href="([^"]*)"')
_MAIL = re.compile(r"(?:mailto:)?[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", re.I)
_SPACE = re.compile(r"\s+")
_DASHED = re.compile(r"<p>(?:[-–](?!\d)|[•●·])\s*(.+)</p>")
_LINES = re.compile(r"</(?:li|p)>|<br/>")
_WORD = re.compile(r"\w")
_TAG = re.compile(r"<[^>]*>")
_EMPTY = re.compile(r'<(?P<tag>strong|em|li|ul|ol|a)(?: href="[^"]*")?>(?P<space>\s*)</(?P=tag)>')
_AROUND_ITEMS = re.compile(r" ?(</?(?:li|ul|ol)>) ?")
_BREAKS = re.compile(r"(?: ?<br/> ?){2,}")
_EDGES = re.compile(r"^(?: |<br/>|\|)+|(?: |<br/>|\|)+$")
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_MARKUP = re.compile(r"</?[a-z][^<>]*>|&#?\w+;", re.I)


def block_id(source: str, source_id: str, field: str, number: object) -> str:
    """Give the id of a block: the same at every import, and in every language."""
    return str(uuid.uuid5(NAMESPACE, "\n".join((source, source_id, field, str(number)))))


def mask_mail(text: str) -> str:
    """Take mail addresses out of a text."""
    return _MAIL.sub(MASK, text) if "@" in text else text


def plain(text: str) -> str:
    """Give the text of what may be HTML, on one line, without mail addresses."""
    if _MARKUP.search(text):
        text = " ".join(_to_text(part) for part in split_html(text))
    return _SPACE.sub(" ", mask_mail(text)).strip()


def _to_text(html: str) -> str:
    return unescape(_TAG.sub("", _LINES.sub(" ", html)))


def links(html: str) -> Iterator[tuple[str, str]]:
    """Give the links of HTML or plain text as pairs of address and words."""
    cleaned = nh3.clean(
        html, tags={"a"}, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None
    )
    anchors = re.findall(r'<a href="([^"]*)">(.*?)</a>', cleaned, re.S)
    for href, words in anchors:
        if unescape(href).startswith(("http://", "https://")):
            yield unescape(href), plain(words)
    if not anchors:
        for address in re.findall(r"https?://[^\s<>\"',;]+", unescape(html)):
            yield address.rstrip(".)"), ""


def split_html(html: str) -> list[str]:
    """Clean HTML and split it into paragraphs, lists and headings (h2), each well formed."""
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )
    cleaned = _SPACE.sub(" ", cleaned.replace("&nbsp;", " "))
    parts = _Splitter().run(mask_mail(cleaned))
    return _gather([part for part in parts if _WORD.search(_TAG.sub("", part))])


def _gather(parts: list[str]) -> list[str]:
    """Make one list of neighbouring paragraphs that begin with a dash or a bullet."""
    gathered: list[str] = []
    run: list[str] = []
    for part in [*parts, ""]:
        if _DASHED.fullmatch(part):
            run.append(part)
            continue
        if len(run) > 1:
            run = ["<ul>" + "".join(_DASHED.sub(r"<li>\1</li>", line) for line in run) + "</ul>"]
        gathered += [*run, part]
        run = []
    return gathered[:-1]


class _Splitter:
    """Walks through clean HTML and puts what it meets into parts."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.open: list[tuple[str, str]] = []  # inline tags that are open, with their start tag
        self.buffer: list[str] = []
        self.heading = False
        self.depth = 0  # of lists

    def run(self, html: str) -> list[str]:
        """Give the parts."""
        shift: dict[int, int] | None = None
        for token in _TOKEN.finditer(html):
            tag = token["tag"]
            if tag is None:
                self.buffer.append(token[0].translate(shift) if shift else token[0])
            elif tag in ("sup", "sub"):
                shift = None if token["close"] else (_RAISED if tag == "sup" else _LOWERED)
            elif tag in _LISTS or tag == "li":
                self._list(tag, bool(token["close"]))
            elif tag in _BOUNDARIES or tag in _HEADINGS:
                self._boundary(tag, bool(token["close"]))
            elif tag == "br":
                self.buffer.append("<br/>")
            elif tag in ("td", "th"):
                self.buffer.append(" | " if token["close"] else "")
            elif token["close"]:
                self._close(_INLINE.get(tag, tag))
            else:
                self._open(tag, token["rest"])
        self._flush()
        return self.parts

    def _open(self, tag: str, rest: str) -> None:
        name = _INLINE.get(tag, tag)
        start = f"<{name}>"
        if name == "a":
            href = _HREF.search(rest)
            # An address within the source's own site would lead to a page of ours.
            outside = href is not None and href[1].startswith(("http://", "https://"))
            start = f'<a href="{href[1]}">' if href is not None and outside else ""
        if start and name not in (tag for tag, _start in self.open):
            self.open.append((name, start))
            self.buffer.append(start)
        else:
            self.open.append((name, ""))

    def _close(self, name: str) -> None:
        names = [tag for tag, _start in self.open]
        if name not in names:
            return
        place = len(names) - 1 - names[::-1].index(name)
        _tag, start = self.open.pop(place)
        if start:
            self.buffer.append(f"</{name}>")

    def _list(self, tag: str, close: bool) -> None:
        if tag == "li" and not self.depth:
            if close:  # an item without a list is a paragraph
                self._flush()
            return
        if tag in _LISTS and not close and not self.depth:
            self._flush()
        self.buffer.append(f"</{tag}>" if close else f"<{tag}>")
        if tag in _LISTS:
            self.depth = max(0, self.depth + (-1 if close else 1))
            if not self.depth:
                self._flush()

    def _boundary(self, tag: str, close: bool) -> None:
        if self.depth:  # inside a list, a paragraph is a line
            if close:
                self.buffer.append(" ")
            return
        self._flush()
        self.heading = tag in _HEADINGS and not close

    def _flush(self) -> None:
        """Finish a part; inline tags that are still open go on in the next one."""
        text = "".join(self.buffer)
        if self.open:
            text += "".join(f"</{name}>" for name, start in reversed(self.open) if start)
        self.buffer = [start for _name, start in self.open if start]
        if not text.strip():
            self.heading = False
            return
        is_list = text.lstrip().startswith(("<ul>", "<ol>"))
        pieces = [text] if is_list or "<br/>" not in text else _BREAKS.split(text)
        for piece in (self._trimmed(one, is_list) for one in pieces):
            if not piece:
                continue
            if is_list:
                self.parts.append(piece)
            else:
                tag = "h2" if self.heading else "p"
                self.parts.append(f"<{tag}>{piece}</{tag}>")
        self.heading = False

    @staticmethod
    def _trimmed(text: str, is_list: bool) -> str:
        """Take away what is empty, and spaces and breaks at the ends."""
        while _EMPTY.search(text):
            text = _EMPTY.sub(r"\g<space>", text)
        if is_list:
            text = _AROUND_ITEMS.sub(r"\1", text)
        if "<br/>" in text or "|" in text:
            text = _EDGES.sub("", text)
        text = text.strip()
        return text.replace("  ", " ") if "  " in text else text


def split_text(text: str) -> list[str]:
    r"""Split plain text at its blank lines; a literal \n, which some exports hold, is a line."""
    text = mask_mail(text.replace("\\r\\n", "\n").replace("\\n", "\n"))
    parts = []
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        items = [re.sub(r"^(?:[-*•·–]|\d{1,2}[.)])\s+", "", line) for line in lines]
        if len(lines) > 1 and all(item != line for item, line in zip(items, lines, strict=True)):
            parts.append(bullets(items))
        elif lines:
            parts.append(f"<p>{'<br/>'.join(escape(line, quote=False) for line in lines)}</p>")
    return parts


def bullets(items: list[str]) -> str:
    """Give a list of HTML from plain lines."""
    return f"<ul>{''.join(f'<li>{escape(item, quote=False)}</li>' for item in items)}</ul>"


def blocks(
    parts: list[str], source: str, source_id: str, field: str, *, headings: bool = False
) -> list[dict[str, Any]]:
    """Give the raw blocks of a field from its parts, with deterministic ids.

    Where the field has no block for headings, one becomes a paragraph in bold.
    """
    result = []
    for number, part in enumerate(parts):
        kind, value = "paragraph", part
        if part.startswith("<h2>"):
            words = _SPACE.sub(" ", _to_text(part)).strip()
            if headings and len(words) <= HEADING_LENGTH:
                kind, value = "heading", words
            else:
                value = f"<p><strong>{escape(words, quote=False)}</strong></p>"
        result.append(
            {"type": kind, "value": value, "id": block_id(source, source_id, field, number)}
        )
    return result


def first_sentences(text: str, words: int) -> str:
    """Give the first sentences of a plain text, `words` at most; a longer first one is cut."""
    kept = ""
    for sentence in re.split(r"(?<=[.!?…。؟])\s+(?=\S)", text):
        longer = f"{kept} {sentence}".strip()
        if len(longer.split()) > words:
            break
        kept = longer
    return kept or " ".join(text.split()[: words - 1]) + " …"
