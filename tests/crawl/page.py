"""What a page says, to whom: its strings with the language and direction that stand over each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from portal.taxonomy.language import direction, short

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "mark", "small", "span", "strong", "sup"}
SILENT = {"script", "style", "svg", "template", "code"}
ATTRIBUTES = {"title", "alt", "aria-label", "placeholder", "label", "aria-description"}
# What a script says.
SCRIPTS = re.compile(r"data-(?:text-.+|.+-(?:text|label))")
# What is the same in every language: names, codes, kinds of files, what nobody translates.
NAMES = re.compile(
    r"Local4Action(?: HUBs)?|UCLG|uclg\.org|GOLD VI|L4A-\d+|PDF|https?://\S+|[\w.+-]+@[\w.-]+|"
    r"بايت|\b(?:CC BY(?:-[A-Z]+)*(?: \d\.\d)?|SDG|HTML|CSV|XLSX|JSON|RSS|Atom|BibTeX|RIS|KB|MB|"
    r"bytes|octets|byte)\b"
)
_MARK = re.compile(r"⟦(\w\w) [^⟦⟧]*⟧")
_CUT = re.compile(r"⟦(\w\w) [^⟦⟧]*$|^[^⟦⟧]*⟧")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Said:
    """A string of a page: where, in which language and direction it claims to be."""

    text: str
    where: str
    language: str
    direction: str

    def faults(self) -> Iterator[str]:
        """Say what of the string is not translated, or for another reader than it says."""
        rest, found = self.text, []
        while match := _MARK.search(rest):
            found.append(match[1])
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
        while match := _CUT.search(rest):  # a passage that was cut
            found += [match[1]] if match[1] else []
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
        shown = " ".join(self.text.split())[:90]
        words = _WORD.findall(NAMES.sub(" ", rest))
        if words:
            yield f"{self.where}: not translated: {' '.join(words)!r} in {shown!r}"
        for code in sorted(set(found) - {short(self.language)}):
            yield f"{self.where}: {code} under lang={self.language}: {shown!r}"
        expected = direction(self.language)
        if found and self.direction not in ("auto", expected):
            yield f"{self.where}: dir={self.direction} over {self.language}: {shown!r}"


@dataclass
class Link:
    """A link of a page; `switches`: it says that it leads to another language."""

    url: str
    switches: str = ""
    rel: str = ""


@dataclass
class Read:
    """What was read of a page."""

    language: str = ""
    direction: str = ""
    said: list[Said] = field(default_factory=list)
    head: list[Said] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads a page as a screen reader would, language by language."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Read()
        self.stack: list[tuple[str, str, str]] = []
        self.text = ""
        self.context = ("", "", "")
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element's language, its attributes and links."""
        values = {name: value or "" for name, value in attrs}
        _tag, language, way = self.stack[-1] if self.stack else ("", "", "")
        language, way = values.get("lang", language), values.get("dir", way)
        if tag == "bdi" and "dir" not in values:
            way = "auto"
        if tag == "html":
            self.page.language, self.page.direction = language, way
        if tag not in INLINE or "lang" in values or "dir" in values or tag == "bdi":
            self._end_text()
        if tag not in VOID:
            self.stack.append((tag, language, way))
            self.silent += tag in SILENT
        for name in (*ATTRIBUTES, *filter(SCRIPTS.fullmatch, values)):
            if values.get(name):
                where = f"<{tag} {name}>"
                self.page.said.append(Said(values[name], where, language, way))
        if tag == "input" and values.get("type") in ("submit", "button"):
            self.page.said.append(Said(values.get("value", ""), "<input>", language, way))
        if tag == "meta" and values.get("name") == "description":
            self.page.head.append(Said(values.get("content", ""), "<meta>", language, way))
        if tag in ("a", "link") and "href" in values:
            rel = values.get("rel", "")
            self.page.links.append(Link(values["href"], values.get("hreflang", ""), rel))
        if tag == "form" and "action" in values:
            self.page.actions.append(values["action"])

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        if tag not in INLINE or tag == "bdi":
            self._end_text()
        while self.stack:
            name, language, way = self.stack.pop()
            self.silent -= name in SILENT
            outer = self.stack[-1] if self.stack else ("", "", "")
            if (language, way) != outer[1:]:
                self._end_text()
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        """Collect text until its block, language or direction ends."""
        if self.silent or not self.stack:
            return
        tag, language, way = self.stack[-1]
        if not self.text.strip():
            self.context = (tag, language, way)
        # A date is written by the locale and stands in its own element.
        gap = "" if tag in ("mark", "b", "strong", "em") else " "
        self.text += gap + ("" if any(name == "time" for name, *_rest in self.stack) else data)

    def _end_text(self) -> None:
        text, self.text = self.text, ""
        tag, language, way = self.context
        if text.strip():
            said = Said(text, f"<{tag}>", language, way)
            (self.page.head if tag == "title" else self.page.said).append(said)

    def close(self) -> None:
        """End the last text."""
        super().close()
        self._end_text()


def read(html: str) -> Read:
    """Read a page."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.page
