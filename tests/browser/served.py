"""A portal with a handful of demo works, made in a folder and served in processes of its own.

Imports nothing of the project, so that commands can use it as tests do.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parents[2]
# A hub, a good practice in five languages, one in Spanish and one in Chinese only, one that has no
# Arabic yet, a case study, a policy note and a resource.
WORKS = (
    "L4A-0002",
    "L4A-0101",
    "L4A-0110",
    "L4A-0122",
    "L4A-0124",
    "L4A-0301",
    "L4A-0401",
    "L4A-0506",
)
STEPS = (
    ("migrate", "--verbosity", "0"),
    ("sync_taxonomy",),
    ("make_tree",),
    ("load_demo", "--only", *WORKS),
    ("search_rebuild",),
)
PATIENCE = 60


def environment(folder: Path) -> dict[str, str]:
    """Give the environment of processes that use what lies in a folder."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "VAR_DIR": str(folder),
        "ALLOWED_HOSTS": "127.0.0.1",
    }


def make(folder: Path) -> None:
    """Make database and index in a folder, once; processes side by side wait for each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "made").exists():
            return
        for step in STEPS:
            subprocess.run(
                [sys.executable, "manage.py", *step],
                cwd=ROOT,
                env=environment(folder),
                check=True,
                capture_output=True,
                timeout=900,
            )
        (folder / "made").touch()


@contextmanager
def served(folder: Path, *, working: bool = False) -> Iterator[str]:
    """Serve what `make` made, give its address; `working`: with the indexer and the worker."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    web = ["-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}"]
    with ExitStack() as running:
        running.enter_context(
            _process([*web, "--threads", "4", "--log-level", "error"], folder, port)
        )
        if working:
            running.enter_context(_process(["manage.py", "search_index", "--follow"], folder, port))
            running.enter_context(_process(["manage.py", "db_worker"], folder, port))
        _wait_for(f"{address}/en/")
        yield address


@contextmanager
def _process(arguments: list[str], folder: Path, port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(folder) | {"BASE_URL": f"http://127.0.0.1:{port}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(address: str) -> None:
    """Wait until the server answers. Raises TimeoutError when it does not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=PATIENCE).close()
        except (URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)
