"""How the crawl gets the pages of who submits something, and of who follows a mailed link."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from portal.taxonomy.models import Term
from practices.submissions import access
from practices.submissions.models import AccessLink, Submission
from practices.submissions.states import State
from tests.practices.submissions import sending

from .accounts import someone
from .world import NAME, CrawlWorld

# The sections' own names, which stand beside what they are called in each language.
SECTIONS = (
    *("UCLG Africa", "UCLG ASPAC", "UCLG Eurasia", "CEMR-CCRE", "UCLG MEWA", "CORDIAL"),
    *("UCLG North America", "Metropolis", "UCLG Regions"),
)
_numbers = count()


def submission(state: State = State.UNCONFIRMED, **fields: Any) -> Submission:
    """Make a submission whose words no language knows."""
    return Submission.objects.create(
        kind="good-practice",
        section=Term.objects.get(kind="section", code="africa"),
        country=Term.objects.get(kind="country", code="NGA"),
        language="en",
        title=NAME,
        author_name=NAME,
        author_email=f"author{next(_numbers)}@example.org",
        state=state,
        **fields,
    )


def _client() -> Client:
    number = next(_numbers)
    return Client(REMOTE_ADDR=f"10.3.{number // 250}.{number % 250}")


def sent(**changes: str) -> Any:
    """Send the form with words that no language knows, and these changes."""

    def fetch(_client_: Client, _world: CrawlWorld, language: str) -> Any:
        words = dict.fromkeys(("title", "summary", "place", "name", "organisation"), NAME)
        return sending.send(_client(), language, **{**words, **changes})

    return fetch


def too_often(_client_: Client, _world: CrawlWorld, language: str) -> Any:
    client, fetch = _client(), None
    for number in range(6):
        fetch = sending.send(
            client, language, title=NAME, summary=NAME, place=NAME, name=NAME, organisation=NAME,
            email=f"{language}{number}@example.org",
        )  # fmt: skip
    return fetch


def look_into_your_mail(_client_: Client, _world: CrawlWorld, language: str) -> Any:
    client = _client()
    sending.send(client, language, email=f"{language}@example.org")
    return client.get(f"/{language}/submit/sent/")


def links() -> dict[str, str]:
    """Make the links that stay while the crawl goes on; give the end of each one's address."""
    waits, draft = submission(), submission(State.DRAFT)
    used, old = (access.new_link(draft, draft.author_email) for _number in range(2))
    found = {
        "confirm": access.new_link(waits, waits.author_email),
        "go on": access.new_link(draft, draft.author_email),
        "used": used,
        "old": old,
    }
    today = timezone.now()
    by_digest = AccessLink.objects.order_by("pk")[:2]
    for row, field in zip(by_digest, ("used", "expires"), strict=True):
        setattr(row, field, today)
        row.save()
    return found


def link(name: str) -> Any:
    """Open one of the links."""
    return lambda _client_, world, language: _client().get(
        f"/{language}/submissions/link/{world.links[name]}/"
    )


def another_s_link(_client_: Client, world: CrawlWorld, language: str) -> Any:
    client = _client()
    client.force_login(someone())
    return client.get(f"/{language}/submissions/link/{world.links['confirm']}/")


def closed(_client_: Client, _world: CrawlWorld, language: str) -> Any:
    secret = access.new_link(submission(), someone(is_active=False).email)
    return _client().post(f"/{language}/submissions/link/{secret}/")


def coauthor(email: str | None = None) -> Any:
    """Get or send the form that invites a co-author."""

    def fetch(_client_: Client, _world: CrawlWorld, language: str) -> Any:
        made, author, client = submission(State.DRAFT), someone(), _client()
        made.authors.add(author)
        client.force_login(author)
        path = f"/{language}/submissions/{made.key}/coauthor/"
        return client.get(path) if email is None else client.post(path, {"email": email})

    return fetch
