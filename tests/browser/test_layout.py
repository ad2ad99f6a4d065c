"""Pages fit the screen, do not jump while they load, and are light."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response, Route

from tests.browser.pages import PAGES

pytestmark = pytest.mark.requires("browser")

NARROWEST = 320
MOST_SHIFT = 0.05
MOST_BYTES = 130_000
WATCH_SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a fresh page with an empty cache."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_over_the_edge(portal: str, page: Page, name: str, language: str) -> None:
    page.goto(f"{portal}/{language}/{PAGES[name]}")
    for width in (NARROWEST, 360, 768, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{over} px too wide at {width} px"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_header_fits_without_the_portals_fonts(portal: str, page: Page, language: str) -> None:
    page.route("**/*.woff2", lambda route: route.abort())
    page.goto(f"{portal}/{language}/about/")
    for width in (NARROWEST, 360, 390, 768, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["home", "search", "search-filtered", "practice", "hub", "themes"])
def test_nothing_jumps_while_loading(portal: str, page: Page, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(WATCH_SHIFTS)
    page.route("**/*.woff2", _late)
    page.goto(f"{portal}/en/{PAGES[name]}", wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.evaluate("window.shift") <= MOST_SHIFT


def _late(route: Route) -> None:
    """Let a file arrive when the page has long been painted."""
    time.sleep(0.5)
    route.continue_()


def test_first_search_page_is_light(portal: str, page: Page) -> None:
    responses: list[Response] = []
    page.on("response", lambda answer: responses.append(answer))  # noqa: PLW0108 - it marks what it calls
    page.goto(f"{portal}/en/search/", wait_until="networkidle")
    sizes = {
        answer.url.removeprefix(portal): _compressed(answer)
        for answer in responses
        if answer.request.resource_type != "image"
    }
    assert any(address.endswith(".woff2") for address in sizes)
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def _compressed(answer: Response) -> int:
    """Give how many bytes a body takes on the wire of a server that compresses what is text."""
    body = answer.body()
    if answer.url.endswith(".woff2"):
        return len(body)
    return len(gzip.compress(body, 6))
