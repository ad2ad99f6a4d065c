"""Asking Elasticsearch: a whole answer or none, in one request or in several of one moment."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.dsl.aggs import Agg
from elasticsearch.dsl.query import Query

from .elasticsearch_client import ServerTrouble

logger = logging.getLogger(__name__)

_KEPT = "1m"  # a snapshot, between two requests
_OTHER_WAY = {"asc": "desc", "desc": "asc"}

Raw = Mapping[str, Any]


class Snapshot:
    """The index as it was at one moment, for several requests."""

    def __init__(self, client: Elasticsearch, index: str) -> None:
        self._client = client
        self._id = client.open_point_in_time(
            index=index, keep_alive=_KEPT, allow_partial_search_results=False
        )["id"]

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(ApiError, TransportError):  # it is let go by itself after a minute
            self._client.close_point_in_time(id=self._id)

    def ask(self, **asked: Any) -> Raw:
        """Search the snapshot."""
        answer = ask(
            self._client,
            pit={"id": self._id, "keep_alive": _KEPT},
            allow_partial_search_results=False,
            **asked,
        )
        self._id = answer["pit_id"]
        return answer


def ask(client: Elasticsearch, **asked: Any) -> Raw:
    """Search, and give the answer. Raises ServerTrouble where it is not a whole one."""
    asked = {"track_total_hits": True, "source": ["source"], **asked}
    asked = {name: plain(value) for name, value in asked.items() if value is not None}
    answer: Raw = client.search(**asked).body
    if answer["timed_out"] or answer["_shards"]["failed"]:
        logger.warning("An incomplete answer of Elasticsearch: %s", answer["_shards"])
        raise ServerTrouble(_("The search server gave only a part of the answer."))
    return answer


def plain(value: Any) -> Any:
    """Give queries and aggregations as the server takes them."""
    if isinstance(value, Query | Agg):
        return value.to_dict()
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return value


def columns(*names: str) -> dict[str, Any]:
    """Ask for these fields of hits alone, from their columns.

    Stored fields lie beside the whole source: to read a hundred ids there takes longer than to find
    the works.
    """
    return {"stored_fields": "_none_", "docvalue_fields": [*names], "source": False}


def reversed_order(order: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give an order from its end."""
    turned: list[dict[str, Any]] = []
    for one in order:
        ((name, how),) = one.items()
        if isinstance(how, dict):
            first = "_first" if how["missing"] == "_last" else "_last"
            turned.append({name: {"order": _OTHER_WAY[how["order"]], "missing": first}})
        else:
            turned.append({name: _OTHER_WAY[how]})
    return turned
