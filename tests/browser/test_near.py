"""Searching around the reader's place: asked for by a button, and only then."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Opened

pytestmark = pytest.mark.requires("browser")
BUTTON = ".near-button"


def test_no_button_without_scripts(opened: Opened) -> None:
    expect(opened("/en/search/", script=False).locator(BUTTON)).to_be_hidden()


def test_the_place_is_rounded_and_the_search_kept(opened: Opened, portal: str) -> None:
    page = opened("/en/search/?type=good-practice&box=0,0,1,1")
    page.context.grant_permissions(["geolocation"], origin=portal)
    page.context.set_geolocation({"latitude": 41.385063, "longitude": 2.173403})
    page.locator(BUTTON).click()
    page.wait_for_url(f"{portal}/en/search/?type=good-practice&near=41.39%2C2.17")
    expect(page.locator("a.chip", has_text="Within 50 km")).to_be_visible()


def test_a_browser_that_does_not_tell_is_said(opened: Opened, portal: str) -> None:
    page = opened("/en/search/")
    page.context.clear_permissions()
    page.locator(BUTTON).click()
    expect(page.locator(".near-me [role=status]")).not_to_be_empty()
    expect(page).to_have_url(f"{portal}/en/search/")
