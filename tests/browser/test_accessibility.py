"""Every type of page against axe-core, in light and dark, wide and narrow, English and Arabic.

Machines find less than half of what shuts people out; what they find must not be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import PAGES

pytestmark = pytest.mark.requires("browser")

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# language -> the looks in which its pages are checked: colour scheme, width
LOOKS = {
    "en": (("light", 1280), ("dark", 360)),
    "ar": (("dark", 1280), ("light", 360)),
}


@lru_cache(maxsize=1)
def _axe() -> str:
    return AXE.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """Give what axe-core finds wrong in a page, one line for each element."""
    page.evaluate(f"window.axe || (() => {{ {_axe()} }})()")
    found: list[dict[str, Any]] = page.evaluate(
        """rules => axe.run(document, {runOnly: {type: "tag", values: rules},
             resultTypes: ["violations"]}).then(result => result.violations)""",
        RULES,
    )
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a fresh page."""
    # What fades from one colour to another is caught halfway otherwise.
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_no_violation(portal: str, page: Page, name: str, language: str) -> None:
    page.goto(f"{portal}/{language}/{PAGES[name]}")
    for scheme, width in LOOKS[language]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(page) == [], f"{scheme}, {width} px"


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("opener", ["site-menu", "filters"])
def test_no_violation_in_what_opens(portal: str, page: Page, opener: str, language: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{portal}/{language}/search/?theme=climate")
    page.locator(f"[popovertarget={opener}]").first.click()
    assert page.locator(f"#{opener}").is_visible()
    assert violations(page) == []


@pytest.mark.parametrize("language", LOOKS)
def test_no_violation_in_an_open_facet(portal: str, page: Page, language: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{portal}/{language}/search/?unfold=sdg:sdg-11&unfold=year")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert violations(page) == []
