"""A person's own pages as they look: nothing shuts people out, nothing runs over the edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_accessibility import LOOKS, violations

pytestmark = pytest.mark.requires("browser")

PAGES = (
    "",
    "mail-address/",
    "password/",
    "two-factor/",
    "two-factor/app/",
    "delete/",
    "logout/",
)


@pytest.fixture(scope="module")
def page(browser: Browser, portal: str) -> Iterator[Page]:
    """Give the page of a member of the demonstration who has just shown who they are."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{portal}/en/account/login/")
    page.fill("[name=login]", "member@example.org")
    page.fill("[name=password]", "local4action")
    page.click("main button.button--action")
    page.goto(f"{portal}/en/account/again/")
    page.fill("[name=password]", "local4action")
    page.click("main button.button--action")
    yield page
    context.close()


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("tail", PAGES)
def test_a_persons_pages_shut_nobody_out(portal: str, page: Page, tail: str, language: str) -> None:
    page.goto(f"{portal}/{language}/account/{tail}")
    assert page.url == f"{portal}/{language}/account/{tail}"
    for scheme, width in LOOKS[language]:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == []
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0
