"""The connection to Elasticsearch: whatever goes wrong with it becomes one clear sentence."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import elasticsearch as library
from django.utils.translation import gettext as _
from elastic_transport import (
    ApiResponse,
    ConnectionTimeout,
    SerializationError,
    TextApiResponse,
    TlsError,
    TransportError,
)
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError
from elasticsearch.serializer import OrjsonSerializer

from .base import EngineUnavailable
from .breaker import Breaker

logger = logging.getLogger(__name__)

CLIENT_MAJOR: int = library.__version__[0]
_WRITE_TIMEOUT = 60.0
_ACCEPTS = re.compile(r"version must be (?:either version )?(\d+)")


class ServerTrouble(EngineUnavailable):
    """The server does not answer, or not wholly; the circuit breaker counts these."""


class _Client(Elasticsearch):
    """A client that takes objects for answers only.

    The library looks once whether it is Elasticsearch that answers; a proxy before it may send a
    page of its own at any time.
    """

    def perform_request(self, *args: Any, **options: Any) -> ApiResponse[Any]:
        response = super().perform_request(*args, **options)
        if isinstance(response, TextApiResponse):
            raise SerializationError(f"No JSON but: {response.body[:200]!r}")
        return response


class Connection:
    """Gives clients of a cluster, one for each process.

    urls: of its nodes; where one cannot be reached the next is asked. timeout: seconds that a
    search may take. api_key, ca_certs: the key, and the file of certificates that are trusted.
    """

    def __init__(
        self, urls: list[str], *, timeout: float, api_key: str, ca_certs: str, breaker: Breaker
    ) -> None:
        self.urls = urls
        self.timeout = timeout
        self.breaker = breaker
        self._api_key = api_key
        self._ca_certs = ca_certs
        self._lock = threading.Lock()
        self._made: tuple[int, Elasticsearch] | None = None

    @contextmanager
    def reading(self) -> Iterator[Elasticsearch]:
        """Give a client for a search, unless the circuit breaker spares the server.

        Raises EngineUnavailable for whatever goes wrong inside.
        """
        if not self.breaker.allows():
            raise EngineUnavailable(
                _("The search server failed several times; it is asked again in a few seconds.")
            )
        try:
            with faults(self):
                yield self.client.options(request_timeout=self.timeout)
        except ServerTrouble:
            if self.breaker.failed():
                logger.warning("Elasticsearch at %s is left in peace for a while", self)
            raise
        except Exception:
            # Whatever else it is, it is not that the server did not answer.
            self.breaker.succeeded()
            raise
        self.breaker.succeeded()

    @contextmanager
    def writing(self) -> Iterator[Elasticsearch]:
        """Give a client with time to write.

        The circuit breaker is not asked: the outbox tries again at its own pace, and its first
        success ends the pause of the searches. Raises EngineUnavailable for whatever goes wrong
        inside.
        """
        with faults(self):
            yield self.client.options(request_timeout=_WRITE_TIMEOUT)
        self.breaker.succeeded()

    @contextmanager
    def asking(self) -> Iterator[Elasticsearch]:
        """Give a client to ask how the server is, whatever the circuit breaker says."""
        with faults(self):
            yield self.client.options(request_timeout=self.timeout)

    @property
    def client(self) -> Elasticsearch:
        """Give the client of this process: connections are not shared with a parent's."""
        with self._lock:
            if self._made is None or self._made[0] != os.getpid():
                self._made = os.getpid(), self._make()
            return self._made[1]

    def _make(self) -> Elasticsearch:
        options: dict[str, object] = {}
        if self._api_key:
            options["api_key"] = self._api_key
        if self._ca_certs:
            options["ca_certs"] = self._ca_certs
        # A node that refuses the connection is passed over; a slow one is not asked twice.
        return _Client(
            self.urls,
            max_retries=len(self.urls) - 1,
            retry_on_timeout=False,
            retry_on_status=(),
            serializer=OrjsonSerializer(),
            **options,  # type: ignore[arg-type]
        )

    def __str__(self) -> str:
        return ", ".join(url.rpartition("@")[2] for url in self.urls)


def server_major(client: Elasticsearch) -> tuple[int, str]:
    """Give the lowest major version among the nodes, and that version in full.

    Raises ServerTrouble where what answers names no version.
    """
    # A metric that every server takes for one (`_none` alone is read as the name of a node).
    answer = client.nodes.info(metric="http", filter_path="nodes.*.version").body
    versions = [str(node["version"]) for node in answer.get("nodes", {}).values()]
    numbered = [(int(one.split(".")[0]), one) for one in versions if one.split(".")[0].isdecimal()]
    if not numbered:
        raise ServerTrouble(_("What answers at the search server's address is something else."))
    return min(numbered)


def too_old(version: str) -> str:
    """Say that a server is too old for the client."""
    return _(
        "The search server (version %(server)s) is older than the portal's client for it "
        "(version %(client)s): update the server."
    ) % {"server": version, "client": CLIENT_MAJOR}


@contextmanager
def faults(connection: Connection) -> Iterator[None]:
    """Turn what the client throws into EngineUnavailable, and log it with its context."""
    try:
        yield
    except (ApiError, TransportError) as error:
        raised = _understood(error)
        logger.warning("Elasticsearch at %s: %s (%s)", connection, raised, error)
        raise raised from error


def _understood(error: ApiError | TransportError) -> EngineUnavailable:
    if isinstance(error, TransportError):
        return ServerTrouble(_transport_sentence(error))
    if isinstance(error, UnsupportedProductError):
        return ServerTrouble(_("What answers at the search server's address is something else."))
    if error.status_code == 429:
        return ServerTrouble(_("The search server is overloaded."))
    if error.status_code >= 500:
        return ServerTrouble(_("The search server cannot answer at the moment."))
    if error.status_code in (401, 403):
        return EngineUnavailable(_("The search server refuses the portal's key."))
    if error.status_code == 404:
        return EngineUnavailable(_("There is no search index yet: rebuild needed."))
    if error.error == "media_type_header_exception":
        accepted = _ACCEPTS.search(str(error.body))
        return EngineUnavailable(too_old(accepted[1] if accepted else "?"))
    logger.error("Elasticsearch did not take a request", exc_info=error)
    return EngineUnavailable(_("The search server did not take the portal's request."))


def _transport_sentence(error: TransportError) -> str:
    if isinstance(error, ConnectionTimeout):
        return _("The search server did not answer in time.")
    if isinstance(error, TlsError):
        return _("The search server's certificate is not trusted.")
    if isinstance(error, SerializationError):
        return _("What answers at the search server's address is something else.")
    return _("The search server cannot be reached.")
