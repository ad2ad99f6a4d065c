"""A practice goes from an expression of interest to the public page, as people do it on a phone.

The steps of everybody in it: an official without an account, two people of the section, an editor
of the Secretariat. Mails are read where the portal keeps them.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.watching import watch

PASSWORD = "local4action"
PHONE: ViewportSize = {"width": 390, "height": 844}
ADDRESS = "mairie@example.org"
TITLE = "Des ruelles ombragées pour la médina"
SECONDS = 20

# What the official types, step by step; what is not named here stays as it is.
TEXTS = {
    "brief": {"start": "2021", "summary": "Vingt ruelles ont reçu des arbres et des auvents."},
    "place": {"latitude": "36,7988", "longitude": "10,1658", "population": "638 845"},
    "background": {
        "context": "En été, la médina dépasse 40 degrés et les habitants évitent les ruelles.",
        "objectives": "Baisser la température ressentie de trois degrés avant 2024.",
    },
    "doing": {
        "actions": "Des ateliers de quartier ont choisi les ruelles.\n\n- 20 auvents\n- 300 arbres",
        "actors": "La ville, les associations de quartier, les artisans.",
    },
    "outcome": {
        "results": "Les ruelles sont fréquentées l’après-midi.",
        "figures-0-value": "20 ruelles",
        "figures-0-label": "ombragées depuis 2021",
        "obstacles": "L’arrosage a manqué le premier été, et un tiers des arbres a séché.",
    },
    "transfer": {"lessons": "Planter en automne, et nommer qui arrose."},
    "goals": {},
    "media": {},
    "people": {},
}


@dataclass
class Story:
    """The people of the story, each with a browser of their own, and what goes wrong in them."""

    browser: Browser
    portal: str
    folder: Path
    faults: list[str]

    def phone(self) -> Page:
        """Give a phone whose owner reads French."""
        context = self.browser.new_context(
            viewport=PHONE, locale="fr-FR", reduced_motion="reduce", has_touch=True
        )
        return watch(context.new_page(), self.portal, self.faults)

    def person(self, who: str) -> Page:
        """Give the phone of one of the demonstration's people, who has logged in."""
        page = self.phone()
        page.goto(f"{self.portal}/fr/account/login/")
        page.fill("[name=login]", f"{who}@example.org")
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.wait_for_load_state()
        return page

    def mails(self) -> list[tuple[str, str, str]]:
        """List kind, subject and text of the mails that the official was sent, in order."""
        with closing(sqlite3.connect(self.folder / "portal.sqlite3", timeout=20)) as database:
            found = database.execute(
                'SELECT kind, subject, text FROM mail_mail WHERE "to" = ? AND state = ?'
                " ORDER BY id",
                (ADDRESS, "sent"),
            )
            return [(kind, subject, text) for kind, subject, text in found]

    def mail(self, kind: str) -> str:
        """Give the text of the latest mail of a kind; wait until the worker has sent it."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            texts = [text for name, _subject, text in self.mails() if name == kind]
            if texts:
                return texts[-1]
            time.sleep(0.2)
        raise AssertionError(f"no mail {kind!r}, only {[row[0] for row in self.mails()]}")


def no_overflow(page: Page) -> None:
    """Assert that nothing is wider than the phone."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def link(text: str) -> str:
    """Give the address in a mail with which a submission is opened."""
    found = re.search(r"https?://\S+/submissions/\S+", text)
    assert found is not None, text
    return found[0]


def express(page: Page, portal: str) -> None:
    """Send an expression of interest, without an account."""
    page.goto(f"{portal}/fr/submit/")
    no_overflow(page)
    page.check("[name=kind][value=good-practice]")
    page.fill("[name=title]", TITLE)
    page.fill("[name=summary]", "De l’ombre dans les ruelles de la médina de Tunis.")
    page.fill("[name=place]", "Tunis")
    page.select_option("[name=country]", "TUN")
    page.locator("[name=section][value=mewa], [name=section]").first.evaluate(
        "one => one.tagName === 'SELECT' ? one.value = 'mewa' : one.click()"
    )
    page.fill("[name=name]", "Direction des espaces verts")
    page.fill("[name=organisation]", "Municipalité de Tunis")
    page.fill("[name=email]", ADDRESS)
    page.check("[name=consent]")
    page.wait_for_timeout(4500)  # the form takes nobody for a person who is faster
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/submit/sent/")
    no_overflow(page)


def open_link(page: Page, text: str) -> None:
    """Open what a mail links, and press its button."""
    page.goto(link(text))
    no_overflow(page)
    button = page.locator("main form button[type=submit]")
    if "/link/" in page.url and button.count():
        button.click()
    page.wait_for_url(re.compile(r"/fr/submissions/[0-9a-f-]{36}/$"))
    no_overflow(page)


def do(page: Page, name: str, says: str = "") -> None:
    """Do what the page of a submission offers."""
    form = page.locator(f'form[action$="/do/{name}/"]')
    if not form.is_visible():
        page.locator("details", has=form).first.locator("summary").first.click()
    if says:
        form.locator("[name=says]").fill(says)
    form.locator("button").last.click()
    page.wait_for_load_state()
    expect(page.locator("[role=alert]")).to_have_count(0)
    no_overflow(page)


def write(page: Page, folder: Path) -> None:
    """Fill the template, step by step, with one picture; and send it."""
    case = page.url
    for step, texts in TEXTS.items():
        page.goto(f"{case}write/{step}/")
        no_overflow(page)
        for name, text in texts.items():
            page.fill(f"[name={name}]", text)
        if step == "brief":
            choose(page, "status", "ongoing")
        if step == "goals":
            page.check("[name=sdgs][value=sdg-11]")
            page.check("[name=sdgs][value=sdg-13]")
        if step == "media":
            picture(page, folder)
        if step == "people":
            choose(page, "licence", "cc-by")
            page.check("[name=contact_consent]")
            page.check("[name=consent_publish]")
        page.locator("button[name=do][value=next]").click()
        page.wait_for_load_state()
        expect(page.locator(".error-summary")).to_have_count(0)
    page.goto(f"{case}preview/")
    expect(page.locator("h1")).to_contain_text(TITLE)
    page.goto(f"{case}write/send/")
    no_overflow(page)
    page.locator("form:has([name=says]) button[type=submit]").last.click()
    page.wait_for_url(case)


def choose(page: Page, name: str, value: str) -> None:
    """Choose a value, whether it is a list or buttons that show it."""
    if page.locator(f"select[name={name}]").count():
        page.select_option(f"[name={name}]", value)
    else:
        page.check(f"[name={name}][value={value}]")


def picture(page: Page, folder: Path) -> None:
    """Bring a picture, say what it shows and who made it."""
    file = folder / "ruelle de la médina.jpg"
    Image.linear_gradient("L").resize((1200, 800)).convert("RGB").save(file)
    page.set_input_files("[name=pictures-new]", file)
    page.locator("button[name=do][value=save]").last.click()
    page.wait_for_load_state()
    page.fill("[name=pictures-0-alt]", "Une ruelle sous des auvents de toile.")
    page.fill("[name=pictures-0-credit]", "Municipalité de Tunis, CC BY 4.0")


def publish(page: Page) -> None:
    """Confirm one goal, strike the other, add a third; set the level; publish."""
    form = page.locator('form[action$="/do/publish/"]')
    form.locator("[name=goal-sdg-11][value=yes]").check()
    form.locator("[name=goal-sdg-13][value=no]").check()
    added = form.locator("[name=add][value=sdg-15]")
    if not added.is_visible():
        page.locator("details", has=added).locator("summary").first.click()
    added.check()
    form.locator("[name=level][value=verified]").check()
    form.locator("button").last.click()
    page.wait_for_load_state()
    expect(page.locator("[role=alert]")).to_have_count(0)
