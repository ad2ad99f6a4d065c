"""The audience of a page: derived from its work's and from what restricts it, stored nowhere.

Every restriction must be passed: of several sets of readers those remain who are in each. Who is
staff of two sections that are both asked for would pass, but no keyword says so: such a work is
indexed for the Secretariat alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import PageViewRestriction

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from search.audience import MEMBERS, PUBLIC, SECRETARIAT, SECTION_PREFIX, of_group

if TYPE_CHECKING:
    from .models.base import BasePage


def of_page(page: BasePage) -> frozenset[str]:
    """Give the audiences of a page, the Secretariat among them, or everybody's alone.

    A password is left out of account: whoever asks for what may be found has set such pages aside.
    One query, and another where groups restrict it.
    """
    found = [
        _of_restriction(row) for row in page.all_view_restrictions().prefetch_related("groups")
    ]
    work = getattr(page, "work", None)
    if work is not None and work.audience != PUBLIC:
        found.append(frozenset({work.audience}))
    return _in_each(sets for sets in found if sets is not None)


def _of_restriction(restriction: PageViewRestriction) -> frozenset[str] | None:
    """Give the audiences that a restriction lets in; None where it asks for none."""
    if restriction.restriction_type == PageViewRestriction.LOGIN:
        return frozenset({MEMBERS})
    if restriction.restriction_type == PageViewRestriction.GROUPS:
        return frozenset(of_group(group.pk, group.name) for group in restriction.groups.all())
    return None


def _in_each(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """Give who is in every set of readers; members are all of them but the public."""
    left: frozenset[str] | None = None
    for readers in sets:
        if left is None or MEMBERS in left:
            left = readers
        elif MEMBERS not in readers:
            left &= readers
    return frozenset({PUBLIC}) if left is None else left | {SECRETARIAT}


def describe(audiences: Iterable[str]) -> dict[str, Any]:
    """Say for whom a page is: `label` for a mark, `detail` as a sentence. Nothing for everybody."""
    known = set(audiences)
    if PUBLIC in known:
        return {}
    if MEMBERS in known:
        return {"label": _("For members"), "detail": _("Only people who have logged in see this.")}
    sections = {one for one in known if one.startswith(SECTION_PREFIX)}
    if sections and sections == known - {SECRETARIAT}:
        names = _section_names(sections)
        joined = pgettext("between the names of sections", ", ").join(names)
        return {
            "label": _("For %(sections)s") % {"sections": joined},
            "detail": _("Only the staff of %(sections)s and the World Secretariat see this.")
            % {"sections": joined},
        }
    if known - {SECRETARIAT}:
        detail = _("Only some people with an account and the World Secretariat see this.")
        return {"label": _("For a group"), "detail": detail}
    return {
        "label": _("For the Secretariat"),
        "detail": _("Only the World Secretariat sees this."),
    }


def label(audiences: Iterable[str]) -> str:
    """Give the mark of a page that is not for everybody, else ""."""
    return str(describe(audiences).get("label", ""))


def _section_names(audiences: Iterable[str]) -> list[str]:
    codes = {one[len(SECTION_PREFIX) :] for one in audiences if one.startswith(SECTION_PREFIX)}
    entries = [entry for entry in snapshot().of_kind(Kind.SECTION) if entry.code in codes]
    language = current_language()
    return [entry.name or entry.label(language) for entry in entries] or sorted(codes)


def choices() -> list[tuple[str, Any]]:
    """List the audiences that a work may be given, with what editors read."""
    codes = [entry.code for entry in snapshot().of_kind(Kind.SECTION) if entry.current]
    return [
        (PUBLIC, _("Everybody")),
        (MEMBERS, _("Members: everybody who has logged in")),
        *(
            (
                f"{SECTION_PREFIX}{code}",
                _("The staff of %(section)s") % {"section": name},
            )
            for code in codes
            for name in _section_names([f"{SECTION_PREFIX}{code}"])
        ),
        (SECRETARIAT, _("The World Secretariat alone")),
    ]
