"""Everything that a reader can get: pages, lists, forms, errors, mails, feeds, exports.

**Whatever is new is entered here**; tests/crawl/test_registry.py fails on an address, a type of
page, a form, a template or a sender of mail that is not. The crawl visits each in every language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.core.mail import EmailMessage
from django.test import Client, RequestFactory
from django.utils.translation import override

from portal.cms import errors
from portal.mail.outgoing import send
from portal.mail.tasks import message
from tests.portal.mail.writing import FULL, KINDS

from .world import CrawlWorld

Fetch = Callable[[Client, CrawlWorld, str], Any]


@dataclass(frozen=True)
class Place:
    """Something that a reader gets.

    name: what a failing test calls it. fetch: gets it in a language. status: what the server
    answers. shows: the types of page (app.Model) and names of addresses that it stands for.
    theirs: strings of Django's and Wagtail's own catalogues that it shows. strings: what it says
    to people, where it is no HTML. staff: only people of the admin get it.
    fragment: a script puts it into a page, whose language and direction it has.
    """

    name: str
    fetch: Fetch
    status: int = 200
    shows: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    strings: Callable[[Any], list[str]] | None = None
    staff: bool = False
    fragment: bool = False


@dataclass(frozen=True)
class Mail:
    """A mail: `module` sends it; `make` gives what somebody who reads a language gets."""

    name: str
    module: str
    make: Callable[[CrawlWorld, str], EmailMessage]


def at(path: str) -> Fetch:
    """Get a path, with the language in the place of `{language}`."""
    return lambda client, _world, language: client.get(path.format(language=language))


def work(name: str) -> Fetch:
    """Get a work of the crawl's world as a reader of the language gets it."""
    return lambda client, world, language: client.get(world.of(getattr(world, name), language))


def _alone(client: Client, world: CrawlWorld, language: str) -> Any:
    return client.get(f"/{language}/about/{world.alone.slug}/")


def _forbidden(_client: Client, _world: CrawlWorld, language: str) -> Any:
    with override(language):
        return errors.permission_denied(RequestFactory().get(f"/{language}/"))


def _fault(client: Client, _world: CrawlWorld, language: str) -> Any:
    client.raise_request_exception = False
    with mock.patch("portal.cms.entries.list_context", side_effect=RuntimeError("of ours")):
        return client.get(f"/{language}/hubs/")


def _stale_form(_client: Client, _world: CrawlWorld, language: str) -> Any:
    browser = Client(enforce_csrf_checks=True)
    return browser.post(f"/{language}/_util/login/", {"username": "x", "password": "y"})


def _wrong_login(client: Client, _world: CrawlWorld, language: str) -> Any:
    return client.post(f"/{language}/_util/login/", {"username": "x@example.org", "password": "y"})


def _labels(answer: Any) -> list[str]:
    """Give what the API says in words: labels of facets, notices."""
    data = answer.json()
    values = [value for group in data["facets"].values() for value in group]
    # The title of a hub may be in another language; JSON has no mark for it.
    labels = [value["label"] for value in values if not value["value"].startswith("L4A-")]
    return [*labels, *data["notices"]]


PLACES: tuple[Place, ...] = (
    Place("home", at("/{language}/"), shows=("cms.HomePage",)),
    Place("sections", at("/{language}/sections/"), shows=("cms.SectionIndexPage",)),
    Place("section", at("/{language}/sections/europe/"), shows=("cms.SectionPage",)),
    Place("section without works", at("/{language}/sections/eurasia/")),
    Place("policy notes", at("/{language}/policy-notes/"), shows=("cms.WorkIndexPage",)),
    Place("resources", at("/{language}/resources/")),
    Place("about", at("/{language}/about/"), shows=("cms.ContentPage",)),
    Place("privacy", at("/{language}/about/privacy/")),
    Place("page in one language", _alone),
    Place("practice", work("everywhere"), shows=("practices.GoodPracticePage",)),
    Place("hub", work("hub"), shows=("hubs.HubPage", "work_in_language")),
    Place("policy note", work("note"), shows=("practices.PolicyNotePage",)),
    Place("resource", work("spanish"), shows=("practices.ResourcePage",)),
    Place("case study", work("arabic"), shows=("practices.CaseStudyPage",)),
    Place("Chinese text", work("chinese")),
    Place("hubs", at("/{language}/hubs/"), shows=("entry_index",)),
    Place("practices", at("/{language}/practices/")),
    Place("GOLD VI", at("/{language}/gold-vi/")),
    Place("goals", at("/{language}/sdgs/")),
    Place("goal", at("/{language}/sdgs/sdg-06/"), shows=("entry",)),
    Place("target", at("/{language}/sdgs/6.5/")),
    Place("themes", at("/{language}/themes/")),
    Place("theme", at("/{language}/themes/climate/")),
    Place("places", at("/{language}/places/")),
    Place("country", at("/{language}/places/DNK/")),
    Place("region", at("/{language}/places/150/")),
    Place("search", at("/{language}/search/"), shows=("search",)),
    Place("relaxed search", at("/{language}/search/?q=streams+zzzzzz")),
    Place("misspelt search", at("/{language}/search/?q=streems"), theirs=("streams",)),
    Place(
        "suggestions",
        at("/{language}/search/complete/?q=stre"),
        shows=("search_complete",),
        fragment=True,
    ),
    Place("search with words", at("/{language}/search/?q=streams&sort=newest")),
    Place(
        "search with filters",
        at("/{language}/search/?theme=climate&sdg=sdg-06&sdg=6.5&region=DNK&language=en"),
    ),
    Place("search without result", at("/{language}/search/?q=zzzzzz&type=hub")),
    Place("search with bad values", at("/{language}/search/?theme=zzz&sort=zzz&page=zzz")),
    Place(
        "style guide",
        at("/{language}/styleguide/"),
        shows=("styleguide",),
        staff=True,
        theirs=("أهل الحي يصممون حديقتهم ودرجهم", "تخطيط تشاركي للأماكن العامة"),
    ),
    Place("not found", at("/{language}/nothing/"), status=404),
    Place("past the end", at("/{language}/search/?page=99"), status=404),
    Place("bad address", at("/{language}/%00/"), status=400),
    Place("forbidden", _forbidden, status=403),
    Place("fault of ours", _fault, status=500),
    Place("form sent too late", _stale_form, status=403),
    Place("taken down", work("gone"), status=410),
    Place(
        "log-in",
        at("/{language}/_util/login/?next=/{language}/"),
        shows=("wagtailcore_login",),
        theirs=("mail address", "Password"),
    ),
    Place("wrong log-in", _wrong_login, theirs=("mail address", "Password")),
    Place(
        "password",
        work("locked"),
        shows=("wagtailcore_authenticate_with_password",),
        theirs=("Password",),
    ),
    Place("API", at("/api/v1/search?lang={language}&theme=zzz"), strings=_labels),
)



def _mail(kind: str) -> Mail:
    """Give a mail about a submission, with names alone where people's words stand."""

    def make(_world: CrawlWorld, language: str) -> EmailMessage:
        words = {**FULL, "title": "L4A-1001", "section": "UCLG", "actor": "UCLG", "name": "UCLG"}
        return message(send(kind, "reader@example.org", language, words))

    return Mail(kind, "portal.mail.tasks", make)


MAILS: tuple[Mail, ...] = tuple(map(_mail, KINDS))

# Addresses that say nothing to people in their language, and why.
SILENT: Mapping[str, str] = {
    "rendition": "a picture",
    "social_card": "a picture; tests/portal/cms/test_social_card.py reads its words",
    "favicon.ico": "an icon",
    "robots": "for crawlers",
    "sitemap_index": "for crawlers",
    "sitemap": "for crawlers; tests/portal/cms/test_sitemaps.py",
    "health": "for operators and machines",
    "search_click": "notes a click",
    "work": "leads to work_in_language or to the page",
    "w/<str:reference>": "leads to work_in_language or to the page",
    "wagtail_serve": "the pages, entered by type",
    "set_language": "redirects",
}
# Address spaces that are others', or documentation in one language that says so.
OTHERS = ("admin/", "documents/", "api/v1/")

# Forms of the admin, which the crawl does not visit: its words are checked in its catalogues.
ADMIN_FORMS = {
    "portal.cms.forms.PageForm",
    "portal.cms.forms.WorkPageForm",
    "portal.cms.taxonomy_admin.MergeForm",
    "portal.taxonomy.admin.TermForm",
}
# Forms that readers fill in, and the place that shows each.
PUBLIC_FORMS: Mapping[str, str] = {}
# Folders of templates that the admin shows.
ADMIN_TEMPLATES = (
    "search/admin/",
    "mail/admin/",
    "operations/",
    "taxonomy/",
    "admin/",
    "wagtailadmin/",
    "wagtail_localize/",
    "translation/",
)
# Templates that no place shows, and why.
UNSHOWN: Mapping[str, str] = {
    "robots.txt": "for crawlers",
    "sitemap.xml": "for crawlers",
    "sitemap_index.xml": "for crawlers",
}
