"""How the crawl gets the template of a submission: as its author, in every state of the form."""

from __future__ import annotations

from typing import Any

from django.test import Client

from portal.taxonomy.models import Term
from practices.submissions.fields import FieldKind, fields_of
from practices.submissions.files import collection
from practices.submissions.models import Event, Submission
from practices.submissions.states import Actor, State
from tests import works

from . import accounts
from .world import NAME, CrawlWorld


def written(language: str, state: State, kind: str) -> tuple[Submission, Client]:
    """Make a submission with text that no language knows; give the browser of its author."""
    author = accounts.someone()
    made = Submission.objects.create(
        kind=kind,
        section=Term.objects.get(kind="section", code="mewa"),
        country=Term.objects.get(kind="country", code="TUN"),
        language=language,
        title=NAME,
        state=state,
    )
    made.authors.add(author)
    Event.objects.create(
        submission=made, name="ask_changes", actor=Actor.SECTION, says=NAME, user=author
    )
    picture, paper = works.picture(NAME), works.document(NAME)
    for file in (picture, paper):
        file.uploaded_by_user, file.collection = author, collection()
        file.save()
    values: dict[str, Any] = {
        one.name: NAME
        for one in fields_of(kind)
        if one.kind in (FieldKind.LINE, FieldKind.TEXT, FieldKind.PROSE)
    }
    values |= {
        "country": "TUN",
        "latitude": "x",
        "sdgs": ["sdg-11"],
        "links": [{"title": NAME, "url": ""}],
        "pictures": [{"image": picture.pk, "alt": "", "credit": NAME, "caption": ""}],
        "documents": [{"document": paper.pk, "title": NAME}],
    }
    made.values = values
    made.edited = {"context": {"by": author.pk, "at": "2026-05-01T10:00:00+00:00", "tab": "x"}}
    made.save()
    client = Client()
    client.force_login(author)
    return made, client


def step(code: str, kind: str = "case-study") -> Any:
    """Get a step."""

    def fetch(_client: Client, _world: CrawlWorld, language: str) -> Any:
        made, client = written(language, State.SECTION_QUESTION, kind)
        return client.get(f"/{language}/submissions/{made.key}/write/{code}/")

    return fetch


def city(_client: Client, _world: CrawlWorld, language: str) -> Any:
    """Get the step of the place of a city that the gazetteer knows by its Georgian name."""
    made, client = written(language, State.DRAFT, "case-study")
    made.values |= {"country": "GEO", "place": "თბილისი"}
    made.save()
    return client.get(f"/{language}/submissions/{made.key}/write/place/")


def _sent(made: Submission, client: Client, language: str, code: str, **data: str) -> Any:
    return client.post(f"/{language}/submissions/{made.key}/write/{code}/", data)


def conflict(_client: Client, _world: CrawlWorld, language: str) -> Any:
    """Save a text that somebody else has changed."""
    made, client = written(language, State.DRAFT, "case-study")
    typed = {"context": f"{NAME} {NAME}", "was-context": "another", "tab": "y"}
    return _sent(made, client, language, "background", **typed)


def closed(_client: Client, _world: CrawlWorld, language: str) -> Any:
    """Save a text of what was sent meanwhile."""
    made, client = written(language, State.SECTION_REVIEW, "case-study")
    return _sent(made, client, language, "background", context=NAME)


def unsent(_client: Client, _world: CrawlWorld, language: str) -> Any:
    """Send what is not complete."""
    made, client = written(language, State.SECTION_QUESTION, "case-study")
    return _sent(made, client, language, "send", seen=str(made.version), says=NAME)


def logged_out(_client: Client, _world: CrawlWorld, language: str) -> Any:
    """Save a text without being logged in any more."""
    made, _browser = written(language, State.DRAFT, "case-study")
    return _sent(made, Client(), language, "background", context=NAME)


def waiting(_client: Client, _world: CrawlWorld, language: str) -> Any:
    """Come back to what was typed before the log-in."""
    made, _browser = written(language, State.DRAFT, "case-study")
    client = Client()
    _sent(made, client, language, "background", **{"context": NAME, "was-context": "x"})
    client.force_login(made.authors.get())
    return client.get(f"/{language}/submissions/{made.key}/write/background/")
