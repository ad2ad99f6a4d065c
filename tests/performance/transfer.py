"""What the first search page weighs on its way to a reader who has nothing of it yet."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.html import strip_tags

_LINKED = re.compile(r"""<(?:link|script|use)\b[^>]*?(?:href|src)="/static/([^"#]+)""")
_FOLDED = re.compile(r"<details(?![^>]* open)[^>]*>.*?</details>", re.DOTALL)
_FACE = re.compile(r"@font-face\s*{([^}]*)}")
_SOURCE = re.compile(r"""url\(["']?([^"')]+)""")
_RANGE = re.compile(r"U\+([0-9A-Fa-f]+)(?:-([0-9A-Fa-f]+))?")


def first_page(address: str) -> dict[str, int]:
    """Give file -> bytes sent for a page with its style sheets, scripts, icons and fonts.

    Pictures and icons are left out. Texts count as compressed by gzip; of the fonts those that a
    browser fetches: upright, with at least one sign in their range that is not folded away.
    """
    response = Client(headers={"accept-encoding": "gzip"}).get(address)
    sent = {"page": len(response.content)}
    html = gzip.decompress(response.content).decode()
    signs = {ord(sign) for sign in strip_tags(_FOLDED.sub("", html))}
    for name in dict.fromkeys(_LINKED.findall(html)):
        path = _static(name)
        if path.suffix not in (".css", ".js", ".svg") or path.name.startswith("favicon"):
            continue
        sent[name] = len(gzip.compress(path.read_bytes(), 6))
        if path.suffix == ".css":
            for font in _fonts(path.read_text(encoding="utf-8"), signs):
                sent[f"fonts/{Path(font).name}"] = (path.parent / font).stat().st_size
    return sent


def _static(name: str) -> Path:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found)


def _fonts(css: str, signs: set[int]) -> list[str]:
    """Give the fonts of a style sheet that these signs need."""
    fonts = []
    for face in _FACE.findall(css):
        source = _SOURCE.search(face)
        if source is None or "italic" in face:
            continue
        ranges = [(int(a, 16), int(b or a, 16)) for a, b in _RANGE.findall(face)]
        if not ranges or any(a <= sign <= b for a, b in ranges for sign in signs):
            fonts.append(source[1])
    return fonts
