"""What people search for, kept for reports: without a person, an address or a session."""

from __future__ import annotations

import datetime
import logging
import re
import uuid

from django.conf import settings
from django.core import signing
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from .models import SearchClick, SearchEvent
from .request import PAGE_SIZE
from .run import Answer

logger = logging.getLogger(__name__)

_signer = signing.TimestampSigner(salt="search.events")
CLICK_WITHIN = datetime.timedelta(hours=12)
MAX_CLICKS = PAGE_SIZE
_ROBOT = re.compile(r"bot\b|bot[/;_-]|crawl|spider|slurp|preview|monitor|curl|wget|python", re.I)
_MAIL = re.compile(r"\S@\S+\.\S")
_NUMBER = re.compile(r"\+?\d(?:[\s().\-/]{0,3}\d)+")
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s*[-/]?\s*(?:19|20)\d\d)*")
_MANY_DIGITS = 8


def note(answer: Answer, response: HttpResponse, event: uuid.UUID) -> None:
    """Write a search down once its page has been sent, so that no reader waits for it.

    What cannot be written is logged and forgotten.
    """
    row = _row(answer, event)

    def write() -> None:
        try:
            row.save(force_insert=True)
        except DatabaseError:
            logger.exception("A search could not be noted")

    # What a response closes is called when the server has sent it.
    response._resource_closers.append(write)  # type: ignore[attr-defined]


def new_event(request: HttpRequest, answer: Answer) -> uuid.UUID | None:
    """Give the number of an event for this search, or None where it is not to be noted.

    Only a reader's search counts: its first page, for words or filters; no robot's, no browser's
    that fetches beforehand, goes back or exchanges one facet of a page that is shown, and nobody's
    who has logged in. (The cookie is looked at, not the session: the page stays the same for all.)
    """
    is_wanted = (
        settings.SEARCH_EVENTS_DAYS > 0
        and request.method == "GET"
        and answer.request.page == 1
        and not answer.request.is_empty
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "prefetch" not in request.headers.get("Sec-Purpose", "")
        and "HX-History-Restore-Request" not in request.headers
        and not request.headers.get("HX-Target", "").startswith("facet-")
    )
    agent = request.headers.get("User-Agent", "")
    if not is_wanted or not agent or _ROBOT.search(agent):
        return None
    return uuid.uuid4()


def signed(event: uuid.UUID) -> str:
    """Give an event's number for a page, signed: nobody can add to another one's."""
    made: str = _signer.sign(event.hex)
    return made


def note_click(event: str, position: str) -> bool:
    """Note that a result was opened; tell whether the message could be understood.

    Each place counts once an event, and at most as many as a page has.
    """
    try:
        key = uuid.UUID(_signer.unsign(event, max_age=CLICK_WITHIN))
    except (signing.BadSignature, ValueError):
        return False
    if not re.fullmatch(r"[1-9][0-9]{0,2}", position) or int(position) > PAGE_SIZE:
        return False
    try:
        known = SearchEvent.objects.filter(pk=key).exists()
        if known and SearchClick.objects.filter(event=key).count() < MAX_CLICKS:
            SearchClick.objects.bulk_create(
                [SearchClick(event_id=key, position=int(position))], ignore_conflicts=True
            )
    except DatabaseError:
        logger.exception("An opened result could not be noted")
    return True


def purge(now: datetime.datetime | None = None) -> int:
    """Delete events older than SEARCH_EVENTS_DAYS (all, where it is 0); give their number."""
    days = max(settings.SEARCH_EVENTS_DAYS, 0)
    old = SearchEvent.objects.all()
    if days:
        old = old.filter(moment__lt=(now or timezone.now()) - datetime.timedelta(days=days))
    count = old.count()
    old.delete()
    return count


def looks_personal(text: str) -> bool:
    """Tell whether a text holds what looks like a mail address or a number of a person."""
    if _MAIL.search(text):
        return True
    return any(
        sum(sign.isdigit() for sign in number) >= _MANY_DIGITS
        for number in _NUMBER.findall(_YEARS.sub("", text))
    )


def _row(answer: Answer, event: uuid.UUID) -> SearchEvent:
    asked = answer.request
    withheld = looks_personal(asked.words.text)
    return SearchEvent(
        id=event,
        moment=timezone.now().replace(minute=0, second=0, microsecond=0),
        query="" if withheld else asked.words.text,
        withheld=withheld,
        language=asked.language,
        facets={name: list(codes) for name, codes in asked.selections.items()},
        hits=answer.total,
        relaxed=asked.any_word,
        suggested=answer.suggestion is not None,
    )
