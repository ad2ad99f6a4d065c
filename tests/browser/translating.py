"""A practice goes from English to Arabic, as `docs/translating.md` tells it.

The steps are those of people in the admin: an editor asks, a translator translates and sends, an
editor approves. `seen` gets the page after each step that the guide has a picture of.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polib
from playwright.sync_api import Browser, Locator, Page, expect

PASSWORD = "local4action"
ADDRESS = "/ar/sections/europe/ljubljana-zero-waste/"
TITLE = "Zero waste: collecting at the door"
# Every passage of the practice in Arabic, in the order of the page.
ARABIC = (Path(__file__).parent / "zero-waste.ar.txt").read_text("utf-8").splitlines()
BY_HAND = 2

Seen = Callable[[str, Page], None]


def log_in(browser: Browser, portal: str, who: str) -> Page:
    """Give the admin's first page, opened by one of the demo's people."""
    page = browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    ).new_page()
    page.goto(f"{portal}/admin/")
    page.fill("[name=login]", f"{who}@example.org")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{portal}/admin/")
    return page


def ask(page: Page, portal: str, seen: Seen) -> str:
    """Ask for the Arabic translation, from the report; give the address of its editor."""
    page.goto(f"{portal}/admin/translations/")
    seen("coverage", page)
    page.goto(f"{portal}/admin/translations/works/?language=ar&state=missing")
    seen("list", page)
    page.get_by_role("link", name=TITLE).click()
    page.get_by_label("Arabic").check()
    seen("ask", page)
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url("**/edit/")
    return page.url


def translate(page: Page, address: str, folder: Path, seen: Seen) -> None:
    """Translate: the first passages by hand, the others in a PO file."""
    page.goto(address)
    bar = page.locator(".translation-bar")
    expect(bar).to_contain_text(f"{len(ARABIC)} of {len(ARABIC)} passages are not translated.")
    expect(page.get_by_role("button", name="Publish in Arabic")).to_have_count(0)
    for number, text in enumerate(ARABIC[:BY_HAND], start=1):
        by_hand(page, text)
        expect(bar).to_contain_text(f"{len(ARABIC) - number} of {len(ARABIC)} passages")
        if number == 1:
            seen("editor", page)
    by_file(page, folder)
    page.wait_for_load_state()
    expect(page.locator("li.incomplete")).to_have_count(0)
    expect(bar).to_contain_text("All passages are translated.")
    seen("translated", page)


def by_hand(page: Page, text: str) -> None:
    """Translate the first passage that has no translation, in the editor."""
    passages: Locator = page.locator("li.incomplete")
    before = passages.count()
    passages.first.get_by_role("button", name="Translate").click()
    passages.first.locator("textarea").fill(text)
    passages.first.get_by_role("button", name="Save").click()
    expect(passages).to_have_count(before - 1)


def by_file(page: Page, folder: Path) -> None:
    """Translate what is left in a PO file: download, fill, upload."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PO file").click()
    path = folder / "translation.po"
    download.value.save_as(path)
    entries = polib.pofile(str(path))
    assert [entry.msgstr for entry in entries[:BY_HAND]] == ARABIC[:BY_HAND]
    for entry, text in zip(entries, ARABIC, strict=True):
        entry.msgstr = text
    entries.save()
    with page.expect_navigation(), page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload PO file").click()
        chooser.value.set_files(path)


def send(page: Page) -> None:
    """Send the translation to review."""
    page.get_by_role("button", name="Send to review").click()
    expect(page.get_by_text("Sent to review.")).to_be_visible()


def approve(page: Page, address: str, seen: Seen) -> None:
    """Read the translation and approve it."""
    page.goto(address)
    assert page.locator("[name=seen]").input_value()
    seen("review", page)
    page.get_by_role("button", name="Approve and publish").click()


def changed(page: Page, portal: str, address: str, seen: Seen) -> None:
    """Change a sentence of the original; show where the translation is then out of date."""
    number = address.rstrip("/").split("/")[-2]
    page.goto(f"{portal}/admin/translations/page/{number}/")
    page.get_by_role("link", name="Back to the page").click()
    page.get_by_role("link", name="English", exact=True).click()
    page.locator("[name=title]").fill(f"{TITLE}, and weighing what is left")
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.locator("button[name=action-publish]").click()
    expect(page.locator(".messages")).to_contain_text("published")
    page.goto(f"{portal}/admin/translations/page/{number}/")
    expect(page.get_by_text("What changed in the original since").first).to_be_visible()
    seen("changed", page)


def tell(browser: Browser, portal: str, folder: Path, seen: Seen) -> None:
    """Tell the whole story, for its pictures."""
    editor = log_in(browser, portal, "editor")
    translator = log_in(browser, portal, "translator")
    address = ask(editor, portal, seen)
    translate(translator, address, folder, seen)
    send(translator)
    approve(editor, address, seen)
    expect(editor.get_by_text("Approved and published.")).to_be_visible()
    editor.goto(f"{portal}{ADDRESS}")
    seen("published", editor)
    changed(editor, portal, address, seen)
