"""Catalogues: compiled without gettext, and every kind of fault is seen."""

from __future__ import annotations

import gettext
import os
import shutil
from pathlib import Path

import pytest

from portal.operations import catalogues

HEADER = catalogues._HEADER


def write(root: Path, entries: str, language: str = "fr", plurals: str | None = None) -> Path:
    path = root / "locale" / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    form = catalogues.plural_forms(language) if plurals is None else plurals
    path.write_text(f"{HEADER.format(language=language, plurals=form)}\n{entries}", "utf-8")
    return path


def faults(root: Path) -> list[str]:
    return [line for line in catalogues.faults(root) if not line.endswith(": missing")]


GOOD = """
msgid "Hubs"
msgstr "Pôles"

#, python-format
msgid "%(n)s hub"
msgid_plural "%(n)s hubs"
msgstr[0] "un pôle"
msgstr[1] "%(n)s pôles"
"""


def test_a_good_catalogue_has_no_fault(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "a"\nmsgstr ""', "empty"),
        ('#, fuzzy\nmsgid "a"\nmsgstr "b"', "fuzzy"),
        ('#~ msgid "a"\n#~ msgstr "b"', "obsolete"),
        ('msgid "%(n)s a"\nmsgstr "b"', "placeholders"),
        ('msgid "%(n)s a"\nmsgstr "%(m)s b"', "placeholders"),
        ('msgid "{name} a"\nmsgstr "{nom} b"', "placeholders"),
        ('msgid "%s a %s"\nmsgstr "b %s"', "placeholders"),
        ('msgid "%(n)s a"\nmsgid_plural "%(n)s b"\nmsgstr[0] "c"\nmsgstr[1] "d"', "placeholders"),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] ""', "empty"),
    ],
)
def test_each_fault_is_said(tmp_path: Path, entry: str, fault: str) -> None:
    write(tmp_path, f"{entry}\n")
    [line] = faults(tmp_path)
    assert fault in line


def test_plural_forms_are_the_languages_own(tmp_path: Path) -> None:
    write(tmp_path, GOOD, plurals="nplurals=2; plural=(n != 1);")
    assert any("Plural-Forms" in line for line in faults(tmp_path))


def test_every_language_needs_a_catalogue(tmp_path: Path) -> None:
    lines = list(catalogues.faults(tmp_path))
    assert len(lines) == len(catalogues.languages()) == 4


def test_arabic_has_six_forms(tmp_path: Path) -> None:
    write(tmp_path, 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n', language="ar")
    assert any("instead of 6" in line or "empty" in line for line in faults(tmp_path))


def test_what_is_compiled_is_what_gettext_reads(tmp_path: Path) -> None:
    source = write(tmp_path, GOOD)
    [target] = catalogues.compile_all(tmp_path)
    with target.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Hubs") == "Pôles"
    assert translations.ngettext("%(n)s hub", "%(n)s hubs", 0) == "un pôle"
    assert translations.ngettext("%(n)s hub", "%(n)s hubs", 2) == "%(n)s pôles"
    assert catalogues.compile_all(tmp_path) == []
    os.utime(source, (target.stat().st_mtime + 1,) * 2)
    assert catalogues.compile_all(tmp_path) == [target]


@pytest.mark.skipif(
    not shutil.which("xgettext") and not os.environ.get("CI"), reason="gettext is not installed"
)
class TestExtraction:
    """What the sources say and the catalogues do not."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        code = tmp_path / "portal" / "words.py"
        code.parent.mkdir()
        code.write_text("from django.utils.translation import gettext\n\nx = gettext('Hubs')\n")
        (tmp_path / "static" / "js").mkdir(parents=True)
        return tmp_path

    def test_a_new_string_is_missed_until_it_is_extracted(self, root: Path) -> None:
        write(root, "")
        assert any(line.endswith("'Hubs': not extracted") for line in catalogues.differences(root))
        catalogues.extract(root)
        assert list(catalogues.differences(root)) == []

    def test_a_string_that_is_gone_is_named(self, root: Path) -> None:
        catalogues.extract(root)
        write(root, 'msgid "Hubs"\nmsgstr "Pôles"\n\nmsgid "Old"\nmsgstr "Vieux"\n')
        lines = list(catalogues.differences(root))
        assert lines == ["locale/fr/LC_MESSAGES/django.po: 'Old': not in use"]

    def test_extracting_again_changes_nothing(self, root: Path) -> None:
        first = {path: path.read_bytes() for path in catalogues.extract(root)}
        assert {path: path.read_bytes() for path in catalogues.extract(root)} == first
        assert len(first) == 4
        assert not any(b"POT-Creation-Date" in content for content in first.values())

    def test_a_translation_stays_when_strings_are_extracted(self, root: Path) -> None:
        path = write(root, 'msgid "Hubs"\nmsgstr "Pôles"\n')
        catalogues.extract(root)
        assert 'msgstr "Pôles"' in path.read_text("utf-8")
