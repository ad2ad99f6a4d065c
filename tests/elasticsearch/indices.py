"""Names of one's own on a server that others use, too."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

_SECONDS = 60


@contextmanager
def own_prefix(url: str) -> Iterator[str]:
    """Give a prefix for names of indices; what bears it at the block's end is deleted."""
    prefix = f"test-{uuid4().hex[:12]}"
    try:
        yield prefix
    finally:
        # Servers refuse to delete by pattern.
        if names := indices(url, prefix):
            listed = ",".join(map(urllib.parse.quote, names))
            _ask(f"{url.rstrip('/')}/{listed}", "DELETE")


def indices(url: str, prefix: str) -> list[str]:
    """Give the names of the indices that begin with a prefix."""
    address = f"{url.rstrip('/')}/_cat/indices/{prefix}*?format=json&h=index&expand_wildcards=all"
    return sorted(row["index"] for row in json.loads(_ask(address)))


def _ask(address: str, method: str = "GET") -> bytes:
    request = urllib.request.Request(address, method=method)
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        told: bytes = answer.read()
    return told
