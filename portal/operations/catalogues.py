"""The interface's catalogues: extracting, compiling and checking them.

Compiling and checking need Babel alone; only extraction needs gettext's programs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from django.conf import settings

from portal.settings.environment import BASE_DIR

SOURCE_LANGUAGE = "en"  # needs no catalogue: the code's own strings are its text
DOMAINS = ("django", "djangojs")
# Folders with strings that people read.
SOURCES = ("portal", "hubs", "practices", "search", "templates", "static/js")
# Where Babel's forms are not those of CLDR.
_PLURALS = {
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
}
_HEADER = """msgid ""
msgstr ""
"Project-Id-Version: local4action-portal\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""
_PLACEHOLDER = re.compile(
    r"%\((\w+)\)[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|(?<!%)(?:%%)*(%[sdif])|\{(\w*)\}"
)
MessageKey = tuple[str, str]  # context, text


class ExtractionUnavailable(Exception):
    """Strings cannot be extracted here: gettext's programs are missing."""


def languages() -> list[str]:
    """Give the languages that need a catalogue."""
    return [code for code, _name in settings.LANGUAGES if code != SOURCE_LANGUAGE]


def plural_forms(language: str) -> str:
    """Give a language's plural forms, as they stand in its catalogues.

    They are written there, as Django's own catalogues differ between its releases.
    """
    return _PLURALS.get(language) or str(get_plural(language).plural_forms)


def catalogue_files(root: Path | None = None) -> list[Path]:
    """Give the catalogues under a folder (the project's), sorted."""
    folder = (root or BASE_DIR) / "locale"
    return sorted(path for domain in DOMAINS for path in folder.glob(f"*/LC_MESSAGES/{domain}.po"))


def read(path: Path) -> Catalog:
    """Read a catalogue. Raises babel's PoFileError when it is not well formed."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def compile_all(root: Path | None = None, *, force: bool = False) -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; give what was written."""
    written = []
    for source in catalogue_files(root):
        target = source.with_suffix(".mo")
        if not force and target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as file:
            write_mo(file, read(source))
        fresh.replace(target)  # a running process never sees half of one
        written.append(target)
    return written


def extract(root: Path | None = None) -> list[Path]:
    """Bring the catalogues under a folder (the project's) up to date with its sources.

    A catalogue of scripts is made only where a script has strings. Gives the catalogues. Raises
    ExtractionUnavailable without gettext.
    """
    root = root or BASE_DIR
    if not (shutil.which("xgettext") and shutil.which("msgmerge")):
        raise ExtractionUnavailable("gettext's programs are not installed (Debian: gettext)")
    (root / "locale").mkdir(exist_ok=True)
    chosen = [part for code in languages() for part in ("--locale", code)]
    # Without the project's settings the command looks at this folder alone.
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    for domain in DOMAINS:
        command = [sys.executable, "-m", "django", "makemessages", "--domain", domain, *chosen]
        command += ["--no-location", "--no-obsolete", "--verbosity", "0"]
        for ignored in (".venv", "var", "build", "tests", "docs", "static/vendor", "node_modules"):
            command += ["--ignore", ignored]
        subprocess.run(command, cwd=root, env=environment, check=True)  # noqa: S603 - our own
    for path in catalogue_files(root):
        normalise(path)
    return catalogue_files(root)


def normalise(path: Path) -> None:
    """Give a catalogue the project's header, without dates, so that diffs show strings only."""
    language = path.parts[-3]
    text = path.read_text(encoding="utf-8")
    _old, _blank, entries = text.partition("\n\n")
    header = _HEADER.format(language=language, plurals=plural_forms(language))
    path.write_text(f"{header}\n{entries}", encoding="utf-8")


def faults(root: Path | None = None) -> Iterator[str]:
    """Say what is wrong with the catalogues themselves, a line for each fault."""
    root = root or BASE_DIR
    for language in languages():
        path = root / "locale" / language / "LC_MESSAGES" / "django.po"
        if not path.exists():
            yield f"{path.relative_to(root)}: missing"
    for path in catalogue_files(root):
        name = str(path.relative_to(root))
        catalogue = read(path)
        expected = plural_forms(path.parts[-3])
        if _plural_header(path) != re.sub(r"\s", "", expected):
            yield f"{name}: Plural-Forms must be: {expected}"
        for message in catalogue:
            if message.id:
                for fault in _message_faults(message, catalogue.num_plurals):
                    yield f"{name}: {_shown(message)}: {fault}"
        for key in catalogue.obsolete:
            yield f"{name}: {_text(key)!r}: obsolete"


def differences(root: Path | None = None) -> Iterator[str]:
    """Say which strings the sources and the catalogues do not share.

    Raises ExtractionUnavailable without gettext.
    """
    root = root or BASE_DIR
    with tempfile.TemporaryDirectory(prefix="portal-catalogues-") as name:
        copy = Path(name)
        for source in (*SOURCES, "locale"):
            if (root / source).exists():
                shutil.copytree(root / source, copy / source)
        for fresh in extract(copy):
            path = root / fresh.relative_to(copy)
            wanted = _keys(read(fresh))
            found = _keys(read(path)) if path.exists() else set()
            shown = path.relative_to(root)
            for key in sorted(wanted - found):
                yield f"{shown}: {key[1]!r}: not extracted"
            for key in sorted(found - wanted):
                yield f"{shown}: {key[1]!r}: not in use"


def _keys(catalogue: Catalog) -> set[MessageKey]:
    return {(message.context or "", _text(message.id)) for message in catalogue if message.id}


def _text(identity: Any) -> str:
    """Give a message's identity as one string: singular and plural joined."""
    return "\n".join(_strings(identity))


def _shown(message: Message) -> str:
    text = _text(message.id).replace("\n", " | ")
    return repr(text if len(text) <= 70 else f"{text[:69]}…")


def _message_faults(message: Message, num_plurals: int) -> Iterator[str]:
    if message.fuzzy:
        yield "fuzzy"
    plural = not isinstance(message.id, str)
    sources, forms = _strings(message.id), _strings(message.string)
    if plural and len(forms) != num_plurals:
        yield f"{len(forms)} plural forms instead of {num_plurals}"
    if not all(forms):
        yield "empty"
        return
    general = _placeholders(sources[-1])
    allowed = general | _placeholders(sources[0])
    for number, form in enumerate(forms, start=1):
        found = _placeholders(form)
        # "One hub" may leave out the number; the last form, the general one, may not.
        if found != general if number == len(forms) else not found <= allowed:
            yield f"placeholders {sorted(found)} instead of {sorted(general)}"


def _strings(value: Any) -> list[str]:
    """Give a message's text, or the texts of its plural forms, as a list."""
    return [value] if isinstance(value, str) else [text or "" for text in value or [""]]


def _placeholders(text: str) -> frozenset[str]:
    """Give the names of a string's placeholders, positional ones by their sign and number."""
    names: list[str] = []
    for named, positional, braced in _PLACEHOLDER.findall(text):
        names.append(named or positional or f"{{{braced}}}")
    return frozenset(f"{name}×{names.count(name)}" if name in "%s%d" else name for name in names)


def _plural_header(path: Path) -> str:
    """Give the Plural-Forms of a catalogue as it stands in the file, without spaces."""
    head, _blank, _rest = path.read_text(encoding="utf-8").partition("\n\n")
    joined = head.replace('"\n"', "")
    match = re.search(r"Plural-Forms:(.*?)(?:\\n|\"|$)", joined, re.MULTILINE)
    return re.sub(r"\s", "", match[1]) if match else ""
