"""Markdown to HTML, as much of it as guides and reports use.

Headings, paragraphs, lists, quotations, tables as lines, emphasis and links; raw HTML stays, since
`prose.split_html` cleans whatever comes out. Pictures are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HEADING = re.compile(r" {0,3}(#{1,6})\s*(.*?)\s*#*$")
_ITEM = re.compile(r"(?P<indent>\s*)(?P<mark>[*+-]|\d{1,3}[.)])\s+(?P<text>.*)$")
_RULE = re.compile(r" {0,3}(?:[-*_]\s*){3,}$|\|?\s*:?-{2,}[-:|\s]*$")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_BLOCK_HTML = re.compile(
    r"\s*</?(?:table|thead|tbody|tr|td|th|ul|ol|li|p|div|blockquote|h[1-6]|hr|br)\b", re.I
)
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\(\s*<?([^\s)>]*)>?(?:\s+[\"'][^)]*)?\)")
_ADDRESS = re.compile(r"<(https?://[^\s>]+)>")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.S)
_ITALIC = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_]+?)(?<=\S)\1(?![\w*])")
_ATTRIBUTES = re.compile(r"\{:[^}]*\}")


@dataclass
class _Page:
    """What has been written, and what is still open."""

    html: list[str] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    ordered: bool = False

    def end_paragraph(self) -> None:
        if self.paragraph:
            self.html.append(f"<p>{inline(' '.join(self.paragraph))}</p>")
            self.paragraph = []

    def end_list(self) -> None:
        if self.items:
            tag = "ol" if self.ordered else "ul"
            items = "".join(f"<li>{inline(item)}</li>" for item in self.items)
            self.html.append(f"<{tag}>{items}</{tag}>")
            self.items = []

    def end(self) -> None:
        self.end_paragraph()
        self.end_list()


def inline(text: str) -> str:
    """Give the HTML of a line: links, bold and italic."""
    text = _ATTRIBUTES.sub("", _PICTURE.sub("", text))
    text = _ADDRESS.sub(r'<a href="\1">\1</a>', text)
    text = _LINK.sub(lambda match: f'<a href="{_quoted(match[2])}">{match[1]}</a>', text)
    parts = re.split(r"(<[^>]*>)", _BOLD.sub(r"<strong>\2</strong>", text))
    return "".join(
        part if part.startswith("<") else _ITALIC.sub(r"<em>\2</em>", part) for part in parts
    )


def _quoted(url: str) -> str:
    return url.replace('"', "%22")


def to_html(text: str) -> str:
    """Give the HTML of a Markdown text; nested lists become one list."""
    page = _Page()
    lines = text.split("\n")
    for number, line in enumerate(lines):
        stripped = line.strip().removeprefix(">").strip()
        if not stripped:
            _blank(page, lines[number + 1 :])
        elif _FENCE.match(line) or _RULE.match(stripped):
            page.end()
        elif heading := _HEADING.match(stripped):
            page.end()
            level = min(len(heading[1]) + 1, 6)
            words = heading[2].replace("*", "").strip()
            page.html.append(f"<h{level}>{inline(words)}</h{level}>")
        elif item := _ITEM.match(stripped):
            page.end_paragraph()
            ordered = item["mark"][0].isdigit()
            if ordered != page.ordered and not line.startswith((" ", "\t")):
                page.end_list()
            if not page.items:
                page.ordered = ordered
            page.items.append(item["text"])
        elif _BLOCK_HTML.match(stripped):
            page.end()
            page.html.append(stripped)
        elif stripped.startswith("|"):
            page.end()
            page.html.append(f"<p>{inline(stripped.strip('| '))}</p>")
        elif page.items:
            page.items[-1] += f" {stripped}"
        else:
            page.paragraph.append(stripped)
    page.end()
    return "\n".join(page.html)


def _blank(page: _Page, following: list[str]) -> None:
    """End a paragraph; a list goes on where the next line is an item or indented."""
    page.end_paragraph()
    after = next((line for line in following if line.strip()), "")
    if not (_ITEM.match(after) or after.startswith(("  ", "\t"))):
        page.end_list()
