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

from portal.accounts.mails import KINDS as ACCOUNT_KINDS
from portal.cms import errors
from portal.mail.outgoing import send
from portal.mail.tasks import message
from practices.submissions.states import State
from tests.portal.mail.writing import FULL, KINDS

from . import accounts, reviewing, submitting, word, writing
from .world import NAME, CrawlWorld

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
    return browser.post(f"/{language}/account/login/", {"login": "x", "password": "y"})


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
    Place("criteria", at("/{language}/about/criteria/")),
    Place("licences", at("/{language}/about/licences/")),
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
    Place("log-in", at("/{language}/account/login/"), shows=("account_login",)),
    Place("log-in for a page", at("/{language}/account/login/?next=/{language}/")),
    Place("wrong log-in", accounts.sent("login/", {"login": "x@example.org", "password": "y"})),
    Place("log-in as somebody else", accounts.refused, status=403),
    Place("too many attempts", accounts.too_often, status=429),
    Place("log-out", accounts.page("logout/"), shows=("account_logout",)),
    Place("closed account", at("/{language}/account/inactive/"), shows=("account_inactive",)),
    Place("sign-up", at("/{language}/account/signup/"), shows=("account_signup",)),
    Place("incomplete sign-up", accounts.sent("signup/", {}), theirs=accounts.THEIRS),
    Place(
        "verification sent",
        at("/{language}/account/verify/"),
        shows=("account_email_verification_sent",),
    ),
    Place("verification", accounts.verify, shows=("account_confirm_email",)),
    Place("old verification", at("/{language}/account/verify/x/")),
    Place("account", accounts.page(""), shows=("account",)),
    Place("mail address", accounts.page("mail-address/"), shows=("account_email",)),
    Place("who is it", accounts.again, shows=("account_reauthenticate",)),
    Place("change of password", accounts.page("password/"), shows=("account_change_password",)),
    Place(
        "wrong change of password",
        accounts.page("password/", data={"oldpassword": "x"}),
        theirs=accounts.THEIRS,
    ),
    Place(
        "forgotten password",
        at("/{language}/account/password/forgotten/"),
        shows=("account_reset_password",),
    ),
    Place(
        "link to a password sent",
        at("/{language}/account/password/forgotten/sent/"),
        shows=("account_reset_password_done",),
    ),
    Place("new password", accounts.new_password, shows=("account_reset_password_from_key",)),
    Place("old link to a password", at("/{language}/account/password/new/1-x/")),
    Place(
        "new password set",
        at("/{language}/account/password/new/done/"),
        shows=("account_reset_password_from_key_done",),
    ),
    Place("two steps", accounts.page("two-factor/"), shows=("mfa_index",)),
    Place("second step needed", accounts.two_factor_needed, shows=("account_two_factor_needed",)),
    Place("setting an app up", accounts.page("two-factor/app/"), shows=("mfa_activate_totp",)),
    Place("two steps on", accounts.with_app("two-factor/")),
    Place("second step off", accounts.with_app("two-factor/off/"), shows=("mfa_deactivate_totp",)),
    Place(
        "recovery codes",
        accounts.with_app("two-factor/recovery-codes/"),
        shows=("mfa_view_recovery_codes",),
    ),
    Place(
        "new recovery codes",
        accounts.with_app("two-factor/recovery-codes/new/"),
        shows=("mfa_generate_recovery_codes",),
    ),
    Place("code again", accounts.with_app("two-factor/again/"), shows=("mfa_reauthenticate",)),
    Place("code", accounts.code, shows=("mfa_authenticate",)),
    Place("deletion of an account", accounts.page("delete/"), shows=("account_delete",)),
    Place("account deleted", at("/{language}/account/deleted/"), shows=("account_deleted",)),
    Place("invitation", accounts.invitation, shows=("account_invitation",)),
    Place("forged invitation", at("/{language}/account/invitation/x/"), status=410),
    Place(
        "password",
        work("locked"),
        shows=("wagtailcore_authenticate_with_password",),
        theirs=("Password",),
    ),
    Place(
        "expression of interest",
        at("/{language}/submit/"),
        shows=("start",),
        theirs=submitting.SECTIONS,
    ),
    Place(
        "expression of interest with mistakes",
        submitting.sent(title="", summary="w " * 151, email="x", country="x", consent=""),
        status=422,
        theirs=submitting.SECTIONS,
    ),
    Place(
        "expression of interest with a link",
        submitting.sent(title="https://example.org", country="GEO", section=""),
        status=422,
        theirs=submitting.SECTIONS,
    ),
    Place(
        "expression of interest of a program",
        submitting.sent(website="x"),
        status=422,
        theirs=submitting.SECTIONS,
    ),
    Place(
        "too many expressions of interest",
        submitting.too_often,
        status=429,
        theirs=submitting.SECTIONS,
    ),
    Place("look into your mail", submitting.look_into_your_mail, shows=("sent",)),
    Place("look for the new link", at("/{language}/submit/sent/")),
    Place("mailed link", submitting.link("confirm"), shows=("link",)),
    Place("mailed link to go on", submitting.link("go on")),
    Place("mailed link of somebody else", submitting.another_s_link),
    Place("used link", submitting.link("used")),
    Place("old link", submitting.link("old")),
    Place("unknown link", at("/{language}/submissions/link/x/"), status=404),
    Place("link of a closed account", submitting.closed, status=403),
    Place("co-author", submitting.coauthor(), shows=("coauthor",)),
    Place("co-author without address", submitting.coauthor("x"), status=422),
    Place("template: brief", writing.step("brief"), shows=("write",)),
    Place("template: place", writing.step("place")),
    Place("template: background", writing.step("background")),
    Place("template: doing", writing.step("doing")),
    Place("template: outcome", writing.step("outcome")),
    Place("template: transfer", writing.step("transfer")),
    Place("template: goals", writing.step("goals")),
    Place("template: media", writing.step("media")),
    Place("template: people", writing.step("people")),
    Place("template: participants", writing.step("participants", "hub")),
    Place("template: city", writing.city, theirs=("Tbilisi",)),
    Place("template: check and send", writing.step("send")),
    Place("template: not complete", writing.unsent, status=409),
    Place("template: conflict", writing.conflict, status=409),
    Place("template: sent meanwhile", writing.closed, status=409),
    Place("template: logged out", writing.logged_out, status=401),
    Place("template: typed before the log-in", writing.waiting),
    Place(
        "own submission: a question",
        reviewing.author(State.INTEREST_QUESTION),
        shows=("case",),
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "own submission: being written",
        reviewing.author(State.DRAFT),
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "own submission: published",
        reviewing.published,
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "own submission: archived",
        reviewing.author(State.ARCHIVED),
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "submission: interest",
        reviewing.reviewer(State.INTEREST, secretariat=True),
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "submission: section review",
        reviewing.reviewer(State.SECTION_REVIEW),
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "submission: to publish",
        reviewing.reviewer(State.SECRETARIAT_REVIEW, secretariat=True),
        theirs=reviewing.SECTIONS,
    ),
    Place("submission: a change", reviewing.change, theirs=reviewing.SECTIONS),
    Place(
        "submission: typed before the log-in",
        reviewing.typed_before,
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "decision that is not complete",
        reviewing.act("publish", State.SECRETARIAT_REVIEW, review_due="x"),
        status=422,
        shows=("act",),
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "question without words",
        reviewing.act("ask", State.INTEREST),
        status=422,
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "decision on what changed",
        reviewing.act("decline", State.INTEREST, seen="1", says=NAME),
        status=409,
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "note without words",
        reviewing.act("note", State.INTEREST),
        status=422,
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "move to no section",
        reviewing.act("move", State.INTEREST),
        status=422,
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "assigned to nobody known",
        reviewing.act("assign", State.INTEREST, to="0"),
        status=422,
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "own submissions",
        reviewing.mine(State.DRAFT, State.INTEREST_QUESTION, State.PUBLISHED),
        shows=("mine",),
        theirs=reviewing.SECTIONS,
    ),
    Place("no submissions", reviewing.mine()),
    Place("desk", reviewing.desk("mewa/"), shows=("desk",), theirs=reviewing.SECTIONS),
    Place(
        "desk with filters",
        reviewing.desk(
            "secretariat/?state=open&turn=section&section=mewa&country=TUN&sdg=sdg-11&age=0-7"
            "&lacks=es&assigned=me&overdue=1"
        ),
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "desk of the Secretariat",
        reviewing.desk("secretariat/"),
        shows=("secretariat",),
        theirs=reviewing.SECTIONS,
    ),
    Place(
        "desk as CSV",
        reviewing.desk("mewa/?format=csv"),
        strings=reviewing.cells,
        theirs=reviewing.SECTIONS,
    ),
    Place("Word file", word.page, shows=("read_word",)),
    Place("Word file: sent meanwhile", word.closed),
    Place("Word file: refused", word.refused(b"%PDF-1.7"), status=422),
    Place("Word file: empty", word.refused(b""), status=422),
    Place("Word file: read", word.reading("done"), shows=("word_reading",)),
    Place("Word file: read too late", word.reading("done", writable=False)),
    Place("Word file: being read", word.reading("waiting")),
    Place("Word file: not read in time", word.reading("waiting", hours=1)),
    Place("Word file: failed", word.reading("failed")),
    Place("API", at("/api/v1/search?lang={language}&theme=zzz"), strings=_labels),
)


def _mail(kind: str) -> Mail:
    """Give a mail about a submission, with names alone where people's words stand."""

    def make(_world: CrawlWorld, language: str) -> EmailMessage:
        words = {**FULL, "title": "L4A-1001", "section": "UCLG", "actor": "UCLG", "name": "UCLG"}
        return message(send(kind, "reader@example.org", language, words))

    return Mail(kind, "portal.mail.tasks", make)


MAILS: tuple[Mail, ...] = (
    *map(_mail, KINDS),
    *(
        Mail(kind, "portal.accounts.adapter", accounts.mail_of(kind))
        for kind in sorted({*ACCOUNT_KINDS.values(), "account-invitation"})
    ),
)

# Addresses that say nothing to people in their language, and why.
SILENT: Mapping[str, str] = {
    "rendition": "a picture",
    "preview": "a work's page in the language of the work; tests/practices/submissions",
    "word": "a file; tests/practices/submissions/word",
    "blank_word": "a file; tests/practices/submissions/word",
    "social_card": "a picture; tests/portal/cms/test_social_card.py reads its words",
    "favicon.ico": "an icon",
    "robots": "for crawlers",
    "sitemap_index": "for crawlers",
    "sitemap": "for crawlers; tests/portal/cms/test_sitemaps.py",
    "health": "for operators and machines",
    "search_click": "notes a click",
    "work": "leads to work_in_language or to the page",
    "w/<str:reference>": "leads to work_in_language or to the page",
    "wagtailcore_login": "leads to the log-in",
    "account_set_password": "leads to the forgotten password",
    "account_withdraw": "takes a form and leads back to the account",
    "account_data": "a file for programs; tests/portal/accounts/test_account.py",
    "mfa_download_recovery_codes": "a file of digits",
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
    "portal.cms.upload_forms.DocumentForm",
    "portal.cms.upload_forms.PictureForm",
    "portal.cms.work_admin.WorkForm",
    "portal.taxonomy.admin.TermForm",
    "portal.accounts.invitation_admin.InviteForm",
    "practices.importing.forms.ColumnsForm",
    "practices.importing.forms.UploadForm",
}
# Forms that readers fill in, and the place that shows each.
PUBLIC_FORMS: Mapping[str, str] = {
    "portal.accounts.forms.PlainForm": "log-in",
    "portal.accounts.forms.LogInForm": "log-in",
    "portal.accounts.forms.PasswordAgainForm": "who is it",
    "portal.accounts.forms.ForgottenPasswordForm": "forgotten password",
    "portal.accounts.forms.NewPasswordForm": "new password",
    "portal.accounts.forms.ChangePasswordForm": "change of password",
    "portal.accounts.forms.OnePasswordForm": "new password",
    "portal.accounts.forms.ChangeAddressForm": "mail address",
    "portal.accounts.forms.CodeForm": "code",
    "portal.accounts.forms.CodeAgainForm": "code again",
    "portal.accounts.forms.ActivateAppForm": "setting an app up",
    "portal.accounts.forms.SignUpForm": "sign-up",
    "portal.accounts.forms.ProfileForm": "account",
    "portal.accounts.forms.AcceptForm": "invitation",
}
# Folders of templates that the admin shows.
ADMIN_TEMPLATES = (
    "importing/",
    "search/admin/",
    "accounts/admin/",
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
    "includes/preview_bar.html": "over a preview; tests/practices/submissions/test_writing.py",
}
