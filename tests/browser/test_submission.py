"""A city official's practice, from the first word to the corrected figure, in French on a phone."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import submitting
from tests.browser.submitting import SECONDS, TITLE, Story, do, open_link

pytestmark = pytest.mark.requires("browser")


def found(page: Page, portal: str, words: str) -> bool:
    """Tell whether a reader's French search finds the practice."""
    html = page.request.get(f"{portal}/fr/search/?q={quote(words)}").text()
    return TITLE in html.replace("<mark>", "").replace("</mark>", "")


def test_from_the_first_word_to_a_corrected_figure(
    browser: Browser, own_portal: str, tmp_path: Path
) -> None:
    faults: list[str] = []
    story = Story(browser, own_portal, tmp_path / "portal", faults)
    reader, official = story.phone(), story.phone()

    submitting.express(official, own_portal)
    open_link(official, story.mail("received"))
    case = official.url
    mewa, second, editor = (story.person(who) for who in ("mewa", "mewa-second", "editor"))

    mewa.goto(case)
    do(mewa, "ask", "Combien de ruelles sont ombragées aujourd’hui ?")
    open_link(official, story.mail("question"))
    expect(official.locator("main")).to_contain_text("Combien de ruelles")
    do(official, "answer", "Vingt ruelles, et dix de plus en 2025.")
    mewa.goto(case)
    do(mewa, "invite")
    assert "médina" in story.mail("endorsed")
    open_link(official, story.mail("complete"))

    submitting.write(official, tmp_path)
    second.goto(case)
    do(second, "endorse")
    story.mail("with-secretariat")
    assert not found(reader, own_portal, "ruelles ombragées")
    editor.goto(case)
    submitting.publish(editor)

    assert own_portal in story.mail("published")
    published = time.monotonic()
    while not found(reader, own_portal, "ruelles ombragées"):
        assert time.monotonic() - published < SECONDS
        time.sleep(0.2)
    official.goto(case)
    reference = official.locator("main").inner_text().partition("L4A-")[2][:4]
    reader.goto(f"{own_portal}/w/L4A-{reference}/")
    expect(reader.locator("h1")).to_have_text(TITLE)
    expect(reader.locator("main")).to_contain_text("638")
    submitting.no_overflow(reader)
    address = reader.url

    do(official, "revise")
    official.goto(f"{case}write/place/")
    official.fill("[name=population]", "640 000")
    official.locator("button[name=do][value=next]").click()
    official.goto(f"{case}write/send/")
    official.locator("form:has([name=says]) button[type=submit]").last.click()
    official.wait_for_url(case)
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text("638")
    second.goto(case)
    do(second, "endorse")
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text("638")

    assert [kind for kind, _subject, _text in story.mails()][:6] == [
        "received",
        "question",
        "endorsed",
        "complete",
        "with-secretariat",
        "published",
    ]
    editor.goto(case)
    for goal in ("sdg-11", "sdg-15"):
        editor.check(f"[name=goal-{goal}][value=yes]")
    editor.check("[name=level][value=verified]")
    editor.locator('form[action$="/do/publish/"] button').last.click()
    editor.wait_for_load_state()
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text("640")
    assert faults == []
