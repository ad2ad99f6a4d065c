"""A sixth language is a setting, a catalogue and one command; taking one away loses nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from wagtail.models import Locale, Page

from portal.settings.environment import Environment, SettingError
from portal.taxonomy.models import TermLabel
from search.indexer import drain, rebuild
from tests import works
from tests.fixtures import empty_index, forget

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def add(code: str) -> str:
    """Run the command and give what it says."""
    out = StringIO()
    call_command("add_language", code, stdout=out)
    forget()
    return out.getvalue()


@pytest.fixture
def more(tmp_path: Path) -> Iterator[Callable[[str, str], Any]]:
    """Name another language in the settings."""

    def named(code: str, name: str) -> Any:
        languages = [*settings.LANGUAGES, (code, name)]
        return override_settings(LANGUAGES=languages, WAGTAIL_CONTENT_LANGUAGES=languages)

    with empty_index(tmp_path):
        yield named


@pytest.mark.parametrize(
    ("language", "direction", "title", "word"),
    [
        (("ru", "Russian"), "ltr", "Открытые ручьи города", "ручей"),
        (("fa", "Persian"), "rtl", "نهرهای روباز شهر", "نهرهای"),
    ],
)
def test_a_sixth_language_from_end_to_end(  # noqa: PLR0917 - fixtures, and what is tried
    client: Client, more: Any, language: tuple[str, str], direction: str, title: str, word: str
) -> None:
    code, name = language
    original = works.practice(title="Streams in the open")
    with more(code, name):
        said = add(code)
        assert "there is no catalogue, so its words are English" in said
        assert "about/privacy" in said
        assert re.search(r"Theme: \d+ of \d+ terms have no label", said)
        assert TermLabel.objects.filter(language=code, term__kind="country").count() > 190
        page = works.translated(original, code, title=title)
        drain()
        paths = (f"/{code}/", f"/{code}/search/?q={word}", page.url, f"/{code}/about/privacy/")
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, path
            html = answer.content.decode()
            assert f'<html lang="{code}" dir="{direction}">' in html
            assert f'lang="{code}" hreflang="{code}" aria-current="true"' in html
        assert title in client.get(paths[1]).content.decode().replace("<mark>", "").replace(
            "</mark>", ""
        )
        # What nobody has translated says in which language it is.
        assert '<div class="prose" lang="en" dir="ltr">' in html
        assert client.get("/", headers={"accept-language": code})["Location"] == f"/{code}/"
        assert page.full_url in client.get(f"/sitemap-{code}.xml").content.decode()
        again = add(code)
        assert " 0 terms and labels and 0 pages made" in again


def test_a_language_that_the_settings_do_not_name_is_refused_with_what_to_do() -> None:
    with pytest.raises(CommandError, match="Set EXTRA_LANGUAGES=ru"):
        call_command("add_language", "ru")
    assert not Locale.all_objects.filter(language_code="ru").exists()


def test_a_language_that_nobody_can_show_is_refused(more: Any) -> None:
    with more("qu", "Quechua"), pytest.raises(CommandError, match="catalogue"):
        call_command("add_language", "qu")


def test_a_language_taken_away_hides_its_pages_and_says_so(client: Client, more: Any) -> None:
    original = works.practice(title="Streams in the open")
    with more("ru", "Russian"):
        add("ru")
        works.translated(original, "ru", title="Открытые ручьи")
        russian = works.practice("europe", "ru", title="Только по-русски")
        drain()
    forget()
    rebuild()
    html = client.get(original.url).content.decode()
    assert 'hreflang="ru"' not in html
    assert "/ru/" not in html
    found = client.get("/en/search/").content.decode()
    assert "Открытые ручьи" not in found
    assert "Только по-русски" not in found
    assert client.get(f"/en/w/{russian.work.reference}/").status_code == 410
    assert client.get("/sitemap-ru.xml").status_code == 404
    [warning] = run_checks(tags=[Tags.database], databases=["default"])
    assert "pages are in Русский (ru)" in warning.msg
    assert Page.objects.filter(pk=russian.pk).exists()


def test_a_locale_with_pages_is_not_deleted_in_the_admin(admin_client: Client) -> None:
    locale = Locale.objects.get(language_code="pt")
    answer = admin_client.post(f"/admin/locales/delete/{locale.pk}/", follow=True)
    assert answer.status_code == 200
    assert "cannot be deleted because there are pages" in answer.content.decode()
    assert Locale.objects.filter(pk=locale.pk).exists()


@pytest.mark.parametrize("value", ["xx", "zh-hans", "Russian", "pt-br"])
def test_a_code_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("EXTRA_LANGUAGES", value)
    with pytest.raises(SettingError, match=re.escape(value)):
        Environment.read()


def test_the_environment_names_further_languages() -> None:
    code = "from django.conf import settings; print(*dict(settings.LANGUAGES))"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "EXTRA_LANGUAGES": "ru, fa,fr",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
    )
    assert done.stdout.decode().split() == ["en", "fr", "es", "pt", "ar", "ru", "fa"]
