"""Take the pictures of `docs/screenshots`.

`python -m tests.browser.screenshots [ADDRESS]`: the public pages from a portal that is running, by
default http://127.0.0.1:8000 (`make demo`); the admin's from one that is made for them, so that
the running one stays as it is. `--admin` and `--public` take only these.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import translating
from tests.browser.chromium import browser_path
from tests.browser.served import make, served

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
MOST_BYTES = 200_000


@dataclass(frozen=True)
class Picture:
    """What is shown, and how; `opens` is the id of a drawer that is opened first."""

    name: str
    path: str
    width: int = 1280
    height: int = 1000
    scheme: Literal["light", "dark"] = "light"
    opens: str = ""


PICTURES = (
    Picture("home", "en/", height=1150),
    Picture("search", "en/search/?q=water&theme=ecological-transition&region=150", height=1150),
    Picture("search-arabic", "ar/search/?q=%D9%85%D8%A7%D8%A1", height=1150),
    Picture("search-phone", "fr/search/?q=eau", width=390, height=844),
    Picture("filters-phone", "es/search/?theme=climate", width=390, height=844, opens="filters"),
    Picture("practice", "en/w/L4A-0101/", height=1250),
    Picture("practice-dark", "pt/w/L4A-0101/", height=1250, scheme="dark"),
    Picture("hub", "en/w/L4A-0002/", height=1250),
    Picture("goals", "en/sdgs/"),
    Picture("themes", "en/themes/"),
)


def take(browser: Browser, portal: str, picture: Picture) -> bytes:
    """Give a page's first screen as WebP."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{portal}/{picture.path}", wait_until="networkidle")
    if picture.opens:
        page.locator(f"[popovertarget={picture.opens}]").first.click()
    written = as_webp(page.screenshot())
    context.close()
    return written


def as_webp(picture: bytes) -> bytes:
    """Give a screenshot as WebP."""
    written = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").save(written, "WEBP", quality=82, method=6)
    return written.getvalue()


def public(browser: Browser, portal: str) -> Iterator[tuple[str, bytes]]:
    """Take what readers see."""
    for picture in PICTURES:
        yield picture.name, take(browser, portal.rstrip("/"), picture)


def admin(browser: Browser) -> Iterator[tuple[str, bytes]]:
    """Take the steps of a translation, as `docs/translating.md` shows them."""
    taken: dict[str, bytes] = {}

    def seen(name: str, page: Page) -> None:
        page.evaluate("window.scrollTo(0, 0)")
        taken[f"translate-{name}"] = as_webp(page.screenshot())

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "portal")
        with served(folder / "portal", working=True) as portal:
            translating.tell(browser, portal, folder, seen)
    yield from taken.items()


def main(arguments: list[str]) -> None:
    """Take all pictures. Raises ValueError for one that is too heavy for a repository."""
    parser = argparse.ArgumentParser()
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--admin", action="store_true")
    parser.add_argument("--public", action="store_true")
    wanted = parser.parse_args(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        if wanted.public or not wanted.admin:
            keep(public(browser, wanted.address))
        if wanted.admin or not wanted.public:
            keep(admin(browser))
        browser.close()


def keep(pictures: Iterator[tuple[str, bytes]]) -> None:
    """Write pictures. Raises ValueError for one that is too heavy."""
    for name, data in pictures:
        if len(data) > MOST_BYTES:
            raise ValueError(f"{name}: {len(data)} bytes")
        (FOLDER / f"{name}.webp").write_bytes(data)
        sys.stdout.write(f"{name}: {len(data) // 1024} kB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
