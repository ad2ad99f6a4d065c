"""What must stand in no log."""

from __future__ import annotations

import logging
from urllib.parse import quote

import pytest

from portal.logs import WithoutSecrets

TOKEN = "WzEsImFiYyJd:1vNabc:s-_x"


def logged(*parts: object) -> str:
    record = logging.LogRecord("django.server", logging.INFO, "", 0, "%s %s", parts, None)
    assert WithoutSecrets().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    "before",
    [
        "/fr/submissions/link/",
        "/ar/account/invitation/",
        "/en/account/verify/",
        "/es/account/password/new/",
    ],
)
def test_the_secrets_of_all_mailed_links_are_left_out(before: str) -> None:
    path = f"{before}{TOKEN}/"
    assert logged(path, 200) == f"{before}…/ 200"
    inside = quote(path, safe="")
    assert logged(f"/fr/account/login/?next={inside}", 200).endswith(
        f"{quote(before, safe='')}…%2F 200"
    )


def test_other_addresses_stay_whole() -> None:
    path = "/fr/account/password/?next=%2Ffr%2Faccount%2F"
    assert logged(path, 302) == f"{path} 302"
