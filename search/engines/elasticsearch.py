"""The search engine of a growing portal: an index on an Elasticsearch cluster.

Everything of a page comes from one request: hits, total, and the counts of all facets. Terms are
made and matches marked by the portal, as for the embedded engine; the server matches, scores,
orders and counts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from elasticsearch import Elasticsearch
from elasticsearch.dsl.query import Bool, Query, Term

from ..document import SearchDocument, Vector
from ..geography import Cluster
from ..request import SearchRequest
from . import elasticsearch_schema as schema
from .base import (
    MAX_POINTS,
    NO_NEIGHBOURS,
    EngineStatus,
    EngineUnavailable,
    Hit,
    MapResult,
    SearchResult,
)
from .breaker import Breaker
from .contents import DELETED, nearness
from .elasticsearch_answers import read_document, read_facets, read_hits, read_point
from .elasticsearch_asking import Raw, Snapshot, ask, columns, plain, reversed_order
from .elasticsearch_client import CLIENT_MAJOR, Connection, server_major, too_old
from .elasticsearch_index import Indices
from .elasticsearch_query import (
    BY_SCORE,
    SIMILAR_SCALE,
    WORDED,
    QueryBuilder,
    build_similar,
    build_spelled_like,
    equal,
    somewhere,
    visible_to,
)

logger = logging.getLogger(__name__)

_STRIDE = 10_000  # hits that are passed over with one request, to pages that lie deep
_TILES = 10_000  # of a map, in one request
_TILES_FINER = 2
_CANDIDATES = 10  # of the nearest works, looked at for each one wanted
_MOST_CANDIDATES = 10_000


class ElasticsearchEngine:
    """A search engine on a cluster.

    url: of its nodes, with commas between. prefix: of the names of all its indices. timeout:
    seconds that a search may take. api_key, ca_certs: for a cluster that asks for them. replicas:
    copies of the index besides the first.
    """

    name = "elasticsearch"

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "portal",
        timeout: float = 2.0,
        api_key: str = "",
        ca_certs: str = "",
        replicas: int = 0,
        breaker: Breaker | None = None,
    ) -> None:
        self._server = Connection(
            [part.strip() for part in url.split(",") if part.strip()],
            timeout=timeout,
            api_key=api_key,
            ca_certs=ca_certs,
            breaker=breaker or Breaker(),
        )
        self._indices = Indices(prefix, replicas)

    def search(
        self,
        request: SearchRequest,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> SearchResult:
        """Answer a search for a reader who may see works of `audiences`.

        neighbours: id -> nearness of works near in meaning; they match as if they held the words.
        Raises EngineUnavailable when there is no answer, or only a part of one.
        """
        with self._server.reading() as client:
            builder = self._builder(client, request, audiences, neighbours)
            asked = {
                "query": builder.build_counted(),
                "post_filter": _all_of(builder.selections()),
                "sort": builder.order,
            }
            if request.offset + request.size <= schema.WINDOW:
                answer = self._ask(
                    client,
                    **asked,
                    aggregations=builder.counts(),
                    from_=request.offset,
                    size=request.size,
                )
                found = answer["hits"]["hits"]
            else:
                answer, found = self._deep(client, request, builder, asked)
            hits = read_hits(found, request)
            if builder.is_worded and neighbours:
                hits = tuple(
                    replace(hit, by_meaning=WORDED not in one.get("matched_queries", ()))
                    for hit, one in zip(hits, found, strict=True)
                )
            return SearchResult(
                hits,
                answer["hits"]["total"]["value"],
                read_facets(answer["aggregations"]),
                answer["took"] / 1000,
                self.name,
            )

    def neighbours(
        self, vector: Vector, audiences: frozenset[str], *, floor: float, limit: int = 100
    ) -> Mapping[str, float]:
        """Give id -> nearness of the works most similar to a vector, the nearest first.

        Only works of `audiences` whose cosine similarity is at least `floor`, at most `limit`.
        Raises EngineUnavailable.
        """
        if limit < 1:
            return {}
        with self._server.reading() as client:
            self._indices.readable(client)
            answer = self._ask(
                client,
                knn={
                    "field": "vector",
                    "query_vector": np.asarray(vector, dtype=np.float32).tolist(),
                    "k": limit,
                    "num_candidates": min(_CANDIDATES * limit, _MOST_CANDIDATES),
                    "similarity": floor,
                    "filter": visible_to(audiences).to_dict(),
                },
                size=limit,
                **columns("id", "density"),
            )
        # The server's score of a cosine is half of one more than it.
        near = [
            (nearness(2 * hit["_score"] - 1, hit["fields"]["density"][0]), hit["fields"]["id"][0])
            for hit in answer["hits"]["hits"]
        ]
        return {key: value for value, key in sorted(near, key=lambda one: (-one[0], one[1]))}

    def complete(
        self, request: SearchRequest, audiences: frozenset[str], limit: int = 8
    ) -> tuple[Hit, ...]:
        """Give works whose title or place holds all words, the last of them perhaps half typed.

        Raises EngineUnavailable.
        """
        if not (request.words.terms or request.words.phrases):
            return ()
        with self._server.reading() as client:
            query = self._builder(client, request, audiences).build_complete()
            answer = self._ask(client, query=query, sort=BY_SCORE, size=limit)
            return read_hits(answer["hits"]["hits"], request, half_typed=1, passages=False)

    def spelled_like(
        self, word: str, audiences: frozenset[str], limit: int = 50
    ) -> tuple[SearchDocument, ...]:
        """Give works that hold a word which differs from `word` in at most two letters.

        Raises EngineUnavailable.
        """
        query = build_spelled_like(word, audiences)
        if query is None:
            return ()
        with self._server.reading() as client:
            self._indices.readable(client)
            answer = self._ask(
                client,
                query=query,
                sort=BY_SCORE,
                size=limit,
                stored_fields=["label_lines"],
            )
            return tuple(
                replace(read_document(one), labels=one["fields"]["label_lines"][0])
                for one in answer["hits"]["hits"]
            )

    def get(self, key: str, audiences: frozenset[str]) -> SearchDocument | None:
        """Give a work as it is indexed, without vector and labels, or None where there is none.

        Raises EngineUnavailable.
        """
        query = Bool(filter=[Term("id", {"value": key}), visible_to(audiences)])
        with self._server.reading() as client:
            self._indices.readable(client)
            found = self._ask(client, query=query, size=1)["hits"]["hits"]
            return read_document(found[0]) if found else None

    def similar(
        self,
        document: SearchDocument,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
        limit: int = 6,
        *,
        language: str = "",
    ) -> tuple[Hit, ...]:
        """Give the works most like this one, which is not among them, to a reader of `language`.

        Raises EngineUnavailable.
        """
        query = build_similar(document, audiences, neighbours)
        with self._server.reading() as client:
            self._indices.readable(client)
            answer = self._ask(client, query=query, sort=BY_SCORE, size=limit)
            hits = read_hits(answer["hits"]["hits"], SearchRequest(language=language))
        return tuple(replace(hit, score=hit.score / SIMILAR_SCALE) for hit in hits)

    def map(
        self,
        request: SearchRequest,
        audiences: frozenset[str],
        zoom: int,
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> MapResult:
        """Give the works of a search that have a place, inside `request.box` if there is one.

        Raises EngineUnavailable.
        """
        with self._server.reading() as client:
            builder = self._builder(client, request, audiences, neighbours)
            query = Bool(filter=[builder.build(), *builder.selections(), somewhere()])
            answer = self._ask(
                client, query=query, sort=[{"id": "asc"}], size=MAX_POINTS, source=["card"]
            )
            total = answer["hits"]["total"]["value"]
            if total <= MAX_POINTS:
                found = answer["hits"]["hits"]
                return MapResult(total, points=tuple(read_point(one, request) for one in found))
            tiles = sorted(self._tiles(client, query, zoom + _TILES_FINER), key=_tile_order)
        return MapResult(sum(tile.count for tile in tiles), clusters=tuple(tiles))

    def write(self, documents: Iterable[SearchDocument], deleted: Mapping[str, int]) -> None:
        """Index documents and remove others (id -> version); they count as soon as it returns.

        A document or a deletion whose version is lower than what the index holds is left out. A
        deletion leaves its version behind until the next rebuild, so that a late retry of an older
        version does not bring the work back; the same or a higher version does. What is written
        while an index is built anew goes to both. Raises WorksRefused when everything was written
        but works that the server does not take as they are, else EngineUnavailable when not
        everything was written; it may all be written again.
        """
        batch = [(one.id, schema.index_document(one)) for one in documents]
        batch += [(key, schema.tombstone(key, version)) for key, version in deleted.items()]
        if not batch:
            return
        with self._server.writing() as client:
            self._indices.send(client, batch)

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build a new index from these documents, then put it in the place of the old one.

        Searches are answered from the old one until then, and it is kept as the previous
        generation. Gives the number of documents. An error of `documents` leaves everything as it
        was. Raises EngineUnavailable, also while another rebuild is under way.
        """
        with self._server.writing() as client:
            return self._indices.rebuild(
                client, ((one.id, schema.index_document(one)) for one in documents)
            )

    def rollback(self) -> None:
        """Let the index before the last rebuild answer again. Raises EngineUnavailable."""
        with self._server.writing() as client:
            self._indices.rollback(client)

    def digests(self) -> Mapping[str, str]:
        """Give id -> digest of every indexed document."""
        living = Bool(must_not=[equal("audience", DELETED)])
        found: dict[str, str] = {}
        with self._server.writing() as client:
            self._indices.readable(client)
            with Snapshot(client, self._indices.read) as snapshot:
                after: list[Any] | None = None
                while True:
                    answer = snapshot.ask(
                        query=living.to_dict(),
                        sort=[{"id": "asc"}],
                        size=_STRIDE,
                        **columns("id", "digest"),
                        search_after=after,
                    )
                    hits = answer["hits"]["hits"]
                    found.update(
                        (hit["fields"]["id"][0], hit["fields"]["digest"][0]) for hit in hits
                    )
                    if len(hits) < _STRIDE:
                        return found
                    after = hits[-1]["sort"]

    def status(self) -> EngineStatus:
        """Tell how the engine is; never raises."""
        try:
            with self._server.asking() as client:
                major, version = server_major(client)
                if major < CLIENT_MAJOR:
                    return EngineStatus(self.name, False, 0, too_old(version), unsuited=True)
                self._indices.forget()
                self._indices.readable(client)
                health = client.cluster.health(index=self._indices.read, timeout="1s")
                if health["status"] == "red":
                    sentence = _("A part of the search index is lost: rebuild needed.")
                    return EngineStatus(self.name, False, 0, sentence)
                documents = self._indices.count(client)
        except EngineUnavailable as error:
            return EngineStatus(self.name, False, 0, str(error))
        except Exception:  # health pages show whatever is wrong: an answer that makes no sense, too
            logger.exception("The state of Elasticsearch at %s could not be read", self._server)
            sentence = _("What answers at the search server's address is something else.")
            return EngineStatus(self.name, False, 0, sentence)
        return EngineStatus(self.name, True, documents, _("The search index answers."))

    def _builder(
        self,
        client: Elasticsearch,
        request: SearchRequest,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> QueryBuilder:
        languages = self._indices.readable(client).languages
        return QueryBuilder(request, audiences, languages, neighbours)

    def _ask(self, client: Elasticsearch, **asked: Any) -> Raw:
        """Search the index, for a whole answer or none."""
        return ask(
            client,
            index=self._indices.read,
            allow_partial_search_results=False,
            timeout=f"{round(self._server.timeout * 1000)}ms",
            **asked,
        )

    def _deep(
        self, client: Elasticsearch, request: SearchRequest, builder: QueryBuilder, asked: Raw
    ) -> tuple[Raw, list[Raw]]:
        """Give a page that lies deeper than the server will order for one request.

        From the nearer end of the list, hits are passed over in strides; all requests see the same
        snapshot.
        """
        with Snapshot(client, self._indices.read) as snapshot:
            whole = {name: plain(value) for name, value in asked.items() if value is not None}
            answer = snapshot.ask(
                query=whole["query"],
                post_filter=whole.get("post_filter"),
                aggregations=plain(builder.counts()),
                size=0,
            )
            total = answer["hits"]["total"]["value"]
            count = min(request.size, total - request.offset)
            if count <= 0:
                return answer, []
            behind = total - request.offset - count
            backwards = behind < request.offset
            skipped = behind if backwards else request.offset
            order = reversed_order(whole["sort"]) if backwards else whole["sort"]
            after: list[Any] | None = None
            while skipped:
                passed = snapshot.ask(
                    **{**whole, "sort": order},
                    size=min(skipped, _STRIDE),
                    **columns("id"),
                    search_after=after,
                    track_total_hits=False,
                )["hits"]["hits"]
                after = passed[-1]["sort"]
                skipped -= len(passed)
            found = snapshot.ask(
                **{**whole, "sort": order}, size=count, source=["source"], search_after=after
            )["hits"]["hits"]
            return answer, found[::-1] if backwards else found

    def _tiles(self, client: Elasticsearch, query: Query, zoom: int) -> Iterator[Cluster]:
        """Give the clusters of all tiles that hold works."""
        means = {
            name: {"avg": {"field": name, "missing": 0.0}} for name in ("latitude", "longitude")
        }
        tile = {"tile": {"geotile_grid": {"field": "point", "precision": zoom}}}
        after: dict[str, Any] = {}
        while True:
            grid = {"composite": {"size": _TILES, "sources": [tile], **after}, "aggs": means}
            answer = self._ask(client, query=query, aggregations={"grid": grid}, size=0)
            buckets = answer["aggregations"]["grid"]["buckets"]
            for bucket in buckets:
                _zoom, x, y = map(int, bucket["key"]["tile"].split("/"))
                yield Cluster(
                    zoom,
                    x,
                    y,
                    bucket["doc_count"],
                    bucket["latitude"]["value"],
                    bucket["longitude"]["value"],
                )
            if len(buckets) < _TILES:
                return
            after = {"after": answer["aggregations"]["grid"]["after_key"]}


def _all_of(filters: list[Query]) -> Query | None:
    return Bool(filter=filters) if filters else None


def _tile_order(cluster: Cluster) -> tuple[int, int]:
    return cluster.x, cluster.y
