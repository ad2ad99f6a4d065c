"""How the crawl gets the pages of submissions and the desks: as authors and as reviewers."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import EDITOR, SECTION_STAFF, group_of
from practices.submissions import flow
from practices.submissions.fields import FieldKind, fields_of
from practices.submissions.models import Submission
from practices.submissions.states import State
from tests.practices.submissions import cases

from . import accounts, submitting
from .world import NAME, CrawlWorld

# Names of sections, which nobody translates.
SECTIONS = (
    *("MEWA", "Africa", "ASPAC", "Eurasia", "CEMR-CCRE", "CORDIAL", "North America"),
    *("Metropolis", "Regions", "World Secretariat"),
)
_TEXTS = (FieldKind.LINE, FieldKind.TEXT, FieldKind.PROSE)


def _made(state: State, by: User, **changes: Any) -> Submission:
    """Make a submission whose words no language knows, brought to its state by the flow."""
    words = {one.name: NAME for one in fields_of("good-practice") if one.kind in _TEXTS}
    values = {**words, "contact_email": "contact@example.org", **changes}
    made = cases.submission(state, by=by, **values)
    said = dict.fromkeys(("title", "summary", "place", "name", "organisation"), NAME)
    Submission.objects.filter(pk=made.pk).update(
        title=NAME,
        interest={**said, "kind": "good-practice", "country": "TUN", "section": "mewa"},
        author_name=NAME,
        author_organisation=NAME,
        due=timezone.localdate() - datetime.timedelta(days=1),
    )
    made.events.exclude(name="goals").exclude(says="").update(says=NAME)
    made.refresh_from_db()
    return made


def _staff() -> User:
    person = accounts.someone()
    person.groups.add(group_of(SECTION_STAFF, "mewa"))
    return person


def _editor() -> User:
    person = accounts.someone()
    person.groups.add(group_of(EDITOR))
    return person


def _browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def author(state: State) -> Any:
    """Get a submission in a state as its author."""

    def fetch(_client: Client, _world: CrawlWorld, language: str) -> Any:
        person = accounts.someone()
        made = _made(state, person)
        return _browser(person).get(f"/{language}/submissions/{made.key}/")

    return fetch


def reviewer(state: State, *, secretariat: bool = False) -> Any:
    """Get a submission in a state as a reviewer, assigned and with a note."""

    def fetch(_client: Client, _world: CrawlWorld, language: str) -> Any:
        person = _editor() if secretariat else _staff()
        made = _made(state, accounts.someone())
        flow.note(made, person, NAME)
        Submission.objects.filter(pk=made.pk).update(assigned=person)
        return _browser(person).get(f"/{language}/submissions/{made.key}/")

    return fetch


def _of_everywhere(world: CrawlWorld, state: State, author: User) -> Submission:
    """Make a submission of a work that the crawl's world has: links to it are followed later."""
    Submission.objects.filter(work=world.everywhere.work).delete()
    made = submitting.submission(state, work=world.everywhere.work)
    made.authors.add(author)
    return made


def published(_client: Client, world: CrawlWorld, language: str) -> Any:
    """Get what is published as its author."""
    person = accounts.someone()
    made = _of_everywhere(world, State.PUBLISHED, person)
    return _browser(person).get(f"/{language}/submissions/{made.key}/")


def change(_client: Client, world: CrawlWorld, language: str) -> Any:
    """Get a change of something that is public, as a reviewer."""
    made = _of_everywhere(world, State.SECTION_REVIEW, accounts.someone())
    assert made.page is not None
    draft: Any = made.page.get_latest_revision_as_object()
    draft.population, draft.citation, draft.start = 2000, f"{NAME} {NAME}", "2011"
    draft.save_revision()
    return _browser(_editor()).get(f"/{language}/submissions/{made.key}/")


def act(name: str, state: State, **data: str) -> Any:
    """Do something to a submission that cannot be done so, as the Secretariat or the section."""

    def fetch(_client: Client, _world: CrawlWorld, language: str) -> Any:
        person = _editor() if name in ("publish", "move") else _staff()
        made = _made(state, accounts.someone())
        return _browser(person).post(f"/{language}/submissions/{made.key}/do/{name}/", data)

    return fetch


def typed_before(_client: Client, _world: CrawlWorld, language: str) -> Any:
    """Come back to words that were sent without being logged in any more."""
    made, client = _made(State.INTEREST, accounts.someone()), Client()
    client.post(f"/{language}/submissions/{made.key}/do/ask/", {"says": NAME})
    client.force_login(_staff())
    return client.get(f"/{language}/submissions/{made.key}/")


def mine(*states: State) -> Any:
    """Get somebody's own submissions."""

    def fetch(_client: Client, _world: CrawlWorld, language: str) -> Any:
        person = accounts.someone()
        for state in states:
            _made(state, person)
        return _browser(person).get(f"/{language}/submissions/")

    return fetch


def desk(tail: str) -> Any:
    """Get a desk with something on it, as somebody of the Secretariat and of a section."""

    def fetch(_client: Client, _world: CrawlWorld, language: str) -> Any:
        person = _editor()
        person.groups.add(group_of(SECTION_STAFF, "mewa"))
        for state in (State.INTEREST, State.SECTION_REVIEW, State.SECRETARIAT_REVIEW):
            _made(state, accounts.someone())
        return _browser(person).get(f"/{language}/desks/{tail}")

    return fetch


def cells(answer: Any) -> list[str]:
    """Give what a list as CSV says in words: its headings, and a row without its codes."""
    head, row, *_more = csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff")))
    return [*head, *(cell for cell in row if not cell.isascii())]
