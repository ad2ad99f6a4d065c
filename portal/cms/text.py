"""Plain text from what pages hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.html import strip_tags
from wagtail.rich_text import RichText

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_BREAKS = re.compile(r"</(?:p|li|h[1-6]|ul|ol)>|<br\s*/?>", re.I)


def count_words(text: str) -> int:
    """Count the words of a text; of Chinese and Japanese, two signs count as a word."""
    signs = len(_CJK.findall(text))
    return len(_CJK.sub(" ", text).split()) + (signs + 1) // 2


def plain(html: str) -> str:
    """Give the text of HTML, one space between words."""
    from html import unescape

    return " ".join(unescape(strip_tags(_BREAKS.sub(" ", html))).split())


def stream_text(stream: Any) -> str:
    """Give the text of a StreamField's value: all its strings that people read."""
    return " ".join(part for block in stream for part in _texts(block.value) if part)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, RichText):
        yield plain(value.source)
    elif isinstance(value, str):
        if not value.startswith(("http://", "https://")):
            yield " ".join(value.split())
    elif hasattr(value, "items"):
        for child in value.values():
            yield from _texts(child)
