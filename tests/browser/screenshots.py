"""Take the pictures of `docs/screenshots` from a portal that is running.

`python -m tests.browser.screenshots [ADDRESS]`, by default http://127.0.0.1:8000 (`make demo`).
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import browser_path

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
    with Image.open(io.BytesIO(page.screenshot())) as image:
        written = io.BytesIO()
        image.convert("RGB").save(written, "WEBP", quality=82, method=6)
    context.close()
    return written.getvalue()


def main(portal: str) -> None:
    """Take all pictures. Raises ValueError for one that is too heavy for a repository."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        for picture in PICTURES:
            data = take(browser, portal.rstrip("/"), picture)
            if len(data) > MOST_BYTES:
                raise ValueError(f"{picture.name}: {len(data)} bytes")
            (FOLDER / f"{picture.name}.webp").write_bytes(data)
            sys.stdout.write(f"{picture.name}: {len(data) // 1024} kB\n")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
