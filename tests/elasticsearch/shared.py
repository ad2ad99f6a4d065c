"""One server for all processes that test side by side.

The first that asks starts it; it ends by itself when the last one is gone, however that ended:
every process that uses it holds a shared lock on a file, and the keeper of the server (`python -m
tests.elasticsearch.shared`) waits for the lock that excludes them all.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from .distribution import Unavailable
from .server import Server, answers

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 300


@contextmanager
def shared_server() -> Iterator[str]:
    """Give the address of a server for as long as the block lasts; raises Unavailable.

    The one that ELASTICSEARCH_URL names, or else one of this machine's own.
    """
    if url := os.environ.get("ELASTICSEARCH_URL", ""):
        yield url
        return
    folder = _folder()
    with (folder / "users").open("w") as users, (folder / "starting").open("w") as starting:
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(starting, fcntl.LOCK_EX)
        url = _running(folder) or _start(folder)
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield url


def keep(folder: Path) -> None:
    """Run a server until nobody uses it any longer."""
    address, failure = folder / "url", folder / "failure"
    try:
        with Server() as server, (folder / "users").open("w") as users:
            _write(address, server.url)
            fcntl.flock(users, fcntl.LOCK_EX)
            address.unlink()
    except Unavailable as error:
        _write(failure, str(error))


def _folder() -> Path:
    """Give the folder in which this user's processes find each other."""
    folder = Path(tempfile.gettempdir()) / f"local4action-elasticsearch-{os.getuid()}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if folder.stat().st_uid != os.getuid():
        raise Unavailable(f"{folder} belongs to someone else")
    return folder


def _running(folder: Path) -> str:
    """Give the address of the server that runs, or "" where none does."""
    with suppress(FileNotFoundError):
        url = (folder / "url").read_text()
        if answers(url):
            return url
    return ""


def _start(folder: Path) -> str:
    for name in ("url", "failure"):
        (folder / name).unlink(missing_ok=True)
    with (folder / "output").open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.elasticsearch.shared", str(folder)],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        if (folder / "url").exists():
            return (folder / "url").read_text()
        if keeper.poll() is not None:
            break
        time.sleep(0.1)
    for name in ("failure", "output"):
        with suppress(FileNotFoundError):
            if told := (folder / name).read_text(errors="replace"):
                raise Unavailable(told)
    raise Unavailable("Elasticsearch did not start in time")


def _write(file: Path, text: str) -> None:
    """Write a file at once: nobody reads half of it."""
    partial: IO[str]
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as partial:
        partial.write(text)
    Path(partial.name).replace(file)


if __name__ == "__main__":
    # Whoever ends the keeper ends the server, too.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    keep(Path(sys.argv[1]))
