"""Whatever readers can get is in the registry, so that the crawl visits it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.forms import BaseForm
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import Page

from tests.crawl import registry

PROJECT = ("portal", "hubs", "practices", "search")
SHOWN = {shown for place in registry.PLACES for shown in place.shows}
SENDS_MAIL = re.compile(r"\b(send_mail|send_mass_mail|EmailMessage|EmailMultiAlternatives)\(")


def addresses(patterns: list[URLPattern | URLResolver], above: str = "") -> Iterator[str]:
    """Give the name of every address, or its pattern where it has no name."""
    for pattern in patterns:
        path = f"{above}{pattern.pattern}"
        if path.startswith(registry.OTHERS):
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, re.sub(r"^[a-z]{2}/", "", path))
        else:
            yield pattern.name or path


def modules() -> Iterator[str]:
    """Give the names of the project's modules, tests and migrations left out."""
    for name in PROJECT:
        folder = Path(settings.BASE_DIR) / name
        for found in pkgutil.walk_packages([str(folder)], f"{name}."):
            if not re.search(r"\.(migrations|settings|wsgi|gunicorn)\b", found.name):
                yield found.name


def subclasses(model: type[Any]) -> Iterator[type[Any]]:
    """Give everything that is derived from a class."""
    for found in model.__subclasses__():
        yield found
        yield from subclasses(found)


def test_every_address_is_entered() -> None:
    missing = set(addresses(get_resolver().url_patterns)) - SHOWN - set(registry.SILENT)
    assert not missing, f"enter these in tests/crawl/registry.py: {sorted(missing)}"


def test_nothing_is_entered_that_is_gone() -> None:
    names = set(addresses(get_resolver().url_patterns))
    models = {model._meta.label for model in apps.get_models() if issubclass(model, Page)}
    assert SHOWN - names - models == set()
    assert set(registry.SILENT) - names == set()
    folder = Path(settings.BASE_DIR) / "templates"
    assert [name for name in registry.UNSHOWN if not (folder / name).exists()] == []


def test_every_type_of_page_is_entered() -> None:
    types = {
        model._meta.label
        for model in apps.get_models()
        if issubclass(model, Page)
        and model.__module__.startswith(PROJECT)
        and hasattr(model, "template")
    }
    abstract = {"cms.WorkPage"}  # no page is one and nothing else
    missing = types - SHOWN - abstract
    assert not missing, f"enter these in tests/crawl/registry.py: {sorted(missing)}"


def test_every_form_is_entered() -> None:
    for name in modules():
        importlib.import_module(name)
    forms = {
        f"{form.__module__}.{form.__qualname__}"
        for form in subclasses(BaseForm)
        if form.__module__.startswith(PROJECT)
    }
    missing = forms - set(registry.PUBLIC_FORMS) - registry.ADMIN_FORMS
    assert not missing, f"enter these in tests/crawl/registry.py: {sorted(missing)}"
    names = {place.name for place in registry.PLACES}
    assert set(registry.PUBLIC_FORMS.values()) <= names


def test_every_sender_of_mail_is_entered() -> None:
    senders = set()
    for name in PROJECT:
        for file in (Path(settings.BASE_DIR) / name).rglob("*.py"):
            if SENDS_MAIL.search(file.read_text("utf-8")):
                path = file.relative_to(settings.BASE_DIR).with_suffix("")
                senders.add(".".join(path.parts))
    missing = senders - {mail.module for mail in registry.MAILS}
    assert not missing, f"enter their mails in tests/crawl/registry.py: {sorted(missing)}"


def test_scripts_say_nothing_of_their_own() -> None:
    """A script's words come from the page, in `data-…-text`: so they are the reader's."""
    said = re.compile(
        r"(?:textContent|innerText|innerHTML|title|placeholder|ariaLabel)\s*\+?=\s*[\"'`][^\"'`]*[A-Za-z]{3}"
        r"|(?:alert|confirm|prompt)\(\s*[\"'`]"
    )
    found = {
        file.name: match[0]
        for file in (Path(settings.BASE_DIR) / "static" / "js").glob("*.js")
        if (match := said.search(file.read_text("utf-8")))
    }
    assert not found
