"""The indices behind the names: generations, one of them read and written, one rebuild at a time.

`<prefix>-<moment>-<random>` are the generations. The alias `<prefix>-read` names the one that is
searched, `<prefix>-write` the one that is written to, and `<prefix>-building` one that a rebuild
is filling: what is written meanwhile goes to both, so that nothing is missing after the swap.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from elastic_transport import TransportError
from elasticsearch import ApiError, ConflictError, Elasticsearch, NotFoundError
from elasticsearch.helpers import streaming_bulk

from . import elasticsearch_schema as schema
from .analysis import STEMMED
from .base import EngineUnavailable, WorksRefused
from .contents import DELETED

logger = logging.getLogger(__name__)

STALE = 600.0
"""Seconds after which a rebuild that gives no sign of life counts as dead."""
_RENEWED_EVERY = 5.0
_KNOWN_FOR = 5.0  # seconds for which it is believed which index is read, and what it holds
_CHUNK = 500
_CHUNK_BYTES = 8 * 1024 * 1024
_BULK_TIMEOUT = "20s"
_LOCK_ID = "rebuild"
_NOT_AS_IT_IS = 400  # how the server answers for a document that it will never take
# Settings while a new index is filled: nobody reads it yet.
_FILLING = {"refresh_interval": "-1", "number_of_replicas": 0}

Documents = Iterable[tuple[str, dict[str, Any]]]
"""Documents of the index, each with its id."""


@dataclass(frozen=True)
class Readable:
    """The index that is read: the languages in whose stems it holds text; when that was known."""

    languages: tuple[str, ...]
    since: float


class Indices:
    """The indices of one portal on a cluster.

    prefix: of their names. replicas: copies of the index besides the first. clock: the time of day
    in seconds.
    """

    def __init__(
        self, prefix: str, replicas: int, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.prefix = prefix
        self.read, self.write, self.building = (
            f"{prefix}-{end}" for end in ("read", "write", "building")
        )
        self._replicas = replicas
        self._clock = clock
        self._generation = re.compile(rf"{re.escape(prefix)}-\d{{14}}-[0-9a-f]{{8}}")
        self._known: Readable | None = None
        self._lock = threading.Lock()

    def readable(self, client: Elasticsearch) -> Readable:
        """Tell what the index that is read holds; it is believed for a few seconds.

        Raises EngineUnavailable where there is no index, or one of another version.
        """
        known = self._known
        if known and time.monotonic() - known.since < _KNOWN_FOR:
            return known
        found = self._described(client, self.read)
        if not found:
            raise EngineUnavailable(_("There is no search index yet: rebuild needed."))
        _check_fingerprints(found)
        fields = client.field_caps(
            index=self.read, fields=["title_*", "text_*"], include_empty_fields=False
        )["fields"]
        languages = tuple(
            code for code in STEMMED if f"title_{code}" in fields or f"text_{code}" in fields
        )
        with self._lock:
            self._known = Readable(languages, time.monotonic())
            return self._known

    def forget(self) -> None:
        """Look again with the next search which index is read, and what it holds."""
        with self._lock:
            self._known = None

    def send(self, client: Elasticsearch, documents: Documents) -> None:
        """Write documents to the index that is written to, and to one that is being built.

        They are found as soon as this returns. What is older than what the index holds is left
        out. Raises WorksRefused where everything was written but works that the server does not
        take as they are, EngineUnavailable where anything else was not.
        """
        found = self._described(client, f"{self.write},{self.building}")
        targets = [
            alias
            for alias in (self.write, self.building)
            if any(alias in about["aliases"] for about in found.values())
        ]
        if self.write not in targets:
            raise EngineUnavailable(_("There is no search index yet: rebuild needed."))
        # An index of another release takes documents of that release only; they wait for its turn.
        _check_fingerprints(found)
        actions = (
            _action(alias, key, document) for key, document in documents for alias in targets
        )
        # A name that a rebuild has taken away meanwhile: then the other one already means its index
        refused: dict[str, str] = {}
        for item in _bulk(client, actions, refresh=True, require_alias=True):
            if item["_index"] == self.building and item["status"] == 404:
                continue
            if item["status"] != _NOT_AS_IT_IS:
                _refuse(item)
            refused[item["_id"]] = _refusal(item)
        self.forget()
        if refused:
            raise WorksRefused(refused)

    def rebuild(
        self, client: Elasticsearch, documents: Iterable[tuple[str, dict[str, Any]]]
    ) -> int:
        """Fill a new index, then let the names mean it; give how many documents it holds.

        Raises EngineUnavailable while another rebuild is under way. Whatever goes wrong leaves
        everything as it was. Raises WorksRefused when the new index is in place, but for works that
        the server does not take as they are.
        """
        refused: dict[str, str] = {}
        with self._only_one(client) as renew:
            for left in self._described(client, self.building):
                client.indices.delete(index=left)
            name = self._create(client)
            try:
                actions = (_action(name, key, document) for key, document in documents)
                for item in _bulk_ahead(client, _each(actions, renew)):
                    if item["status"] != _NOT_AS_IT_IS:
                        _refuse(item)
                    refused[item["_id"]] = _refusal(item)
                client.indices.put_settings(
                    index=name,
                    settings={"refresh_interval": None, "number_of_replicas": self._replicas},
                )
                client.indices.refresh(index=name)
                renew(True)
                self._swap(client, name)
            except BaseException:
                with suppress(ApiError, TransportError):
                    client.indices.delete(index=name, ignore_unavailable=True)
                raise
            finally:
                self.forget()
        if refused:
            raise WorksRefused(refused)
        return self.count(client, name)

    def rollback(self, client: Elasticsearch) -> None:
        """Let the names mean the newest other generation; the one that they meant stays.

        Raises EngineUnavailable where there is none that can be read, and during a rebuild.
        """
        with self._only_one(client):
            found = self._described(client, f"{self.prefix}-*")
            fit = [
                name
                for name, about in found.items()
                if self._generation.fullmatch(name)
                and not {self.read, self.building} & set(about.get("aliases", {}))
                and _fingerprint(about) == schema.fingerprint()
            ]
            if not fit:
                raise EngineUnavailable(_("There is no previous search index that can be read."))
            self._point(client, max(fit), found)
            self.forget()

    def count(self, client: Elasticsearch, index: str = "") -> int:
        """Count the works of the index that is read, or of another one."""
        living = {"bool": {"must_not": [{"term": {"audience": DELETED}}]}}
        return int(client.count(index=index or self.read, query=living)["count"])

    def _described(self, client: Elasticsearch, names: str) -> dict[str, Any]:
        """Give what is known of the indices that these aliases mean; absent ones are left out."""
        answer = client.indices.get(
            index=names,
            ignore_unavailable=True,
            filter_path="*.aliases,*.mappings._meta",
        )
        return dict(answer.body)

    def _create(self, client: Elasticsearch) -> str:
        moment = time.strftime("%Y%m%d%H%M%S", time.gmtime(self._clock()))
        name = f"{self.prefix}-{moment}-{secrets.token_hex(4)}"
        mapping = schema.index_mapping()
        mapping.meta("_meta", {"fingerprint": schema.fingerprint()})
        client.indices.create(
            index=name,
            mappings=mapping.to_dict(),
            settings={**schema.index_settings(), **_FILLING},
            aliases={self.building: {}},
        )
        return name

    def _swap(self, client: Elasticsearch, name: str) -> None:
        """Let all names mean a new index, at once; keep the one before, remove older ones."""
        before = self._described(client, f"{self.read},{self.write}")
        self._point(client, name, before)
        kept = {name, *(other for other, about in before.items() if self.read in about["aliases"])}
        for other in client.indices.get(index=f"{self.prefix}-*", filter_path="*.aliases").body:
            if other not in kept and self._generation.fullmatch(other):
                client.indices.delete(index=other, ignore_unavailable=True)

    def _point(self, client: Elasticsearch, name: str, before: Mapping[str, Any]) -> None:
        """Let the names for reading and writing mean an index, and no other one, at once."""
        actions: list[dict[str, Any]] = [
            {"remove": {"index": other, "alias": alias}}
            for other, about in before.items()
            for alias in about.get("aliases", {})
            if alias in (self.read, self.write)
        ]
        actions += [{"add": {"index": name, "alias": alias}} for alias in (self.read, self.write)]
        actions.append({"remove": {"index": name, "alias": self.building, "must_exist": False}})
        client.indices.update_aliases(actions=actions)

    @contextmanager
    def _only_one(self, client: Elasticsearch) -> Iterator[Callable[[bool], None]]:
        """Hold the rebuilds' lock; gives what says from time to time that it is still needed.

        The lock is a document. One that was not renewed for long is taken over: its rebuild died.
        """
        index = f"{self.prefix}-lock"
        _make_lock_index(client, index)
        mine = {"owner": secrets.token_hex(8)}
        try:
            place = client.create(index=index, id=_LOCK_ID, document=self._stamped(mine)).body
        except ConflictError:
            place = self._take_over(client, index, mine)
        renewed = time.monotonic()

        def renew(now: bool = False) -> None:
            nonlocal place, renewed
            if not now and time.monotonic() - renewed < _RENEWED_EVERY:
                return
            place = _put_lock(client, index, self._stamped(mine), place)
            renewed = time.monotonic()

        try:
            yield renew
        finally:
            # One that was taken over is another's; one that cannot be reached goes stale.
            with suppress(ApiError, TransportError):
                client.delete(
                    index=index,
                    id=_LOCK_ID,
                    if_seq_no=place["_seq_no"],
                    if_primary_term=place["_primary_term"],
                )

    def _take_over(self, client: Elasticsearch, index: str, mine: dict[str, Any]) -> Any:
        try:
            held = client.get(index=index, id=_LOCK_ID).body
        except NotFoundError:  # released this very moment; the next try will have it
            raise EngineUnavailable(_busy()) from None
        if self._clock() - float(held["_source"]["renewed"]) < STALE:
            raise EngineUnavailable(_busy())
        logger.warning("A rebuild of %s died; its lock is taken over", self.prefix)
        return _put_lock(client, index, self._stamped(mine), held)

    def _stamped(self, mine: dict[str, Any]) -> dict[str, Any]:
        return {**mine, "renewed": self._clock()}


def _busy() -> str:
    return _("Another process is rebuilding the search index.")


def _make_lock_index(client: Elasticsearch, index: str) -> None:
    if client.indices.exists(index=index):
        return
    try:
        client.indices.create(
            index=index,
            mappings={
                "dynamic": "strict",
                "properties": {"owner": {"type": "keyword"}, "renewed": {"type": "double"}},
            },
            settings={"number_of_shards": 1, "number_of_replicas": 0},
        )
    except ApiError as error:
        if error.error != "resource_already_exists_exception":
            raise


def _put_lock(client: Elasticsearch, index: str, document: dict[str, Any], place: Any) -> Any:
    """Write the lock where nobody else has since it stood at `place`."""
    try:
        return client.index(
            index=index,
            id=_LOCK_ID,
            document=document,
            if_seq_no=place["_seq_no"],
            if_primary_term=place["_primary_term"],
        ).body
    except ConflictError:
        raise EngineUnavailable(_busy()) from None


def _each(
    actions: Iterable[dict[str, Any]], renew: Callable[[], None] | Callable[[bool], None]
) -> Iterator[dict[str, Any]]:
    """Give the actions one by one, and a sign of life between them."""
    for action in actions:
        renew()  # type: ignore[call-arg]
        yield action


def _action(index: str, key: str, document: dict[str, Any]) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_index": index,
        "_id": key,
        "version": document["version"],
        "version_type": "external_gte",
        "_source": document,
    }


def _bulk(
    client: Elasticsearch, actions: Iterable[dict[str, Any]], **options: Any
) -> Iterator[dict[str, Any]]:
    """Write, and give what was not written, but for what is older than what the index holds."""
    for done, item in streaming_bulk(
        client,
        actions,
        chunk_size=_CHUNK,
        max_chunk_bytes=_CHUNK_BYTES,
        raise_on_error=False,
        max_retries=3,
        initial_backoff=0.5,
        max_backoff=5,
        timeout=_BULK_TIMEOUT,
        **options,
    ):
        result = item["index"]
        if not done and result["status"] != 409:
            yield result


def _bulk_ahead(
    client: Elasticsearch, actions: Iterable[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Write as `_bulk` does; while the server takes one part, the next is made.

    The actions are made in the caller's own thread: they come from its database connection.
    """
    remaining = iter(actions)
    with ThreadPoolExecutor(max_workers=1) as sender:
        on_its_way: Future[list[dict[str, Any]]] | None = None
        while part := list(islice(remaining, _CHUNK)):
            sent = sender.submit(_bulk_whole, client, part)
            if on_its_way:
                yield from on_its_way.result()
            on_its_way = sent
        if on_its_way:
            yield from on_its_way.result()


def _bulk_whole(client: Elasticsearch, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(_bulk(client, actions))


def _refuse(item: Mapping[str, Any]) -> None:
    """Raise for a document that was not written."""
    raise EngineUnavailable(_refusal(item))


def _refusal(item: Mapping[str, Any]) -> str:
    """Say and log which document was not written, and why."""
    error = item.get("error", {})
    reason = error.get("reason", "") if isinstance(error, Mapping) else str(error)
    logger.error("Elasticsearch did not take %s: %s %s", item.get("_id"), item["status"], reason)
    return _("The search server did not take the work %(key)s: %(reason)s") % {
        "key": item.get("_id"),
        "reason": reason,
    }


def _fingerprint(about: Mapping[str, Any]) -> str:
    return str(about.get("mappings", {}).get("_meta", {}).get("fingerprint", ""))


def _check_fingerprints(found: Mapping[str, Any]) -> None:
    wanted = schema.fingerprint()
    for about in found.values():
        if _fingerprint(about) != wanted:
            raise EngineUnavailable(
                _("The search index belongs to another version of the software: rebuild needed.")
            )
