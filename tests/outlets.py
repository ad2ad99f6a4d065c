"""Every way by which the portal tells everybody of works: what is private must come out of none.

**Whatever is new is entered here**; tests/test_privacy.py fails on an address that is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TYPED = "zyxomma"
"""The word by which searches look for what is private; a page may repeat what was typed."""


@dataclass(frozen=True)
class Outlet:
    """A way by which works are told of.

    name: what a failing test calls it. path: with `{language}`, `{page}` (address of a public
    work), `{public}` (its reference), `{hidden}` and `{hub}` (those of a private work and hub).
    shows: the names of the addresses that it stands for. reacts: it changes when one of the
    private works becomes public, so that an outlet that tells nothing does not pass for a discreet
    one. languages: those in which it is asked; French, too, where it could tell of a translation.
    """

    name: str
    path: str
    shows: tuple[str, ...] = ()
    reacts: bool = True
    languages: tuple[str, ...] = ("en",)


BOTH = ("en", "fr")


def _search(name: str, query: str, reacts: bool = True) -> tuple[Outlet, ...]:
    """Give the page of a search and the same search by the API."""
    return (
        Outlet(name, f"/{{language}}/search/?{query}", shows=("search",), reacts=reacts),
        Outlet(f"{name}, API", f"/api/v1/search?lang={{language}}&{query}", reacts=reacts),
    )


OUTLETS: tuple[Outlet, ...] = (
    Outlet("home", "/{language}/", languages=BOTH),
    Outlet("section", "/{language}/sections/africa/", shows=("wagtail_serve",)),
    Outlet("policy notes", "/{language}/policy-notes/", reacts=False),
    Outlet("resources", "/{language}/resources/", reacts=False),
    Outlet("hubs", "/{language}/hubs/", shows=("entry_index",), reacts=False),
    Outlet("practices", "/{language}/practices/"),
    Outlet("GOLD VI", "/{language}/gold-vi/", reacts=False),
    Outlet("goals", "/{language}/sdgs/"),
    Outlet("goal", "/{language}/sdgs/sdg-14/", shows=("entry",)),
    Outlet("themes", "/{language}/themes/"),
    Outlet("theme", "/{language}/themes/housing/"),
    Outlet("places", "/{language}/places/"),
    Outlet("country", "/{language}/places/NGA/"),
    *_search("everything", ""),
    *_search("newest", "sort=newest&size=100"),
    *_search("by its words", f"q={TYPED}"),
    *_search("by words of its text", "q=lagoon"),
    *_search("by part of its words", f"q={TYPED}+canal"),
    *_search("misspelt", "q=zyxoma"),
    *_search("by meaning", "q=logement"),
    *_search("by its facets", "theme=housing&sdg=sdg-14&region=NGA"),
    *_search("filters that are too many", "q=canal&theme=housing"),
    *_search("near it", "near=6.45,3.39&within=20"),
    *_search("in its area", "box=3,6,4,7"),
    *_search("with a hub chosen", "hub={hub}", reacts=False),
    Outlet("map", "/api/v1/map?lang={language}&zoom=9"),
    Outlet("map of an area", "/api/v1/map?lang={language}&zoom=9&box=3,6,4,7"),
    Outlet(
        "suggested titles",
        f"/{{language}}/search/complete/?q={TYPED[:4]}",
        shows=("search_complete",),
        languages=BOTH,
    ),
    Outlet("suggested places", "/{language}/search/complete/?q=hushbo"),
    Outlet("suggested terms", "/{language}/search/complete/?q=14", languages=BOTH),
    Outlet("suggestions, API", f"/api/v1/complete?q={TYPED[:4]}"),
    Outlet("work", "{page}"),
    Outlet("work in another language", "/fr/w/{public}/"),
    Outlet("sitemap", "/sitemap-{language}.xml", shows=("sitemap",), languages=BOTH),
    Outlet("sitemaps", "/sitemap.xml", shows=("sitemap_index",), reacts=False),
    Outlet("not found", "/{language}/sections/africa/zyxomma/", reacts=False),
    Outlet(
        "permanent address",
        "/{language}/w/{hidden}/",
        shows=("work_in_language", "work", "w/<str:reference>"),
    ),
    Outlet("social card", "/card/{hidden}/en.png", shows=("social_card",)),
)

EXEMPT: Mapping[str, str] = {
    "rendition": "a picture; tests/portal/cms/test_media.py",
    "favicon.ico": "an icon",
    "write": "for the authors of a submission alone",
    "preview": "for authors and reviewers alone; tests/practices/submissions/test_writing.py",
    "robots": "names no work",
    "set_language": "redirects",
    "search_click": "answers nothing",
    "styleguide": "for people of the admin, with made-up works",
    "health": "numbers of the operator: of works in the index, whoever may see them",
    "wagtailcore_login": "leads to the log-in",
    **dict.fromkeys(
        (
            *("account", "account_withdraw", "account_data", "account_delete", "account_deleted"),
            *("account_invitation", "account_login", "account_logout", "account_inactive"),
            *("account_signup", "account_email_verification_sent", "account_confirm_email"),
            *("account_email", "account_reauthenticate", "account_change_password"),
            *("account_set_password", "account_reset_password", "account_reset_password_done"),
            *("account_reset_password_from_key", "account_reset_password_from_key_done"),
            *("account_two_factor_needed", "mfa_index", "mfa_authenticate", "mfa_reauthenticate"),
            *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"),
            *("mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
        ),
        "a person's own account; it names no work",
    ),
    **dict.fromkeys(("word", "read_word", "word_reading"), "for the authors of a submission alone"),
    "blank_word": "an empty form that names no work",
    **dict.fromkeys(
        ("start", "sent", "link", "coauthor"), "forms of who submits; they name what was typed"
    ),
    **dict.fromkeys(
        ("case", "act", "mine", "desk", "secretariat"),
        "for authors and reviewers alone; tests/practices/submissions/test_matrix.py",
    ),
    "wagtailcore_authenticate_with_password": "a form that names the page nowhere",
}
