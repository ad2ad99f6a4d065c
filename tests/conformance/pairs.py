"""Pairs of what is typed and what is written, by language: words/*.yaml.

Each is a list: what is typed, what is written and, where it does not show, why. Those under
`match` must find, those under `differ` must not. They bind every engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).parent / "words"


class Pair(NamedTuple):
    """What is typed, what is written, whether the one must find the other, and why."""

    typed: str
    written: str
    match: bool
    why: str


def read_pairs() -> dict[str, list[Pair]]:
    """Give the pairs of each language."""
    lists: dict[str, Any] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(file.read_text())
        lists |= content if file.stem == "others" else {file.stem: content}
    return {
        language: [
            Pair(typed, written, kind == "match", "".join(why))
            for kind, entries in kinds.items()
            for typed, written, *why in entries
        ]
        for language, kinds in lists.items()
    }
