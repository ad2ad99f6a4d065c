"""The expression of interest: the first thing that somebody hands in, without an account."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind, Term
from portal.taxonomy.snapshot import snapshot

from . import flow, limits, mails, traps
from .interest_form import asked, note_refusal, read, wrong
from .models import Event, Submission
from .people import has_proved
from .recipients import Recipient
from .states import Actor, State

logger = logging.getLogger(__name__)

# Tells the next page where the mail went. It stays with the person who typed the address.
_COOKIE = "sent_to"
_COOKIE_AGE = 15 * 60
# Who presses the button twice, or goes back and sends it again, does not submit it twice.
_SAME_AGAIN = datetime.timedelta(hours=1)


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Show the form; take what is sent; lead to "look into your mail", or straight to the case."""
    if request.method != "POST":
        return _form(request, _first_values(request), {})
    values = read(request.POST)
    problems = wrong(values)
    notice = traps.caught(request.POST)
    if problems or notice:
        note_refusal(values, problems, notice)
        return _form(request, values, problems, notice, HTTPStatus.UNPROCESSABLE_ENTITY)
    known = has_proved(request.user, values["email"])
    made = _same_again(values)
    if made is None:
        wait = limits.take(
            limits.Claim("network", limits.network_of(request)),
            limits.Claim("mail", values["email"]),
        )
        if wait is not None:
            return _too_often(request, values, wait)
        made = submit(values, request.user if known else None)
    elif known and made.state == State.UNCONFIRMED:
        # Sent before the log-in, which proves the address as the mailed link would have.
        _confirm(made, request.user)
    if known:
        return redirect("submissions:case", key=made.key)
    return _sent(values["email"])


def on_stale_form(request: HttpRequest) -> HttpResponse:
    """Answer a form whose token is old, as after a log-in in another window: it comes back."""
    notice = _("The form was changed on its way. Please send it once more.")
    return _form(request, read(request.POST), {}, notice, HTTPStatus.FORBIDDEN)


start.on_stale_form = on_stale_form  # type: ignore[attr-defined] # read by portal.cms.errors


@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """Ask to look into one's mail, and say where it went, to the person who has just said it."""
    try:
        address = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_COOKIE, max_age=_COOKIE_AGE)
    except signing.BadSignature:
        address = ""
    return render(request, "submissions/sent.html", {"address": address})


def submit(values: Mapping[str, str], user: Any = None) -> Submission:
    """Keep an expression of interest whose values are right.

    user: its author, where the address has been proved; then it goes to the section at once.
    Otherwise it waits until the mailed link is opened. Gives what is kept: once for the same words.
    """
    taxonomy = snapshot()
    country = taxonomy.resolve(Kind.COUNTRY, values["country"])
    section = taxonomy.resolve(Kind.SECTION, values["section"])
    if country is None or section is None:
        raise ValueError("Check the values of an expression of interest before it is kept")
    with transaction.atomic():
        # One at a time, so that a form that is sent twice at the same moment is kept once.
        Term.objects.select_for_update(no_key=True).get(pk=section.pk)
        if (made := _same_again(values)) is not None:
            return made
        made = Submission.objects.create(
            kind=values["kind"],
            section_id=section.pk,
            country_id=country.pk,
            language=current_language(),
            title=values["title"],
            interest=dict(values),
            author_name=values["name"],
            author_organisation=values["organisation"],
            author_email=values["email"],
        )
        Event.objects.create(
            submission=made, name="start", user=user, actor=Actor.AUTHOR, target=made.state
        )
        if user is None:
            mails.mail_to(made, "received", _author(made))
        else:
            _confirm(made, user)
    return made


def _confirm(made: Submission, user: Any) -> None:
    """Send an expression of interest to its section: its author's address is proved."""
    with transaction.atomic():
        made.authors.add(user)
        flow.perform(made, "confirm", user)
        mails.mail_to(made, "received-known", _author(made))


def _author(made: Submission) -> Recipient:
    return Recipient(made.author_email, made.author_name, made.language, is_author=True)


def _first_values(request: HttpRequest) -> dict[str, str]:
    """Give what is known of the reader, and what the link that led here chose beforehand."""
    given = {name: request.GET.get(name, "") for name in ("kind", "section", "country")}
    values = read(given)
    problems = wrong(values)
    values = {name: "" if name in problems else value for name, value in values.items()}
    if request.user.is_authenticated:
        values |= {"name": request.user.get_full_name(), "email": request.user.email}
    return values


def _form(
    request: HttpRequest,
    values: Mapping[str, str],
    problems: Mapping[str, str],
    notice: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "fields": list(asked(values, problems)),
        "problems": problems,
        "notice": notice,
        "stamp": traps.stamp(request.POST),
        "honeypot": traps.HONEYPOT,
        "stamp_name": traps.STAMP,
    }
    return render(request, "submissions/start.html", context, status=status)


def _too_often(
    request: HttpRequest, values: Mapping[str, str], wait: datetime.timedelta
) -> HttpResponse:
    logger.warning("Refused: too many expressions of interest from a network or for an address")
    notice = f"{limits.too_often()} {limits.in_words(wait)}"
    response = _form(request, values, {}, notice, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def _same_again(values: Mapping[str, str]) -> Submission | None:
    """Give what the same person has just submitted in the same words, if anything."""
    lately = Submission.objects.filter(
        author_email=values["email"],
        created__gte=timezone.now() - _SAME_AGAIN,
        state__in=(State.UNCONFIRMED, State.INTEREST),
    )
    return next((one for one in lately if one.interest == dict(values)), None)


def _sent(address: str) -> HttpResponse:
    response = redirect("submissions:sent")
    response.set_cookie(
        _COOKIE,
        signing.dumps(address, salt=_COOKIE),
        max_age=_COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
