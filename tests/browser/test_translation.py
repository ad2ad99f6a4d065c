"""An editor has a practice translated into Arabic; a reader finds it at once."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import translating
from tests.browser.watching import watch

pytestmark = pytest.mark.requires("browser")

SECONDS = 2


def nothing(_name: str, _page: Page) -> None:
    """Take no picture."""


def found(page: Page, portal: str) -> bool:
    """Tell whether a reader's Arabic search finds the translation."""
    words = quote(" ".join(translating.ARABIC[0].split()[:2]))
    html = page.request.get(f"{portal}/ar/search/?q={words}").text()
    return f'href="{translating.ADDRESS}"' in html


def test_from_english_to_the_arabic_search(
    browser: Browser, own_portal: str, tmp_path: Path
) -> None:
    faults: list[str] = []

    def person(who: str) -> Page:
        return watch(translating.log_in(browser, own_portal, who), own_portal, faults)

    editor, translator = person("editor"), person("translator")
    reader = browser.new_context().new_page()
    address = translating.ask(editor, own_portal, nothing)
    translating.translate(translator, address, tmp_path, nothing)
    translating.send(translator)
    assert not found(reader, own_portal)
    translating.approve(editor, address, nothing)
    expect(editor.get_by_text("Approved and published.")).to_be_visible()
    approved = time.monotonic()
    while not found(reader, own_portal):
        assert time.monotonic() - approved < SECONDS
    reader.goto(f"{own_portal}{translating.ADDRESS}")
    expect(reader.locator("h1")).to_have_text(translating.ARABIC[0])
    assert faults == []
