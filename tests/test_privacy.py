"""What is private appears nowhere: every outlet is as if private works did not exist.

Each outlet of tests/outlets.py is read three times: before private works of every kind are made,
with them there, and once one of them has become public. The first two must not differ, whether in
hits, counts, suggestions or order; the third must, or the test would prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import get_resolver
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from portal.cms.models import Work
from portal.operations.publishing import publish_scheduled
from search.api import api
from search.indexer import drain
from search.models import OutboxRow
from tests import works
from tests.crawl.test_registry import addresses
from tests.fixtures import empty_index, forget
from tests.outlets import EXEMPT, OUTLETS, TYPED, Outlet

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SECRET = "Hushwort"
# What differs whenever a page is made, and says nothing of works.
_VARIES = re.compile(
    r'data-event="[^"]*"|csrfmiddlewaretoken[^>]*|"took": ?[\d.]+|nonce="[^"]*"|<lastmod>[^<]*'
)


def hidden(section: str = "africa", **fields: Any) -> Any:
    """Make a work that holds the secret wherever a work has words, and much that is public has."""
    facts: dict[str, Any] = {
        "title": f"{TYPED.title()} {SECRET} canal",
        "summary": f"{SECRET} keeps the lagoon and its homes dry.",
        "place": f"Hushborough {SECRET}",
        "country": "NGA",
        "theme": ["housing", "climate"],
        "sdg": ["sdg-14", "sdg-06"],
        "latitude": 6.45,
        "longitude": 3.40,
    }
    return works.practice(section, **{**facts, **fields})


def restrict(page: Page, kind: str = PageViewRestriction.LOGIN, **fields: Any) -> Any:
    """Let a page, and what is below it, be read by some alone."""
    return PageViewRestriction.objects.create(page=page, restriction_type=kind, **fields)


def _of_audience() -> Any:
    page = hidden()
    work = Work.objects.get(translation_key=page.translation_key)
    work.audience = "members"
    work.save()
    return page


def _restricted(kind: str, **fields: Any) -> Callable[[], Any]:
    def make() -> Any:
        page = hidden()
        restrict(page, kind, **fields)
        return page

    return make


def _unpublished() -> Any:
    page = hidden()
    page.unpublish()
    return page


def _expired() -> Any:
    page = hidden()
    page.expire_at = timezone.now() + timedelta(seconds=60)
    page = works.publish(page)
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    publish_scheduled()
    return page


def _to_come() -> Any:
    page = hidden(live=False)
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    return page


def _taken_down() -> Any:
    page = hidden()
    work = Work.objects.get(translation_key=page.translation_key)
    work.taken_down_on = timezone.localdate()
    work.save()
    return page


def _deleted() -> Any:
    page = hidden()
    drain()
    page.delete()
    return page


def _translated() -> Any:
    page = hidden()
    works.translated(page, "fr", title=f"{TYPED.title()} {SECRET} français")
    restrict(page)
    return page


HIDING: dict[str, Callable[[], Any]] = {
    "for members": _restricted(PageViewRestriction.LOGIN),
    "for groups": _restricted(PageViewRestriction.GROUPS),
    "behind a password": _restricted(PageViewRestriction.PASSWORD, password="open"),
    "of another audience": _of_audience,
    "draft": lambda: hidden(live=False),
    "unpublished": _unpublished,
    "expired": _expired,
    "to come": _to_come,
    "below a restricted page": lambda: hidden("eurasia"),
    "taken down": _taken_down,
    "deleted": _deleted,
    "closed with its translation": _translated,
}


@dataclass(frozen=True)
class Told:
    """What each outlet told in each language: before, with private works, with one made public."""

    before: dict[tuple[str, str], str]
    during: dict[tuple[str, str], str]
    after: dict[tuple[str, str], str]
    pages: dict[str, Any]


def _read(outlet: Outlet, language: str, names: dict[str, str]) -> str:
    answer = Client().get(outlet.path.format(language=language, **names))
    assert answer.status_code < 500, outlet.name
    text = answer.content.decode("utf-8", "replace")
    return f"{answer.status_code} {answer.get('location', '')}\n{_VARIES.sub('', text)}"


def _all(names: dict[str, str]) -> dict[tuple[str, str], str]:
    drain()
    assert not OutboxRow.objects.exists()
    forget()
    return {
        (outlet.name, language): _read(outlet, language, names)
        for outlet in OUTLETS
        for language in outlet.languages
    }


@pytest.fixture(scope="module")
def told(world: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """What the outlets tell; the public works name a private hub and have a private version."""
    settings = override_settings(SEARCH_ENCODER="tests.encoder.WordsEncoder")
    with settings, empty_index(tmp_path_factory.mktemp("privacy")):
        restrict(works.node("section:eurasia"))
        secret_hub = works.hub("africa", title=f"{SECRET} hub", host=SECRET)
        restrict(secret_hub)
        public = works.practice(
            "africa", title="A canal of the lagoon", country="NGA", latitude=6.45, longitude=3.39
        )
        works.practice(title="Streams beside homes", theme=["housing"], country="DNK")
        works.relate(public, secret_hub)
        first = hidden(live=False)
        names = {
            "page": type(public).objects.get(pk=public.pk).url,
            "public": public.work.reference,
            "hidden": first.work.reference,
            "hub": secret_hub.work.reference,
        }
        before = _all(names)
        pages = {name: make() for name, make in HIDING.items()}
        works.translated(public, "fr", live=False, title=f"{TYPED} {SECRET}")
        public.title = f"{TYPED} {SECRET}"
        public.save_revision()
        during = _all(names)
        works.publish(type(first).objects.get(pk=first.pk))
        yield Told(before, during, _all(names), pages)


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.name)
def test_nothing_private_comes_out(told: Told, outlet: Outlet) -> None:
    for language in outlet.languages:
        key = (outlet.name, language)
        for said in (told.before[key], told.during[key]):
            assert SECRET.lower() not in said.lower()
        assert told.during[key] == told.before[key]
        if outlet.reacts:
            assert told.after[key] != told.during[key]


@pytest.mark.parametrize("name", HIDING)
def test_a_private_work_tells_nothing_at_its_address(told: Told, name: str) -> None:
    page = told.pages[name]
    answer = Client().get(page.url or f"/en/w/{page.work.reference}/")
    assert answer.status_code in ({200} if name == "behind a password" else {302, 404, 410})
    assert SECRET not in answer.content.decode()  # the form for a password repeats the address


def test_every_address_is_entered() -> None:
    names = set(addresses(get_resolver().url_patterns))
    shown = {name for outlet in OUTLETS for name in outlet.shows}
    assert names - shown - set(EXEMPT) == set(), "enter these in tests/outlets.py"
    assert (shown | set(EXEMPT)) - names == set(), "these are gone"


def test_every_operation_of_the_api_is_entered() -> None:
    paths = {outlet.path.partition("?")[0] for outlet in OUTLETS}
    assert set(api.get_openapi_schema()["paths"]) <= paths
