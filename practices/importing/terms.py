"""The taxonomy as imports need it: merged terms followed, retired ones reported."""

from __future__ import annotations

from collections.abc import Iterable

from portal.taxonomy.snapshot import Entry, snapshot


class Terms:
    """The terms at the beginning of an import; one read serves all rows."""

    def __init__(self) -> None:
        self._taxonomy = snapshot()

    def unknown(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Give the pairs of kind and code that the taxonomy does not have."""
        return [pair for pair in pairs if self._taxonomy.resolve(*pair) is None]

    def current(self, kind: str, code: str) -> Entry | None:
        """Give the term as it stands today; None where it was retired and merged into no other."""
        entry = self._taxonomy.resolve(kind, code)
        return entry if entry is not None and entry.current else None
