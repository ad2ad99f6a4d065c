"""Every page, list, form and error in every language: its words, direction, links, addresses."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from babel.core import Locale
from babel.dates import format_skeleton
from django.conf import settings
from django.http import QueryDict
from django.test import Client
from django.test.signals import template_rendered
from django.utils.translation import gettext, override

from portal.taxonomy.language import direction, mark, name, own_name
from tests.crawl import page, pseudo, registry
from tests.crawl.page import Read, Said
from tests.crawl.registry import MAILS, PLACES, Place
from tests.crawl.world import LANGUAGES, NAME, CrawlWorld, built
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
HOST = "http://localhost"
# How a language is called where there is no room for its name.
CODES = {sign for code in (*LANGUAGES, "zh") for sign in (code.upper(), mark(code))}
MOST_ALIKE = 4
# Addresses that have no language, by their beginning.
FREE = (
    "/w/",
    "/admin/",
    "/documents/",
    "/media/",
    "/static/",
    "/card/",
    "/sitemap",
    "/favicon",
    "/robots",
)


@dataclass(frozen=True)
class Visit:
    """A place as a reader of a language got it."""

    place: Place
    language: str
    address: str
    answer: Any
    read: Read


@dataclass
class Crawl:
    """What has been visited. Every address is asked for once."""

    world: CrawlWorld
    client: Client = field(default_factory=Client)
    desk: Client = field(default_factory=Client)
    visits: dict[tuple[str, str], Visit] = field(default_factory=dict)
    pages: dict[str, tuple[int, Read]] = field(default_factory=dict)
    templates: set[str] = field(default_factory=set)

    def visit(self, place: Place, language: str) -> Visit:
        """Visit a place."""
        key = (place.name, language)
        if key not in self.visits:
            browser = self.desk if place.staff else Client()
            answer = place.fetch(browser, self.world, language)
            self.templates |= {t.name for t in getattr(answer, "templates", ()) if t.name}
            is_html = answer["Content-Type"].startswith("text/html")
            html = answer.content.decode() if is_html else ""
            if place.fragment:
                html = f'<html lang="{language}" dir="{direction(language)}">{html}</html>'
            read = page.read(html)
            asked = getattr(answer, "request", None)
            address = f"{asked['PATH_INFO']}?{asked['QUERY_STRING']}".rstrip("?") if asked else ""
            self.visits[key] = Visit(place, language, address, answer, read)
        return self.visits[key]

    def each(self, place: Place) -> Iterator[Visit]:
        """Visit a place in every language."""
        for language in LANGUAGES:
            yield self.visit(place, language)

    def look(self, address: str, *, staff: bool = False) -> tuple[int, Read]:
        """Give status and content of an address, where it leads in the end."""
        if address not in self.pages:
            answer = (self.desk if staff else self.client).get(address, follow=True)
            is_html = answer["Content-Type"].startswith("text/html")
            read = page.read(answer.content.decode()) if is_html else Read()
            self.pages[address] = (answer.status_code, read)
        return self.pages[address]


@pytest.fixture(scope="module")
def crawl(world: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """A portal whose every word is marked with its language."""
    folder = tmp_path_factory.mktemp("crawl")
    pseudo.write_catalogues(folder / "locale", LANGUAGES)
    with pseudo.installed(folder / "locale"), built(folder) as marked:
        crawl = Crawl(marked)
        crawl.desk.force_login(UserFactory.create(is_superuser=True))
        yield crawl


each_place = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
WHOLE = [place for place in PLACES if not (place.strings or place.fragment)]
each_page = pytest.mark.parametrize("place", WHOLE, ids=lambda place: place.name)


def own_words(language: str) -> set[str]:
    """Give what the locale says itself: names of languages and months, and one name of a place."""
    codes = (*LANGUAGES, *settings.LABEL_LANGUAGES)
    found = {NAME, *map(own_name, codes), *(name(code, language) for code in codes)}
    months = Locale.parse(language).months["format"].values()
    found |= {word for style in months for word in style.values()}
    # "mayo de 2012"
    month = format_skeleton("yMMMM", datetime.date(2012, 5, 1), locale=language)
    return found | set(re.findall(r"[^\W\d_]+", month))


def faults_of(said: Said, words: set[str]) -> list[str]:
    """Give the faults of a string beside the words that are the locale's own."""
    text = said.text
    text = re.sub(rf"\b({'|'.join(CODES)})\b", " ", text)
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(rf"(?<![\w]){re.escape(word)}(?![\w])", " ", text, flags=re.IGNORECASE)
    return list(Said(text, said.where, said.language, said.direction).faults())


@each_place
def test_every_word_is_in_the_readers_language(crawl: Crawl, place: Place) -> None:
    faults = []
    for visit in crawl.each(place):
        assert visit.answer.status_code == place.status
        language = visit.language
        with override(language):
            words = own_words(language) | {gettext(text) for text in place.theirs}
        words.add(QueryDict(urlsplit(visit.address).query).get("q", NAME))
        if place.strings:
            way = direction(language)
            said = [Said(text, "text", language, way) for text in place.strings(visit.answer)]
        else:
            said = visit.read.said
        assert said, "nothing was said"
        faults += [f"{language}: {fault}" for one in said for fault in faults_of(one, words)]
        # A title cannot say that it is in another language; it must be marked as one of them.
        for one in visit.read.head:
            faults += [f"{language}: {f}" for f in faults_of(one, words) if "not transl" in f]
    assert not faults, "\n".join(faults)


@each_page
def test_language_and_direction_are_the_readers(crawl: Crawl, place: Place) -> None:
    for visit in crawl.each(place):
        assert (visit.read.language, visit.read.direction) == (
            visit.language,
            direction(visit.language),
        )


@each_page
def test_links_lead_to_pages_in_the_readers_language(crawl: Crawl, place: Place) -> None:
    faults = []
    seen: set[str] = set()
    followed: Counter[str] = Counter()
    for visit in crawl.each(place):
        own = f"/{visit.language}/"
        links = [one.url for one in visit.read.links if not (one.switches or one.rel)]
        for link in (*links, *visit.read.actions):
            address = urljoin(f"{HOST}{visit.address}", link).removeprefix(HOST)
            parts = urlsplit(address)
            if link.startswith("#"):
                continue
            if parts.scheme or address.startswith("//"):
                continue  # another site, a mail
            if not parts.path.startswith((own, *FREE)):
                faults.append(f"{visit.language}: {link} leaves the language")
                continue
            # Ways through the facets are many; each kind of them is followed once.
            keys = ",".join(sorted({pair.partition("=")[0] for pair in parts.query.split("&")}))
            kind = f"{parts.path}?{keys}"
            if kind in seen or parts.path.startswith("/static/") or "/_util/" in parts.path:
                continue
            seen.add(kind)
            # Goals, themes and countries are many and made alike: a few of each are looked at.
            group = "/".join(parts.path.split("/")[:3])
            followed[group] += 1
            if followed[group] > MOST_ALIKE:
                continue
            status, _read = crawl.look(address.partition("#")[0], staff=place.staff)
            if status != 200:
                faults.append(f"{visit.language}: {link} answers {status}")
    assert not faults, "\n".join(faults)


@each_page
def test_the_switch_keeps_the_place(crawl: Crawl, place: Place) -> None:
    faults = []
    for visit in crawl.each(place):
        switches = [link for link in visit.read.links if link.switches and not link.rel]
        assert [link.switches for link in switches] == LANGUAGES
        for link in switches:
            url = link.url
            status, read = crawl.look(url, staff=place.staff)
            if status != 200 and place.status != 500:
                faults.append(f"{visit.language}: {url} answers {status}")
            elif read.language != link.switches:
                faults.append(f"{visit.language}: {url} is in {read.language}")
            if place.status != 200 or place.name == "wrong log-in":
                continue
            query = urlsplit(visit.address).query
            if urlsplit(url).query != query:
                faults.append(f"{visit.language}: {url} forgets ?{query}")
            if place.name != "home" and url == f"/{link.switches}/":
                faults.append(f"{visit.language}: {url} is the home page")
    assert not faults, "\n".join(faults)


@each_page
def test_hreflang_and_canonical_name_live_pages(crawl: Crawl, place: Place) -> None:
    faults = []
    for visit in crawl.each(place):
        heads = [link for link in visit.read.links if link.rel in ("alternate", "canonical")]
        codes = [link.switches for link in heads if link.rel == "alternate"]
        if place.status != 200:
            assert not heads
        assert len(codes) == len(set(codes))
        assert not codes or "x-default" in codes
        for link in heads:
            assert link.url.startswith(f"{HOST}/"), link.url
            address = link.url.removeprefix(HOST)
            status, read = crawl.look(address)
            canonical = [one.url for one in read.links if one.rel == "canonical"]
            if status != 200:
                faults.append(f"{visit.language}: {address} answers {status}")
            elif link.rel == "alternate" and link.switches not in (read.language, "x-default"):
                faults.append(f"{visit.language}: {address} is not in {link.switches}")
            elif canonical != [link.url]:
                faults.append(f"{visit.language}: {address} calls itself {canonical}")
            elif codes and {x.switches for x in read.links if x.rel == "alternate"} != set(codes):
                faults.append(f"{visit.language}: {address} names other translations")
    assert not faults, "\n".join(faults)


def test_mails_are_in_the_readers_language(crawl: Crawl) -> None:
    faults = []
    for mail in MAILS:
        for language in LANGUAGES:
            message = mail.make(crawl.world, language)
            for text in (message.subject, message.body):
                said = Said(str(text), mail.name, language, direction(language))
                faults += faults_of(said, own_words(language))
    assert not faults, "\n".join(faults)


def test_every_template_is_shown_somewhere(crawl: Crawl) -> None:
    for place in PLACES:
        crawl.visit(place, "en")
    shown = set(crawl.templates)

    def note(template: Any, **_about: Any) -> None:
        shown.add(template.name)

    template_rendered.connect(note)
    for mail in MAILS:
        mail.make(crawl.world, "en")
    template_rendered.disconnect(note)
    folder = Path(settings.BASE_DIR) / "templates"
    known = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    known = {n for n in known if not n.startswith(registry.ADMIN_TEMPLATES)}
    assert known - shown - set(registry.UNSHOWN) == set()


def test_the_crawl_sees_what_is_not_translated() -> None:
    html = (
        '<html lang="fr" dir="ltr"><body><p title="Bare">⟦fr Oui⟧ and <b>more</b></p>'
        '<div lang="en" dir="rtl">⟦en Yes⟧</div><p>⟦es Sí⟧</p></body></html>'
    )
    faults = [fault for said in page.read(html).said for fault in said.faults()]
    assert len(faults) == 4
    assert "'Bare'" in faults[0]
    assert "'and more'" in faults[1]
    assert "dir=rtl over en" in faults[2]
    assert "es under lang=fr" in faults[3]
