"""What a rebuild of an Elasticsearch index takes, against the raw bulk of the same documents."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk
from elasticsearch.serializer import OrjsonSerializer

from search.document import SearchDocument
from search.engines import elasticsearch_schema as schema
from search.engines.elasticsearch import ElasticsearchEngine

_QUIET = 5  # seconds without a merge: one is often followed by the next


def rates(
    engine: ElasticsearchEngine, url: str, prefix: str, documents: Sequence[SearchDocument]
) -> dict[str, float]:
    """Index the same works both ways; give works a second of each, and their ratio.

    The raw way gets documents that were prepared before the clock starts, in one index without
    aliases, versions or lock.
    """
    prepared = [(one.id, schema.index_document(one)) for one in documents]
    with Elasticsearch(url, request_timeout=120, serializer=OrjsonSerializer()) as client:
        name = f"{prefix}-raw"
        client.indices.delete(index=name, ignore_unavailable=True)
        client.indices.create(
            index=name,
            mappings=schema.index_mapping().to_dict(),
            settings={**schema.index_settings(), "refresh_interval": "-1"},
        )
        started = time.perf_counter()
        for _done, _item in streaming_bulk(client, _actions(name, prepared), chunk_size=500):
            pass
        client.indices.refresh(index=name)
        raw = len(documents) / (time.perf_counter() - started)
        client.indices.delete(index=name)
    started = time.perf_counter()
    engine.rebuild(documents)
    rebuilt = len(documents) / (time.perf_counter() - started)
    return {
        "raw bulk, works a second": round(raw),
        "rebuild, works a second": round(rebuilt),
        "rebuild by raw": round(rebuilt / raw, 2),
    }


def settle(url: str, prefix: str) -> None:
    """Wait until the server has merged these indices: that takes a processor of its own."""
    with Elasticsearch(url, request_timeout=120) as client:
        quiet = 0
        while quiet < _QUIET:
            found = client.indices.stats(index=f"{prefix}*", metric="merge")
            merging = found["_all"]["total"]["merges"]["current"]
            quiet = 0 if merging else quiet + 1
            time.sleep(1)


def _actions(index: str, prepared: Sequence[tuple[str, dict[str, Any]]]) -> Any:
    return ({"_index": index, "_id": key, "_source": body} for key, body in prepared)
