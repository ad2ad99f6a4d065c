"""A portal with a handful of demo works, served for a browser.

It runs in processes of its own, as it does for readers: what a browser asks for is answered while
the test waits. The content is made once for all workers of a run.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chromium import browser_path
from tests.browser.served import make, served
from tests.browser.watching import watch

Opened = Callable[..., Page]
"""Opens a path (`width`, `script`) in a browser of its own and gives the page."""


@pytest.fixture(scope="session")
def made_portal(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Give the folder of a portal with demo works, which nobody may change."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "portal-for-browsers"
    make(folder)
    return folder


@pytest.fixture(scope="session")
def portal(made_portal: Path) -> Iterator[str]:
    """Give the address of a portal with demo works, to read; it ends with the session."""
    with served(made_portal) as address:
        yield address


@pytest.fixture
def own_portal(made_portal: Path, tmp_path: Path) -> Iterator[str]:
    """Give the address of a portal of one's own, with its indexer and worker, to change."""
    folder = shutil.copytree(made_portal, tmp_path / "portal")
    with served(folder, working=True) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser. It ends with the module: Django refuses its queries while a loop runs."""
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
        page = watch(context.new_page(), portal, faults)
        page.goto(f"{portal}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A request given up for a newer one is no fault; htmx writes these two events of it down.
    given_up = ("htmx:afterRequest", "htmx:sendAbort")
    left = [fault for fault in faults if "/search/" not in fault and not fault.startswith(given_up)]
    assert left == []
