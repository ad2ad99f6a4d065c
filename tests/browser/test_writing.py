"""Somebody writes the template: it is saved as they type, and two windows lose no text."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.served import ROOT, environment
from tests.browser.watching import watch

pytestmark = pytest.mark.requires("browser")

SECONDS = 20

# A template that is being written, and a session of its author.
_MAKE = """
import django

django.setup()

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from practices.submissions.states import State
from tests.practices.submissions import cases

made = cases.submission(State.DRAFT)
request = HttpRequest()
request.session = SessionStore()
login(request, cases.author(), backend=settings.AUTHENTICATION_BACKENDS[0])
request.session.save()
print(made.key, request.session.session_key)
"""


class Desk:
    """The author's browser, and the template that they write."""

    def __init__(self, context: BrowserContext, portal: str, key: str, faults: list[str]) -> None:
        self.context = context
        self.portal = portal
        self.key = key
        self.faults = faults

    def window(self, step: str = "background") -> Page:
        """Open a step in a window."""
        page = watch(self.context.new_page(), self.portal, self.faults)
        page.goto(f"{self.portal}/fr/submissions/{self.key}/write/{step}/")
        return page


@pytest.fixture
def desk(browser: Browser, own_portal: str, tmp_path: Path) -> Iterator[Desk]:
    """The author's browser. At the end nothing may have gone wrong in it."""
    made = subprocess.run(
        [sys.executable, "-c", _MAKE],
        cwd=ROOT,
        env=environment(tmp_path / "portal"),
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    key, session = made.stdout.split()[-2:]
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "sessionid", "value": session, "url": own_portal}])
    faults: list[str] = []
    yield Desk(context, own_portal, key, faults)
    context.close()
    # What is refused on purpose is named by the browser, too.
    assert [one for one in faults if "409" not in one] == []


def saved(page: Page) -> None:
    """Wait until the page says that it has saved."""
    # "Saved at {time}", in the page's language.
    said = page.locator("[data-writing]").get_attribute("data-text-saved") or ""
    expect(page.locator("[data-save-state]")).to_contain_text(said.partition("{")[0].strip())
    expect(page.locator("[data-save-state]")).to_contain_text(":")


def test_what_is_typed_is_saved_counted_and_there_on_another_device(desk: Desk) -> None:
    page = desk.window()
    page.fill("[name=context]", "La médina étouffait sous les voitures.")
    expect(page.locator("#field-context [data-count]")).to_contain_text("6")
    saved(page)
    expect(desk.window().locator("[name=context]")).to_have_value(
        "La médina étouffait sous les voitures."
    )
    page.fill("[name=objectives]", "mot " * 251)
    expect(page.locator("#field-objectives [data-count]")).to_have_class(
        "field-count field-count--over"
    )
    expect(page.locator("#field-objectives [data-wrong]")).to_be_visible()
    expect(page.locator("#field-objectives [data-wrong]")).to_contain_text("251")
    page.fill("[name=objectives]", "mot")
    expect(page.locator("#field-objectives [data-wrong]")).to_be_hidden()


def test_what_is_typed_last_is_saved_on_leaving(desk: Desk) -> None:
    page = desk.window()
    page.fill("[name=context]", "Tapé, puis parti.")
    page.locator(".writing-steps a").first.click()
    page.wait_for_url("**/write/brief/")
    # What is sent on leaving arrives while the next page is shown.
    end = time.monotonic() + SECONDS
    other = desk.window()
    while other.locator("[name=context]").input_value() != "Tapé, puis parti.":
        assert time.monotonic() < end
        other.reload()


def test_two_windows_show_both_texts_and_lose_none(desk: Desk) -> None:
    one, two = desk.window(), desk.window()
    one.fill("[name=context]", "Le premier texte.")
    saved(one)
    two.fill("[name=context]", "Le second texte.")
    conflict = two.locator("#field-context .conflict")
    expect(conflict).to_contain_text("Le premier texte.")
    expect(conflict).to_contain_text("Le second texte.")
    # Nothing is overwritten while a person has not decided, however much is typed.
    two.locator("[name=context]").press_sequentially(" Encore.")
    two.fill("[name=objectives]", "Autre chose.")
    saved(two)
    expect(desk.window().locator("[name=context]")).to_have_value("Le premier texte.")
    conflict.locator("button[value=save]").click()
    two.wait_for_load_state()
    expect(two.locator(".conflict")).to_have_count(0)
    expect(desk.window().locator("[name=context]")).to_have_value("Le second texte. Encore.")


def test_without_connection_it_says_so_and_saves_later(desk: Desk) -> None:
    page = desk.window()
    desk.context.set_offline(True)
    page.fill("[name=context]", "Dans le métro.")
    expect(page.locator("[data-save-state]")).to_have_class("save-state save-state--failed")
    desk.context.set_offline(False)
    desk.faults.clear()  # the browser names what could not be sent
    saved(page)
    expect(desk.window().locator("[name=context]")).to_have_value("Dans le métro.")


def test_fast_typing_and_a_button_do_not_meet_each_other(desk: Desk) -> None:
    """What this window saved itself a moment ago is no conflict."""
    page = desk.window()
    page.fill("[name=context]", "Un")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.wait_for_timeout(1600)
    page.fill("[name=context]", "Un, deux")
    page.locator("button[name=do][value=next]").click()
    page.wait_for_url("**/write/doing/")
    expect(desk.window().locator("[name=context]")).to_have_value("Un, deux")
