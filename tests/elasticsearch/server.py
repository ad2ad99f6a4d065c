"""One Elasticsearch server of one's own, which may be stopped, killed and made to hang."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .distribution import VERSION, Unavailable, java_home, program

_START_SECONDS = 120
_STOP_SECONDS = 20
# The server refuses to run as root; nobody is there on every system.
_UNPRIVILEGED = "nobody"
_SETTINGS = {
    "discovery.type": "single-node",
    "network.host": "127.0.0.1",
    "xpack.security.enabled": "false",
    # A full disk of a developer must not make an index read-only.
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}
BRIEF = "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC"
"""Options of Java for a server that lives for minutes beside tests: it starts and ends quickly.

Its code is compiled in haste, so it is several times slower than a server of a portal.
"""
_LASTING = "-Xms3g -Xmx3g"
_MEMORY = Path("/dev/shm")
_ENOUGH_MEMORY = 2 * 1024**3


@contextmanager
def measured_server() -> Iterator[str]:
    """Give the address of a server to measure; raises Unavailable.

    The one that ELASTICSEARCH_URL names, or one that is started as a portal's own runs: with 3 GB
    of heap, its data on the disk.
    """
    if url := os.environ.get("ELASTICSEARCH_URL", ""):
        yield url
        return
    with Server(_LASTING, in_memory=False) as server:
        yield server.url


class Server:
    """An Elasticsearch server on the loopback interface, with data of its own.

    Security is off. Used in a `with` block it starts and stops; its address stays the same when it
    is killed and started again.

    java_options: of the server's own process. in_memory: whether the data lie in memory where there
    is room. Whether a disk keeps what the server syncs to it is not what tests are about, and a new
    index syncs often; what is measured belongs on a disk.
    """

    def __init__(self, java_options: str = BRIEF, *, in_memory: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="elasticsearch-"))
        parent = _roomy() if in_memory else None
        self._data = Path(tempfile.mkdtemp(prefix="elasticsearch-", dir=parent))
        self._java_options = java_options
        self.port, self._transport = _free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def start(self) -> None:
        """Start the server and wait until it answers; raises Unavailable."""
        home = self.folder / f"elasticsearch-{VERSION}"
        if not home.exists():
            self._unpack()
        settings = {
            **_SETTINGS,
            "http.port": str(self.port),
            "transport.port": str(self._transport),
            "path.data": str(self._data),
            "path.logs": str(self.folder / "logs"),
        }
        environment = {
            **{name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ},
            "HOME": str(self.folder),
            "ES_JAVA_HOME": str(java_home()),
            "ES_JAVA_OPTS": self._java_options,
            "ES_TMPDIR": str(self.folder / "tmp"),
        }
        user: dict[str, Any] = {}
        if os.getuid() == 0:
            user = {"user": _UNPRIVILEGED, "extra_groups": []}
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [home / "bin" / "elasticsearch", *(f"-E{k}={v}" for k, v in settings.items())],
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **user,
            )
        self._wait()

    def runs(self) -> bool:
        """Tell whether the server was started and not ended since."""
        return self._process is not None

    def stop(self) -> None:
        """Ask the server to end and wait until it has."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def hang(self) -> None:
        """Let the server take connections and answer none, until `wake`."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let the server answer again after `hang`."""
        self._signal(signal.SIGCONT)

    def remove(self) -> None:
        """End the server and remove its data."""
        self.kill()
        for folder in (self.folder, self._data):
            shutil.rmtree(folder, ignore_errors=True)

    def _unpack(self) -> None:
        """Unpack the program into the server's folder, which belongs to who runs it."""
        with zipfile.ZipFile(program()) as archive:
            for info in archive.infolist():
                unpacked = Path(archive.extract(info, self.folder))
                if mode := info.external_attr >> 16:
                    unpacked.chmod(mode)  # the library leaves the executable bit out
        for name in ("logs", "tmp"):
            (self.folder / name).mkdir()
        if os.getuid() == 0:
            for path in (self._data, self.folder, *self.folder.rglob("*")):
                shutil.chown(path, _UNPRIVILEGED)

    def _wait(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                break
            if answers(self.url):
                return
            time.sleep(0.2)
        told = (self.folder / "output").read_text(errors="replace")[-3000:]
        self.kill()
        raise Unavailable(f"Elasticsearch {VERSION} did not start:\n{told}")

    def _signal(self, number: int) -> None:
        if self._process is not None:
            # The launcher and the server itself are one group.
            os.killpg(self._process.pid, number)

    def _end(self, number: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            os.killpg(process.pid, number)
            process.wait(_STOP_SECONDS)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        while _is_open(self.port) and number == signal.SIGKILL:
            time.sleep(0.01)  # the launcher is gone, the server itself about to


def answers(url: str, timeout: float = 5.0) -> bool:
    """Tell whether a server answers at this address and has all its shards."""
    address = f"{url.rstrip('/')}/_cluster/health?wait_for_status=yellow&timeout=1s"
    try:
        with urllib.request.urlopen(address, timeout=timeout) as answer:
            return json.load(answer)["status"] in ("green", "yellow")
    except (OSError, ValueError, KeyError):
        return False


def _roomy() -> Path | None:
    """Give the folder that lies in memory, where there is one with room."""
    try:
        return _MEMORY if shutil.disk_usage(_MEMORY).free >= _ENOUGH_MEMORY else None
    except OSError:
        return None


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
