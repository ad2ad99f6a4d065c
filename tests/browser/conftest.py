"""A portal with a handful of demo works, served for a browser.

It runs in processes of its own, as it does for readers: what a browser asks for is answered while
the test waits. The content is made once for all workers of a run.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import browser_path

# A hub, a good practice in five languages, one in Spanish and one in Chinese only, a case study,
# a policy note and a resource.
WORKS = (
    "L4A-0002",
    "L4A-0101",
    "L4A-0110",
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

Opened = Callable[..., Page]
"""Opens a path (`width`, `script`) in a browser of its own and gives the page."""


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "VAR_DIR": str(folder),
        "ALLOWED_HOSTS": "127.0.0.1",
    }


def _make(folder: Path) -> None:
    """Make database and index in a folder, once."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "made").exists():
            return
        for step in STEPS:
            subprocess.run(
                [sys.executable, "manage.py", *step],
                cwd=settings.BASE_DIR,
                env=_environment(folder),
                check=True,
                capture_output=True,
                timeout=900,
            )
        (folder / "made").touch()


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
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Give the address of a portal with demo works; it ends with the session."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "portal-for-browsers"
    _make(folder)
    port = _free_port()
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "portal.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--threads",
            "4",
            "--log-level",
            "error",
        ],
        cwd=settings.BASE_DIR,
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/en/")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a browser."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser, portal: str) -> Iterator[Opened]:
    """Open pages that note what goes wrong in them; at the end nothing may have."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, *, width: int = 1280, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                faults.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "requestfailed",
            lambda request: (
                None if request.failure == "net::ERR_ABORTED" else faults.append(request.url)
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((portal, "data:"))
                else faults.append(f"another host: {request.url}")
            ),
        )
        page.goto(f"{portal}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A request given up for a newer one is no fault.
    assert [fault for fault in faults if "/search/" not in fault] == []
