"""Suggestions while one types, by keyboard, mouse and phone; and the note of an opened result."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, expect

from .conftest import Opened

pytestmark = pytest.mark.requires("browser")

COMPLETE = re.compile(r"/search/complete/")
OPTION = "#suggest-0 [role=option]"


def suggested(page: Page, text: str) -> None:
    """Type, and wait for suggestions.

    All at once: on a busy machine, keys come so slowly that lists of half a word come between.
    """
    box = page.locator("#q")
    box.focus()
    box.fill(box.input_value() + text)
    expect(page.locator(OPTION).first).to_be_visible()


def test_the_box_is_a_combobox(opened: Opened) -> None:
    page = opened("/en/")
    box, status = (
        page.get_by_role("combobox", name="Search"),
        page.locator(".search-form p[role=status]"),
    )
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_attribute("aria-controls", "suggest-0")
    suggested(page, "hous")
    expect(box).to_have_attribute("aria-expanded", "true")
    names = page.get_by_role("listbox", name="Suggestions").get_by_role("group")
    assert names.count() >= 2
    for group in names.all():
        # Its name is an element that is there.
        assert page.locator(f"#{group.get_attribute('aria-labelledby')}").inner_text()
    count = page.locator(OPTION).count()
    expect(status).to_have_text(f"{count} suggestions")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    ids = page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))


def test_nothing_covers_the_list(opened: Opened) -> None:
    page = opened("/en/")
    suggested(page, "wat")
    box = page.locator("#suggest-0").bounding_box()
    assert box
    at = [box["x"] + 20, min(box["y"] + box["height"], 800) - 8]
    script = "([x, y]) => document.elementFromPoint(x, y).closest('#suggest-0') !== null"
    assert page.evaluate(script, at)


def test_keys(opened: Opened) -> None:
    page = opened("/en/search/?type=good-practice")
    box, options = page.locator("#q"), page.locator(OPTION)
    suggested(page, "wat")
    last = options.count() - 1

    def active() -> int:
        chosen = options.evaluate_all("all => all.map(one => one.getAttribute('aria-selected'))")
        named = box.get_attribute("aria-activedescendant")
        index = chosen.index("true") if "true" in chosen else -1
        assert named == (options.nth(index).get_attribute("id") if index >= 0 else None)
        return index

    assert active() == -1
    for key, index in [
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("End", last),
        ("ArrowDown", -1),
        ("ArrowUp", last),
        ("Home", 0),
        ("ArrowUp", -1),
    ]:
        box.press(key)
        assert active() == index, key
    assert page.evaluate("document.activeElement.id") == "q"
    box.press("Escape")
    expect(page.locator("#suggest-0")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("wat")
    box.press("ArrowDown")  # brings them back
    expect(options.first).to_be_visible()
    box.press("Tab")
    expect(page.locator("#suggest-0")).to_be_hidden()


def test_enter_searches_or_goes_where_the_option_leads(opened: Opened, portal: str) -> None:
    page = opened("/en/")
    suggested(page, "wat")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{portal}/en/search/?q=wat")
    page.goto(f"{portal}/en/")
    suggested(page, "denm")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/search/?region=DNK")
    expect(page.locator(".chip")).to_have_count(1)


def test_a_click_and_the_mark(opened: Opened) -> None:
    page = opened("/en/", width=360)
    suggested(page, "cloudb")
    option = (
        page.locator("#suggest-0 [role=group]", has_text="Works").locator("[role=option]").first
    )
    assert option.locator("mark").inner_text().lower() == "cloudburst"
    list_box = page.locator("#suggest-0").bounding_box()
    assert list_box
    assert list_box["x"] >= 0
    assert list_box["x"] + list_box["width"] <= 360
    option.click()
    page.wait_for_selector("article.work")


def test_one_question_for_what_was_typed_at_once_and_the_filters_with_it(opened: Opened) -> None:
    page = opened("/en/search/?type=good-practice&sort=title")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if COMPLETE.search(one.url) else None)
    suggested(page, "water")
    assert [parse_qs(urlsplit(url).query) for url in asked] == [
        {"q": ["water"], "type": ["good-practice"]}
    ]


def test_a_late_answer_to_an_earlier_question_is_given_up(opened: Opened) -> None:
    page = opened("/en/")
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(COMPLETE, hold_first)
    with page.expect_request(COMPLETE):
        page.locator("#q").press_sequentially("wat")
    with page.expect_event("requestfailed", lambda one: one.url.endswith("q=wat")):
        page.locator("#q").press_sequentially("e")
    expect(page.locator(OPTION).first).to_be_visible()


def test_nothing_is_asked_while_signs_are_being_composed(opened: Opened) -> None:
    page = opened("/en/")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if COMPLETE.search(one.url) else None)
    page.locator("#q").focus()
    devtools = page.context.new_cdp_session(page)
    devtools.send(
        "Input.imeSetComposition", {"text": "hai", "selectionStart": 3, "selectionEnd": 3}
    )
    page.wait_for_timeout(400)
    assert asked == []
    devtools.send("Input.insertText", {"text": "海绵"})
    expect(page.locator(OPTION).first).to_be_visible()
    assert len(asked) == 1


def test_failures_show_nothing_and_the_form_still_searches(opened: Opened, portal: str) -> None:
    page = opened("/en/")
    answered: list[int] = []

    def refuse(route: Route) -> None:
        answered.append(1)
        route.fulfill(status=204, body="")

    page.route(COMPLETE, refuse)
    page.locator("#q").press_sequentially("wat")
    page.wait_for_timeout(400)
    assert answered
    expect(page.locator("#suggest-0")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{portal}/en/search/?q=wat")


def test_arabic_reads_from_the_right(opened: Opened) -> None:
    page = opened("/ar/", width=360)
    suggested(page, "مياه")
    label = page.locator(f"{OPTION} .suggest-label").first
    assert label.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_an_opened_result_is_noted_by_its_place_alone(opened: Opened) -> None:
    page = opened("/en/search/?q=water")
    noted: list[Request] = []
    page.context.on(
        "request", lambda one: noted.append(one) if one.url.endswith("/search/click/") else None
    )
    second = page.locator("ol.results > li").nth(1).locator("a").first
    second.click()
    page.wait_for_selector("article.work")
    (request,) = noted
    assert request.method == "POST"
    assert "cookie" not in request.headers
    answer = request.response()
    assert answer
    assert answer.status == 204
