"""Note what goes wrong in a page."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request


def watch(page: Page, portal: str, faults: list[str]) -> Page:
    """Add to `faults` errors, what the security policy refuses, failed requests, other hosts."""

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            faults.append(message.text)

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":
            faults.append(request.url)

    def asked(request: Request) -> None:
        if not request.url.startswith((portal, "data:", "blob:")):
            faults.append(f"another host: {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", failed)
    page.on("request", asked)
    return page
