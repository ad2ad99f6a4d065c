"""The text of a paragraph of Word, in the light markup of the form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# What was deleted or moved away while changes were tracked, and what no reader sees.
_GONE = {
    f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText", "delText")
}
_PICTURES = {f"{W}{name}" for name in ("drawing", "pict", "object")}
_HREF = re.compile(r'HYPERLINK\s+"([^"]+)"', re.I)
# Boxes and ticks of the Wingdings fonts, by the number of the sign.
_WINGDINGS = {
    "F0FE": "☒", "F0FD": "☒", "F078": "☒", "F0A8": "☐", "F06F": "☐", "F072": "☐", "F0FC": "✓",
    "F052": "☑", "F053": "☒", "F0B7": "•",
}  # fmt: skip
_FALSE = {"0", "false", "off"}


@dataclass
class Line:
    """The text of a paragraph.

    marked: with the light markup. plain: without. href: the first address that it links to.
    boxes: tags of its boxes and whether they are ticked. pictures: how many stand in it.
    apart: paragraphs of text boxes in it. tag: of a control within the line; empty: that control
    only shows what to do.
    """

    marked: str = ""
    plain: str = ""
    href: str = ""
    boxes: list[tuple[str, bool]] = field(default_factory=list)
    pictures: int = 0
    apart: list[Any] = field(default_factory=list)


@dataclass
class _Field:
    """A field of Word's own (a link, a page number): its code, and whether its result has begun."""

    code: str = ""
    in_result: bool = False


class InlineReader:
    """Reads paragraphs. links: addresses by relation."""

    def __init__(self, links: Mapping[str, str]) -> None:
        self._links = links

    def read(self, paragraph: Any) -> Line:
        """Give the text of a paragraph."""
        self._line = Line()
        self._pieces: list[tuple[str, bool, str]] = []
        self._fields: list[_Field] = []
        self._walk(paragraph, "")
        line = self._line
        line.plain = _tidied("".join(text for text, _bold, _href in self._pieces))
        line.marked = _tidied(_marked(self._pieces))
        line.href = next((href for _text, _bold, href in self._pieces if href), "")
        return line

    def _walk(self, element: Any, href: str) -> None:
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _GONE:
                continue
            if tag == f"{W}r":
                self._run(child, href)
            elif tag == f"{W}hyperlink":
                self._walk(child, _address(self._links.get(child.get(f"{_R}id", ""), "")) or href)
            elif tag == f"{W}fldSimple":
                self._walk(child, _field_address(child.get(f"{W}instr", "")) or href)
            elif tag == f"{W}sdt":
                self._control(child, href)
            elif tag in (f"{_M}oMath", f"{_M}oMathPara"):
                text = "".join(part.text or "" for part in child.iter(f"{_M}t"))
                self._pieces.append((text, False, href))
            else:
                self._walk(child, href)

    def _control(self, control: Any, href: str) -> None:
        properties = control.find(f"{W}sdtPr")
        content = control.find(f"{W}sdtContent")
        if properties is not None:
            checked = properties.find(f"{W14}checkbox/{W14}checked")
            if properties.find(f"{W14}checkbox") is not None:
                ticked = checked is not None and checked.get(f"{W14}val") not in _FALSE
                self._line.boxes.append((_tag(properties), ticked))
                self._pieces.append(("☒" if ticked else "☐", False, ""))
                return
            if properties.find(f"{W}showingPlcHdr") is not None:
                return
        if content is not None:
            self._walk(content, href)

    def _run(self, run: Any, href: str) -> None:
        bold = _is_bold(run.find(f"{W}rPr"))
        if _is_hidden(run.find(f"{W}rPr")):
            return
        for child in run:
            tag = child.tag
            if tag == f"{W}fldChar":
                self._field_sign(child)
            elif tag == f"{W}instrText":
                if self._fields:
                    self._fields[-1].code += child.text or ""
            elif self._fields and not self._fields[-1].in_result:
                continue
            elif text := _text(child):
                inner = next((a for f in self._fields if (a := _field_address(f.code))), "")
                self._pieces.append((text, bold, inner or href))
            elif tag in _PICTURES or tag == f"{_MC}AlternateContent":
                self._picture(child)

    def _field_sign(self, sign: Any) -> None:
        kind = sign.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
            box = sign.find(f"{W}ffData/{W}checkBox")
            if box is not None:  # a box of Word's old forms
                state = box.find(f"{W}checked")
                state = box.find(f"{W}default") if state is None else state
                ticked = state is not None and state.get(f"{W}val", "1") not in _FALSE
                self._pieces.append(("☒" if ticked else "☐", False, ""))
        elif kind == "separate" and self._fields:
            self._fields[-1].in_result = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _picture(self, element: Any) -> None:
        """Count a picture; the text of a text box is text."""
        chosen = element.find(f"{_MC}Choice")
        element = element if chosen is None else chosen
        boxes = list(element.iter(f"{W}txbxContent"))
        if boxes:
            self._line.apart += boxes
        else:
            self._line.pictures += 1


def _tag(properties: Any) -> str:
    tag = properties.find(f"{W}tag")
    return "" if tag is None else str(tag.get(f"{W}val", ""))


def _text(element: Any) -> str:
    match element.tag.removeprefix(W) if isinstance(element.tag, str) else "":
        case "t":
            return element.text or ""
        case "tab" | "ptab":
            return " "
        case "br" | "cr":
            return "\n" if element.get(f"{W}type") in (None, "textWrapping") else " "
        case "noBreakHyphen":
            return "-"
        case "sym":
            return _WINGDINGS.get(str(element.get(f"{W}char", "")).upper(), "")
    return ""


def _is_on(element: Any) -> bool:
    return element is not None and element.get(f"{W}val", "1") not in _FALSE


def _is_bold(properties: Any) -> bool:
    if properties is None:
        return False
    style = properties.find(f"{W}rStyle")
    strong = style is not None and str(style.get(f"{W}val", "")).lower() in ("strong", "bold")
    own = properties.find(f"{W}b")
    own = properties.find(f"{W}bCs") if own is None else own
    return strong if own is None else _is_on(own)


def _is_hidden(properties: Any) -> bool:
    return properties is not None and _is_on(properties.find(f"{W}vanish"))


def _field_address(code: str) -> str:
    found = _HREF.search(code)
    return _address(found[1]) if found else ""


def _address(target: str) -> str:
    """Give an address as the light markup can hold it, or "" for what leads nowhere public."""
    target = target.strip()
    if not target.lower().startswith(("http://", "https://")):
        return ""
    return target.replace(" ", "%20").replace("(", "%28").replace(")", "%29")


def _marked(pieces: list[tuple[str, bool, str]]) -> str:
    """Put neighbours of one look together, and mark them."""
    joined: list[tuple[str, bool, str]] = []
    for text, bold, href in pieces:
        if joined and joined[-1][1:] == (bold, href):
            joined[-1] = (joined[-1][0] + text, bold, href)
        elif joined and not text.strip() and not href:  # a space has no look of its own
            joined[-1] = (joined[-1][0] + text, *joined[-1][1:])
        else:
            joined.append((text, bold, href))
    return "".join(_mark(*piece) for piece in joined)


def _mark(text: str, bold: bool, href: str) -> str:
    words = text.strip()
    if not words or not (bold or href):
        return text
    start = text[: len(text) - len(text.lstrip())]
    end = text[len(text.rstrip()) :]
    if href:
        words = f"[{words.replace('[', '(').replace(']', ')')}]({href})"
    else:
        words = "\n".join(
            f"**{line.strip()}**" if line.strip() else "" for line in words.split("\n")
        )
    return f"{start}{words}{end}"


def _tidied(text: str) -> str:
    text = text.replace("\u00a0", " ").replace("\u00ad", "").replace("\u200b", "")
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
