"""Searching as readers do: by mouse, keyboard and phone, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Opened

pytestmark = pytest.mark.requires("browser")


def count(page: Page) -> str:
    """Give what the head of the list says."""
    return page.locator("#result-count").inner_text()


class TestWithoutScripts:
    """The page is a form."""

    def test_words_and_filters(self, opened: Opened, portal: str) -> None:
        page = opened("/en/", script=False)
        page.fill("#q", "water")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{portal}/en/search/?q=water")
        everything = count(page)
        page.locator("#type-hub").check()
        page.locator(".search-bar button[type=submit]").click()
        assert "type=hub" in page.url
        assert "q=water" in page.url
        expect(page.locator("#type-hub")).to_be_checked()
        assert count(page) != everything
        page.locator("a.chip").first.click()
        assert "type=hub" not in page.url
        assert count(page) == everything

    def test_unfolding_keeps_what_is_ticked_and_typed(self, opened: Opened) -> None:
        page = opened("/en/search/", script=False)
        page.locator("#type-good-practice").check()
        page.fill("#q", "water")
        page.locator("#facet-year > summary").click()
        expect(page.locator("#year-2019")).to_have_count(0)
        page.locator("#facet-year .facet-more").click()
        assert page.url.endswith("#facet-year")
        assert "q=water" in page.url
        expect(page.locator("#type-good-practice")).to_be_checked()
        page.locator("#year-2019").check()
        page.locator(".search-bar button[type=submit]").click()
        expect(page.locator("#year-2019")).to_be_checked()
        expect(page.locator("#year-2018")).to_be_visible()

    def test_the_phones_drawer(self, opened: Opened) -> None:
        page = opened("/en/search/", width=360, script=False)
        drawer = page.locator("#filters")
        expect(drawer).to_be_hidden()
        page.locator(".filters-button").click()
        expect(drawer).to_be_visible()
        page.locator("#type-hub").check()
        page.locator("#filters-foot button").click()
        assert "type=hub" in page.url

    def test_the_menu_of_a_phone(self, opened: Opened, portal: str) -> None:
        page = opened("/en/", width=360, script=False)
        page.locator(".menu-button").click()
        page.locator("#site-menu a", has_text="Hubs").first.click()
        expect(page).to_have_url(f"{portal}/en/hubs/")


class TestWithScripts:
    """A tick is enough."""

    def test_a_tick_exchanges_the_list_and_keeps_the_focus(self, opened: Opened) -> None:
        page = opened("/en/search/")
        before = count(page)
        page.evaluate("window.sameDocument = true")
        page.locator("#type-hub").check()
        expect(page.locator("#result-count")).not_to_have_text(before)
        page.wait_for_url("**type=hub**")
        assert page.evaluate("window.sameDocument") is True
        assert page.evaluate("document.activeElement.id") == "type-hub"
        expect(page.locator("#search-status")).to_have_text(count(page))
        expect(page.locator(".chip")).to_have_count(1)
        expect(page.locator("ol.results > li")).to_have_count(1)

    def test_the_language_switch_keeps_a_filter_ticked_since(self, opened: Opened) -> None:
        page = opened("/en/search/")
        page.locator("#type-hub").check()
        expect(page.locator(".chip")).to_have_count(1)
        found = count(page).split()[0]
        page.locator("#languages a[hreflang=fr]").click()
        page.wait_for_url("**/fr/search/?type=hub")
        assert count(page).split()[0] == found

    def test_back_and_forward_bring_back_what_was(self, opened: Opened) -> None:
        page = opened("/en/search/")
        before = count(page)
        page.locator("#type-hub").check()
        page.wait_for_url("**type=hub**")
        expect(page.locator(".chip")).to_have_count(1)
        narrowed = count(page)
        page.locator("ol.results a").first.click()
        page.wait_for_selector("article.work")
        page.go_back()
        expect(page.locator("#result-count")).to_have_text(narrowed)
        expect(page.locator("#type-hub")).to_be_checked()
        page.go_back()
        expect(page.locator("#result-count")).to_have_text(before)
        expect(page.locator("#type-hub")).not_to_be_checked()
        expect(page.locator(".chip")).to_have_count(0)
        page.go_forward()
        expect(page.locator("#type-hub")).to_be_checked()

    def test_filters_by_keyboard(self, opened: Opened) -> None:
        page = opened("/en/search/")
        group = page.locator("#facet-section")
        group.locator("summary").first.focus()
        was_open = group.evaluate("group => group.open")
        page.keyboard.press("Enter")
        assert group.evaluate("group => group.open") is not was_open
        if was_open:
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        box = page.evaluate("document.activeElement.id")
        assert box.startswith("section-")
        page.keyboard.press("Space")
        page.wait_for_url("**section=**")
        expect(page.locator(".chip")).to_have_count(1)
        assert page.evaluate("document.activeElement.id") == box
        assert group.evaluate("group => group.open")

    def test_a_facet_unfolds_in_place(self, opened: Opened, portal: str) -> None:
        page = opened("/en/search/?type=good-practice")
        address = page.url
        page.evaluate("window.sameDocument = true")
        page.fill("#q", "half a qu")
        page.locator("#facet-year > summary").click()
        page.locator("#facet-year .facet-more").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#year-2019")).to_be_focused()
        expect(page.locator("#search-status")).to_have_text("Shown in full: Year")
        expect(page.locator("#facet-year .facet-more")).to_have_count(0)
        assert page.url == address
        expect(page.locator("#q")).to_have_value("half a qu")
        assert page.evaluate("window.sameDocument") is True

    def test_what_is_unfolded_stays_while_one_goes_on(self, opened: Opened) -> None:
        page = opened("/en/search/")
        # Twice in the same facet: the second must not fold the first.
        for code in ("sdg-06", "sdg-11"):
            page.locator(f'button[value="sdg:{code}"]').click()
            expect(page.locator(f"#below-sdg-{code}")).to_have_attribute("open", "")
        expect(page.locator("#below-sdg-sdg-06")).to_have_attribute("open", "")
        page.locator("#type-good-practice").check()
        page.wait_for_url("**type=good-practice**")
        expect(page.locator(".chip")).to_have_count(1)
        target = page.locator("#below-sdg-sdg-11 input").first
        expect(target).to_be_visible()
        name = target.get_attribute("id")
        target.focus()
        page.keyboard.press("Space")
        expect(page.locator(".chip")).to_have_count(2)
        assert page.evaluate("document.activeElement.id") == name
        page.keyboard.press("Space")
        expect(page.locator(".chip")).to_have_count(1)
        expect(page.locator("#below-sdg-sdg-11 input").first).to_be_visible()
        expect(page.locator("#below-sdg-sdg-06 input").first).to_be_visible()

    def test_unfolding_while_the_list_is_on_its_way(self, opened: Opened) -> None:
        page = opened("/en/search/")
        page.evaluate(
            """() => {
                document.querySelector("#type-good-practice").click();
                document.querySelector('button[value="sdg:sdg-11"]').click();
            }"""
        )
        expect(page.locator(".chip")).to_have_count(1)
        expect(page.locator("#below-sdg-sdg-11 input").first).to_be_focused()
        expect(page.locator("#type-good-practice")).to_be_checked()

    def test_a_tick_while_a_facet_is_on_its_way(self, opened: Opened) -> None:
        page = opened("/en/search/")
        page.evaluate(
            """() => {
                document.querySelector('button[value="sdg:sdg-11"]').click();
                document.querySelector("#type-good-practice").click();
            }"""
        )
        expect(page.locator(".chip")).to_have_count(1)
        expect(page.locator("#below-sdg-sdg-11 input").first).to_be_visible()
        expect(page.locator("#type-good-practice")).to_be_checked()

    def test_a_facet_that_cannot_be_fetched_is_asked_for_as_a_page(
        self, browser: Browser, portal: str
    ) -> None:
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(f"{portal}/en/search/")
            page.route(
                lambda address: "/search/" in address,
                lambda route: (
                    route.abort() if "hx-request" in route.request.headers else route.fallback()
                ),
            )
            page.locator('button[value="sdg:sdg-11"]').click()
            page.wait_for_url("**unfold=sdg%3Asdg-11#facet-sdg")
            expect(page.locator("#below-sdg-sdg-11 input").first).to_be_visible()

    def test_the_order_keeps_the_filters(self, opened: Opened) -> None:
        page = opened("/en/search/?type=good-practice")
        page.select_option("#sort", "title")
        page.wait_for_url("**sort=title**")
        assert "type=good-practice" in page.url
        page.reload()
        expect(page.locator("#sort")).to_have_value("title")
        expect(page.locator("#type-good-practice")).to_be_checked()

    def test_a_shared_address_is_the_same_search(self, opened: Opened) -> None:
        page = opened("/en/search/")
        page.locator("#type-hub").check()
        page.wait_for_url("**type=hub**")
        expect(page.locator(".chip")).to_have_count(1)
        path = page.url.split("/", 3)[3]
        assert "q=&" not in path
        assert not path.endswith("q=")
        other = opened(f"/{path}")
        assert count(other) == count(page)

    def test_the_phones_drawer_closes_on_the_list(self, opened: Opened) -> None:
        page = opened("/en/search/", width=360)
        drawer = page.locator("#filters")
        expect(drawer).to_be_hidden()
        page.locator(".filters-button").click()
        expect(drawer).to_be_visible()
        page.locator("#facet-type summary").first.evaluate("s => s.parentElement.open = true")
        page.locator("#type-hub").check()
        page.wait_for_url("**type=hub**")
        expect(drawer).to_be_visible()
        page.locator("#filters-foot button").click()
        expect(drawer).to_be_hidden()
        expect(page.locator(".filters-button .badge")).to_have_text("1")
        page.locator(".filters-button").click()
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()

    def test_no_result_offers_a_way_out(self, opened: Opened) -> None:
        page = opened("/en/search/?q=xyzzyqqq&type=hub")
        page.locator(".empty a", has_text="filters").click()
        assert "type=hub" not in page.url

    def test_the_language_switch_keeps_the_search(self, opened: Opened) -> None:
        page = opened("/en/search/?q=water&type=good-practice")
        shown = page.locator("ol.results > li").count()
        page.locator("nav.languages a[lang=fr]").click()
        page.wait_for_url("**/fr/search/?q=water&type=good-practice")
        expect(page.locator("ol.results > li")).to_have_count(shown)
        expect(page.locator("html")).to_have_attribute("lang", "fr")


@pytest.mark.parametrize(
    "path",
    [
        "/en/",
        "/ar/",
        "/en/search/?q=water",
        "/ar/search/",
        "/fr/w/L4A-0101/",
        "/ar/w/L4A-0110/",
        "/en/w/L4A-0124/",
        "/en/w/L4A-0002/",
        "/en/themes/",
        "/en/places/",
        "/en/sdgs/sdg-11/",
    ],
)
def test_no_page_breaks_the_policy_or_logs_an_error(opened: Opened, path: str) -> None:
    page = opened(path)
    page.wait_for_load_state("networkidle")
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0


def test_arabic_on_a_phone_reads_from_the_right(opened: Opened) -> None:
    page = opened("/ar/search/?type=good-practice", width=360)
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".filters-button").click()
    box = page.locator("#filters").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
