"""The engines that this machine has, each with an index of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.elasticsearch.distribution import Unavailable
from tests.elasticsearch.indices import own_prefix
from tests.elasticsearch.server import measured_server

Configurations = Mapping[str, Mapping[str, Any]]
_SECONDS = 30  # this machine is busy, and it is not time that is measured


@contextmanager
def at_hand(folder: Path, wanted: Sequence[str] = ()) -> Iterator[tuple[Configurations, list[str]]]:
    """Give the configurations of the engines by name, and what is to be said of those absent.

    wanted: only these; all where it is empty. A server of Elasticsearch is started unless
    ELASTICSEARCH_URL names one; the indices there are removed in the end.
    """
    found: dict[str, Mapping[str, Any]] = {}
    remarks: list[str] = []
    if not wanted or "embedded" in wanted:
        found["embedded"] = {
            "BACKEND": "search.engines.embedded.EmbeddedEngine",
            "OPTIONS": {"path": folder / "index"},
        }
    with ExitStack() as stack:
        if not wanted or "elasticsearch" in wanted:
            try:
                url = stack.enter_context(measured_server())
            except Unavailable as error:
                remarks.append(f"Elasticsearch is not measured: {error}")
            else:
                found["elasticsearch"] = {
                    "BACKEND": "search.engines.elasticsearch.ElasticsearchEngine",
                    "OPTIONS": {
                        "url": url,
                        "prefix": stack.enter_context(own_prefix(url)),
                        "timeout": _SECONDS,
                    },
                }
        yield found, remarks


def named(configuration: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give a configuration with an index for one collection."""
    options = dict(configuration["OPTIONS"])
    if "path" in options:
        options["path"] = options["path"] / name
    else:
        options["prefix"] = f"{options['prefix']}-{name}"
    return {**configuration, "OPTIONS": options}
