"""A desk's list: page by page, and as a CSV file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.cms.spreadsheets import csv_answer
from portal.taxonomy.language import current_language
from portal.taxonomy.models import Term
from portal.taxonomy.snapshot import snapshot

from .desk_filters import DeskFilters
from .models import Submission
from .states import ACTOR_LABELS

LISTED = 25


@dataclass(frozen=True)
class _Asked:
    """The page that is shown, as the list of page numbers wants to know it."""

    page: int


class Listing:
    """A page of a desk's list. Its properties are those of the portal's lists of page numbers."""

    def __init__(
        self, submissions: QuerySet[Submission], filters: DeskFilters, data: QueryDict
    ) -> None:
        self.filters = filters
        self.shown = Paginator(submissions, LISTED).get_page(data.get("page"))

    @cached_property
    def rows(self) -> list[Submission]:
        """List the submissions of this page."""
        return list(self.shown)

    @property
    def total(self) -> int:
        """Give how many there are on all pages."""
        return int(self.shown.paginator.count)

    @property
    def pages(self) -> int:
        """Give how many pages there are."""
        return int(self.shown.paginator.num_pages)

    @property
    def request(self) -> _Asked:
        """Give which page is shown."""
        return _Asked(self.shown.number)

    @property
    def previous_query(self) -> str:
        """Give the query string of the page before this one."""
        return self.page_query(self.shown.number - 1)

    @property
    def next_query(self) -> str:
        """Give the query string of the page after this one."""
        return self.page_query(self.shown.number + 1)

    def page_query(self, page: int) -> str:
        """Give the query string of another page of this list."""
        return self.filters.query(page=page if page > 1 else "")

    @property
    def csv_query(self) -> str:
        """Give the query string of the whole list as a CSV file."""
        return self.filters.query(format="csv")


def as_csv(name: str, submissions: QuerySet[Submission]) -> HttpResponse:
    """Give a whole list as a CSV file in the reader's language.

    Addresses of people stay on the submission's page: files travel further than their readers.
    """
    headings = (
        _("Reference"), _("Title"), _("Type"), _("Section"), _("Country"), _("Language"),
        _("Organisation"), _("State"), _("Since"), _("Whose turn"), _("Until"), _("Assigned to"),
    )  # fmt: skip
    return csv_answer(name, headings, map(_cells, submissions))


def _cells(one: Submission) -> tuple[Any, ...]:
    turn = one.turn
    return (
        one.reference,
        one.title,
        one.get_kind_display(),
        one.section.name or one.section.code,
        country_label(one.country),
        one.language,
        one.author_organisation,
        one.get_state_display(),
        f"{localtime(one.state_since):%Y-%m-%d}",
        ACTOR_LABELS[turn] if turn else "",
        one.due.isoformat() if one.due else "",
        one.assigned.get_full_name() if one.assigned else "",
    )


def country_label(country: Term | None) -> str:
    """Give the name of a country in the reader's language, without asking the database."""
    entry = snapshot().by_pk(country.pk) if country else None
    return entry.label(current_language()) if entry else ""
