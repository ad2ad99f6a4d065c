"""What is for some readers is there for them, everywhere, and nowhere for anybody else.

Every outlet of tests/outlets.py is read by people of every sort, with works of every audience.
Each work has a word of its own: where it comes out, and where it must, is one table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.models import PageViewRestriction, ReferenceIndex

from portal.accounts.models import User
from portal.cms.models import PortalDocument, Work
from search.indexer import drain
from search.models import OutboxRow
from tests import works
from tests.fixtures import empty_index, forget, person
from tests.outlets import OUTLETS, TYPED, Outlet
from tests.test_privacy import restrict

pytestmark = pytest.mark.django_db
ANONYMOUS, MEMBER, STAFF, OTHERS, COUNCIL, EDITOR = (
    "anonymous",
    "member",
    "staff of africa",
    "staff of mewa",
    "of the council",
    "editor",
)
LOGGED_IN = frozenset({MEMBER, STAFF, OTHERS, COUNCIL, EDITOR})
COUNCIL_GROUP = "Council on housing"


@dataclass(frozen=True)
class Kind:
    """A way of closing a work: how it is done, the work's own word, and who may still read it."""

    word: str
    close: Callable[[Any], Any]
    readers: frozenset[str]
    section: str = "africa"
    opened_by_address: bool = True


def _audience(value: str) -> Callable[[Any], Any]:
    def close(page: Any) -> None:
        work = Work.objects.get(translation_key=page.translation_key)
        work.audience = value
        work.save()

    return close


def _groups(*names: str) -> Callable[[Any], Any]:
    def close(page: Any) -> None:
        groups = [Group.objects.get_or_create(name=name)[0] for name in names]
        restrict(page, PageViewRestriction.GROUPS).groups.set(groups)

    return close


def _both(page: Any) -> None:
    restrict(page)
    _audience("section:africa")(page)


KINDS: dict[str, Kind] = {
    "of members": Kind("Hushmember", _audience("members"), LOGGED_IN),
    "restricted to members": Kind("Hushlogin", restrict, LOGGED_IN),
    "of a section": Kind("Hushsection", _audience("section:africa"), frozenset({STAFF, EDITOR})),
    "restricted to a section": Kind(
        "Hushstaff", _groups("section:africa"), frozenset({STAFF, EDITOR})
    ),
    "restricted to two groups": Kind(
        "Hushgroups", _groups("section:mewa", COUNCIL_GROUP), frozenset({OTHERS, COUNCIL, EDITOR})
    ),
    "of a section, restricted to members": Kind("Hushboth", _both, frozenset({STAFF, EDITOR})),
    "below what is restricted": Kind("Hushbelow", lambda page: None, LOGGED_IN, "eurasia"),
    "of the Secretariat": Kind("Hushdesk", _audience("secretariat"), frozenset({EDITOR})),
    "behind a password": Kind(
        "Hushlocked",
        lambda page: restrict(page, PageViewRestriction.PASSWORD, password="open"),
        frozenset(),
        opened_by_address=False,
    ),
}

# Where a work must come out for whoever may read it; each asks for what all these works have.
PLACES = frozenset(
    {
        *(f"newest{kind}" for kind in ("", ", API")),
        *(f"by its words{kind}" for kind in ("", ", API")),
        *(f"by words of its text{kind}" for kind in ("", ", API")),
        *(f"by part of its words{kind}" for kind in ("", ", API")),
        *(f"by its facets{kind}" for kind in ("", ", API")),
        *(f"near it{kind}" for kind in ("", ", API")),
        *(f"in its area{kind}" for kind in ("", ", API")),
        *("map", "map of an area", "practices", "goal", "theme", "country"),
    }
)
# What is the same for all, and kept by caches for all.
FOR_ALL = frozenset(
    {
        *("suggested titles", "suggested places", "suggested terms", "suggestions, API"),
        *("sitemap", "sitemaps", "social card"),
    }
)


@dataclass
class Closed:
    """A closed work with what belongs to it."""

    kind: Kind
    page: Any
    french: Any
    picture: str
    paper: str


@dataclass
class Heard:
    """What readers of every sort were told: reader and outlet -> its text and cache headers."""

    clients: dict[str, Client]
    works: dict[str, Closed]
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    caching: dict[tuple[str, str], str] = field(default_factory=dict)


def _client(reader: str) -> Client:
    client = Client()
    if reader == ANONYMOUS:
        return client
    if reader in (MEMBER, COUNCIL):
        user = User.objects.create_user(f"{len(reader)}@example.org", "a password for tests")
        if reader == COUNCIL:
            user.groups.add(Group.objects.get(name=COUNCIL_GROUP))
    else:
        role, _, section = reader.partition(" of ")
        user = person("section" if section else role, section)
    client.force_login(user)
    return client


def _close(kind: Kind) -> Closed:
    image = works.picture(kind.word)
    paper = PortalDocument.objects.create(
        title=kind.word, file=ContentFile(b"%PDF-1.4", name=f"{kind.word}.pdf")
    )
    page = works.practice(
        kind.section,
        title=f"{TYPED.title()} {kind.word} canal",
        summary="It keeps the lagoon and its homes dry.",
        place="Hushborough",
        country="NGA",
        theme=["housing", "climate"],
        sdg=["sdg-14", "sdg-06"],
        latitude=6.45,
        longitude=3.40,
        cover=image,
        cover_alt="A canal",
        documents=[works.block("document", {"title": kind.word, "document": paper.pk})],
    )
    french = works.translated(page, "fr", title=f"{TYPED.title()} {kind.word} en français")
    kind.close(page)
    ReferenceIndex.create_or_update_for_object(page)
    return Closed(kind, page, french, image.get_rendition("width-50").url, paper.url)


def _read(client: Client, outlet: Outlet, names: dict[str, str]) -> tuple[str, str]:
    answer = client.get(outlet.path.format(language="en", **names))
    assert answer.status_code < 500, outlet.name
    text = answer.content.decode("utf-8", "replace")
    return f"{answer.get('location', '')}\n{text}", answer.get("Cache-Control", "")


@pytest.fixture(scope="module")
def heard(world: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """Everything that everybody is told."""
    with empty_index(tmp_path_factory.mktemp("readers")):
        restrict(works.node("section:eurasia"))
        public = works.practice(
            "africa", title="A canal of the lagoon", country="NGA", latitude=6.45, longitude=3.39
        )
        closed = {name: _close(kind) for name, kind in KINDS.items()}
        names = {
            "page": public.url,
            "public": public.work.reference,
            "hidden": closed["of the Secretariat"].page.work.reference,
            "hub": "L4A-9999",
        }
        drain()
        assert not OutboxRow.objects.exists()
        forget()
        readers = (ANONYMOUS, MEMBER, STAFF, OTHERS, COUNCIL, EDITOR)
        found = Heard({reader: _client(reader) for reader in readers}, closed)
        for reader, client in found.clients.items():
            for outlet in OUTLETS:
                key = (reader, outlet.name)
                found.texts[key], found.caching[key] = _read(client, outlet, names)
        yield found


@pytest.mark.parametrize("reader", [ANONYMOUS, *sorted(LOGGED_IN)])
@pytest.mark.parametrize("name", KINDS)
def test_a_work_comes_out_for_its_readers_alone(heard: Heard, name: str, reader: str) -> None:
    kind = KINDS[name]
    told = {outlet for (who, outlet), text in heard.texts.items() if who == reader
            and kind.word in text}  # fmt: skip
    if reader in kind.readers:
        assert PLACES - told == set()
    else:
        assert told == set()
    assert told & FOR_ALL == set()


@pytest.mark.parametrize("reader", [ANONYMOUS, *sorted(LOGGED_IN)])
def test_counts_are_those_of_what_is_listed(heard: Heard, reader: str) -> None:
    wanted = sum(reader in kind.readers for kind in KINDS.values())
    answer = heard.clients[reader].get(f"/api/v1/search?q={TYPED}&size=100").json()
    assert answer["total"] == len(answer["hits"]) == wanted
    [count] = [one["count"] for one in answer["facets"]["theme"] if one["value"] == "housing"]
    assert count == wanted


@pytest.mark.parametrize("reader", [ANONYMOUS, *sorted(LOGGED_IN)])
@pytest.mark.parametrize("name", KINDS)
def test_addresses_open_to_readers_alone(heard: Heard, name: str, reader: str) -> None:
    closed, client = heard.works[name], heard.clients[reader]
    kind, reference = closed.kind, closed.page.work.reference
    addresses = [closed.page.url, closed.french.url]
    files = [closed.picture, closed.paper]
    if reader in kind.readers:
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200
            assert kind.word in answer.content.decode()
            assert "no-store" in answer["Cache-Control"]
        for file in files:
            answer = client.get(file)
            assert answer.status_code == 200
            assert answer["Cache-Control"] == "private, no-store"
        for language, page in (("en", closed.page), ("fr", closed.french)):
            assert client.get(f"/{language}/w/{reference}/")["location"] == page.url
        assert client.get(f"/es/w/{reference}/").status_code == 200
        return
    for address in addresses:
        answer = client.get(address)
        if not kind.opened_by_address:
            assert answer.status_code == 200  # asks for the password
        else:
            assert answer.status_code == 404
        assert kind.word not in answer.content.decode()
    if reader not in (STAFF, EDITOR):  # who work on these pages, and so see their files
        for file in files:
            assert client.get(file).status_code in (403, 404)
    for path in ("/w/{}/", "/en/w/{}/", "/es/w/{}/"):
        assert client.get(path.format(reference)).status_code == 404
    assert client.get(f"/card/{reference}/en.png").status_code == 404


def test_only_what_is_the_same_for_all_is_kept_by_caches(heard: Heard) -> None:
    for (reader, outlet), header in heard.caching.items():
        if outlet == "social card":  # there is none of what is closed, and the refusal is a page
            continue
        if outlet in FOR_ALL or reader == ANONYMOUS:
            assert "private" not in header
        else:
            assert {"private", "no-store"} <= set(header.split(", ")), (reader, outlet)


def test_what_is_for_some_is_marked(heard: Heard) -> None:
    text = heard.texts[EDITOR, "newest"]
    for mark in ("For members", "For the Secretariat", "For a group", "For UCLG Africa"):
        assert f"</svg>{mark}</span>" in text
    assert 'class="readers"' not in heard.texts[ANONYMOUS, "newest"]
    page = heard.clients[MEMBER].get(heard.works["of members"].page.url).content.decode()
    assert "Only people who have logged in see this." in page
    assert '<meta name="robots" content="noindex">' in page
    assert "/card/portal" in page


def test_similar_works_are_those_that_the_reader_may_read(heard: Heard) -> None:
    for reader, client in heard.clients.items():
        if reader not in LOGGED_IN:
            continue
        html = client.get(heard.works["of members"].page.url).content.decode()
        others = [kind for kind in KINDS.values() if kind.word != "Hushmember"]
        shown = {kind.word for kind in others if kind.word in html}
        assert shown
        assert shown <= {kind.word for kind in others if reader in kind.readers}


def test_the_log_in_leads_back(heard: Heard) -> None:
    client = Client()
    user = User.objects.create_user("late@example.org", "a password for tests")
    address = heard.works["of members"].page.url
    closed = client.get(address)
    assert closed.status_code == 404
    assert f"next={quote(address, safe='')}" in closed.content.decode()
    client.force_login(user)
    assert client.get(address).status_code == 200


def test_the_page_that_is_missing_says_the_same_of_what_is_closed(heard: Heard) -> None:
    client = Client()
    reference = heard.works["of members"].page.work.reference
    closed = client.get(f"/en/w/{reference}/").content.decode()
    missing = client.get("/en/w/L4A-9998/").content.decode()
    assert closed.replace(reference, "") == missing.replace("L4A-9998", "")
    assert "Some pages are for members." in closed
