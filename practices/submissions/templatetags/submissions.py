"""What the pages about submissions need, and the links to the desks for the head of every page."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date, format_time
from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.roles import is_secretariat, sections_of
from portal.cms import periods
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from ..desk_list import country_label
from ..fields import KINDS
from ..models import Event, Submission

register = template.Library()
_GOAL = re.compile(r"sdg-0?(\d+)")


@dataclass(frozen=True)
class DeskLink:
    """A link to a desk."""

    label: str
    url: str


@register.simple_tag
def desk_links(user: Any) -> list[DeskLink]:
    """List the desks of a person: those of all their sections, and the Secretariat's.

    Their groups are asked for once; who is staff of nothing has none.
    """
    if not user.is_authenticated:
        return []
    mine = sections_of(user)
    links = [
        DeskLink(
            _("Desk: %(section)s") % {"section": entry.name or entry.code},
            reverse("submissions:desk", args=[entry.code]),
        )
        for entry in snapshot().of_kind(Kind.SECTION)
        if entry.code in mine and entry.current
    ]
    if is_secretariat(user):
        links.append(DeskLink(_("Desk of the Secretariat"), reverse("submissions:secretariat")))
    return links


@register.filter
def moment(value: datetime.datetime | None, form: str = "") -> str:
    """Write a moment as the reader's language does: day and time, or the day alone ("day")."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    if form == "day":
        return str(format_date(local, format="medium", locale=periods.locale()))
    day = format_date(local, format="medium", locale=periods.locale())
    return f"{day}, {format_time(local, format='short', locale=periods.locale())}"


@register.filter
def event_says(event: Event) -> str:
    """Give the words of an event; goals by their numbers."""
    if event.name != "goals":
        return event.says
    return _GOAL.sub(lambda found: _("SDG %(number)s") % {"number": found[1]}, event.says)


@register.simple_tag
def person(user: Any, reviewer: bool) -> str:
    """Name somebody: to reviewers by name or address, to authors by name alone."""
    if user is None:
        return ""
    return str(user) if reviewer else str(user.get_full_name())


@register.simple_tag
def country(term: Any) -> str:
    """Name a country in the reader's language, without asking the database."""
    return country_label(term)


@register.simple_tag
def question(asked: Mapping[int, Event] | None, submission: Submission) -> Event | None:
    """Give the question that is open for a submission of a list, if any."""
    return asked.get(submission.pk) if asked else None


@register.simple_tag
def blank_words() -> list[tuple[str, Any]]:
    """List the kinds of work of which there is an empty Word template, with their labels."""
    return list(KINDS)
