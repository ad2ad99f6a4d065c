"""A server that answers as a test says: what no real one can be made to answer at will."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from search.engines import elasticsearch_schema as schema

Answer = tuple[int, Any]
_JSON = "application/vnd.elasticsearch+json;compatible-with=9"
WHOLE: dict[str, Any] = {
    "took": 1,
    "timed_out": False,
    "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
    "hits": {"total": {"value": 0, "relation": "eq"}, "max_score": None, "hits": []},
}
"""An answer to a search that finds nothing."""


class FakeServer:
    """An HTTP server on the loopback interface with one empty index; used in a `with` block.

    asked: the paths of all requests. answer: is given the path of each one and may answer it
    otherwise than a server in good health would, with a status and what becomes JSON (a string is
    sent as it is, as from something that is no Elasticsearch).
    """

    def __init__(self, answer: Callable[[str], Answer | None] | None = None) -> None:
        self.asked: list[str] = []
        self.answer = answer or (lambda _path: None)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def searches(self) -> int:
        """Count the searches that were asked for."""
        return sum(path.endswith("/_search") for path in self.asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_told: Any) -> None:
                pass

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = self.path.partition("?")[0]
                fake.asked.append(path)
                status, body = fake.answer(path) or (200, healthy(path))
                content = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                if isinstance(body, str):
                    self.send_header("Content-Type", "text/html")
                else:
                    self.send_header("X-Elastic-Product", "Elasticsearch")
                    self.send_header("Content-Type", _JSON)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the library's names

        return Handler


def healthy(path: str) -> dict[str, Any]:
    """Answer a request as a server in good health does that has one empty index."""
    if path.endswith("/_search"):
        return WHOLE
    if path.endswith("/_field_caps"):
        return {"indices": ["one"], "fields": {}}
    if path.endswith("/_count"):
        return {"count": 0, "_shards": WHOLE["_shards"]}
    if path.startswith("/_nodes"):
        return {"nodes": {"one": {"version": "9.5.3"}}}
    if path.startswith("/_cluster/health"):
        return {"status": "green"}
    return {
        "one": {
            "aliases": {"portal-read": {}, "portal-write": {}},
            "mappings": {"_meta": {"fingerprint": schema.fingerprint()}},
        }
    }
