"""Another language of the interface: a setting, a catalogue and its tree of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from portal.cms.tree import make_tree
from search.indexer import drain
from tests import works
from tests.fixtures import empty_index, forget

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]
LANGUAGES = [*settings.LANGUAGES, ("de", "German")]


@pytest.fixture
def german(tmp_path: Path) -> Iterator[None]:
    """The portal with German added."""
    assert connection.in_atomic_block
    with override_settings(LANGUAGES=LANGUAGES, WAGTAIL_CONTENT_LANGUAGES=LANGUAGES):
        make_tree()
        forget()
        with empty_index(tmp_path):
            yield


@pytest.mark.usefixtures("german")
def test_home_search_and_works_are_shown_in_a_sixth_language(client: Client) -> None:
    original = works.practice(title="Streams in the open")
    page = works.translated(original, "de", title="Offene Bäche für Städte")
    spanish = works.practice("latin-america", "es", title="Presupuesto abierto")
    drain()
    for address in ("/de/", "/de/search/?q=stadt", page.url, f"/de/w/{spanish.work.reference}/"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        html = answer.content.decode()
        assert '<html lang="de" dir="ltr">' in html, address
        assert re.search(r'href="/de/[^"]*" lang="de" hreflang="de" aria-current="true"', html)
        assert '<span class="lang-name">Deutsch</span>' in html
        assert '"/de/about/how-we-check/"' in html
    html = client.get("/de/search/?q=stadt").content.decode()
    assert "Offene Bäche" in html  # stemmed as German
    assert 'value="de"' in html
    assert client.get("/de/search/?q=presupuesto").content.count(b"<article") == 1
    assert 'property="og:locale" content="de_DE"' in client.get(page.url).content.decode()


def test_a_text_in_a_rare_language_is_found_by_its_language(client: Client, tmp_path: Path) -> None:
    with empty_index(tmp_path):
        works.practice(title="Hiri irekia", text_language="eu")
        works.practice(title="Nobody's words", text_language="qqx")
        drain()
        html = client.get("/en/search/").content.decode()
        for code, label in (("eu", "Euskara"), ("qqx", "qqx")):
            assert f'value="{code}"' in html
            assert label in html
        assert client.get("/en/search/?language=eu").content.count(b"<article") == 1
