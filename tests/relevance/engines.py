"""The engines that this machine has, each with an index of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Configurations = Mapping[str, Mapping[str, Any]]


@contextmanager
def at_hand(folder: Path) -> Iterator[tuple[Configurations, Sequence[str]]]:
    """Give the configurations of the engines by name, and what is to be said of those absent."""
    found: dict[str, Mapping[str, Any]] = {
        "embedded": {
            "BACKEND": "search.engines.embedded.EmbeddedEngine",
            "OPTIONS": {"path": folder / "index"},
        }
    }
    remarks = []
    if not os.environ.get("ELASTICSEARCH_URL"):
        remarks.append("Elasticsearch is not measured: ELASTICSEARCH_URL names no server.")
    yield found, remarks


def named(configuration: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give a configuration with an index for one collection."""
    options = dict(configuration["OPTIONS"])
    options["path"] = options["path"] / name
    return {**configuration, "OPTIONS": options}
