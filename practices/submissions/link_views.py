"""Mailed links. Looking at one changes nothing, as programs that check mails do; a button does."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from . import access, flow, limits, mails
from .access import LinkState
from .errors import Refused
from .models import AccessLink, Event, Submission
from .people import make_owner, must_log_in, note_proof, owner_of
from .permissions import is_author
from .recipients import Recipient
from .states import Actor, State

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def _discreet(view: View) -> View:
    """Keep an address that holds a secret out of caches, search engines and other sites' logs.

    Not "no-referrer": then browsers send forms with "Origin: null", which no check of CSRF takes.
    """

    @functools.wraps(view)
    def discreet(request: HttpRequest, **parts: Any) -> HttpResponse:
        response = view(request, **parts)
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return never_cache(discreet)


@_discreet
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what a link opens, or what is wrong with it; POST opens it, or sends a new one."""
    state, found = access.find(secret)
    if found is not None and _is_in(request.user, found):
        return redirect("submissions:case", key=found.submission.key)
    if request.method == "POST" and found is not None:
        if state is LinkState.GOOD:
            return _open(request, found)
        return _send_another(request, found)
    return _show(request, state, found)


def _is_in(user: Any, found: AccessLink) -> bool:
    """Tell whether the person to whom a link was sent is logged in, and is an author already."""
    return _is_owner(user, found) and is_author(user, found.submission)


def _is_owner(user: Any, found: AccessLink) -> bool:
    return user.is_authenticated and user.email.lower() == found.email.lower()


def _show(
    request: HttpRequest, state: LinkState, found: AccessLink | None, notice: str = ""
) -> HttpResponse:
    submission = found.submission if found else None
    context = {
        "state": state.value,
        "submission": submission,
        "confirms": submission is not None and submission.state == State.UNCONFIRMED,
        "section": submission.section.label() if submission and state is LinkState.GOOD else "",
        "somebody_else": request.user.is_authenticated
        and found is not None
        and not _is_owner(request.user, found),
        "notice": notice,
    }
    if state is LinkState.UNKNOWN:
        return _refuse(request, context, HTTPStatus.NOT_FOUND)
    status = HTTPStatus.TOO_MANY_REQUESTS if notice else HTTPStatus.OK
    return render(request, "submissions/link.html", context, status=status)


def _refuse(request: HttpRequest, context: dict[str, Any], status: HTTPStatus) -> HttpResponse:
    """Answer that there is nothing behind a link, in no other language either."""
    request.was_refused = True  # type: ignore[attr-defined] # as on the pages of errors
    return render(request, "submissions/link.html", context, status=status)


def _open(request: HttpRequest, found: AccessLink) -> HttpResponse:
    """Use a link: its owner becomes an author, is logged in, and confirms what waits for that."""
    owner = owner_of(found)
    logged_in = _is_owner(request.user, found)
    if owner is not None and not owner.is_active:
        logger.warning("Refused: a link of the closed account %s", owner.pk)
        return _refuse(request, {"state": "closed"}, HTTPStatus.FORBIDDEN)
    if owner is not None and not logged_in and must_log_in(owner):
        return redirect_to_login(request.get_full_path())
    with transaction.atomic():
        if not access.use(found):
            return _show(request, LinkState.USED, found)
        if owner is None:
            owner = make_owner(found)
            _join(found.submission, owner)
        else:
            note_proof(owner)
            if not is_author(owner, found.submission):
                _join(found.submission, owner)
    if not logged_in:
        login(request, owner, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("submissions:case", key=found.submission.key)


def _join(submission: Submission, owner: Any) -> None:
    """Make somebody an author; the first one sends the expression of interest to the section."""
    is_first = submission.state == State.UNCONFIRMED
    submission.authors.add(owner)
    if is_first:
        try:
            flow.perform(submission, "confirm", owner)
        except Refused as refusal:
            # Withdrawn or confirmed meanwhile: the case page shows where it stands.
            logger.warning("Submission %s was not confirmed: %s", submission.key, refusal)
    else:
        Event.objects.create(
            submission=submission,
            name="join",
            user=owner,
            actor=Actor.AUTHOR,
            source=submission.state,
            target=submission.state,
        )


def _send_another(request: HttpRequest, found: AccessLink) -> HttpResponse:
    """Mail a new link to where the old one was sent, and nowhere else."""
    wait = limits.take(
        limits.Claim("link_network", limits.network_of(request)),
        limits.Claim("link_mail", found.email),
    )
    if wait is not None:
        logger.warning("Refused: too many new links for submission %s", found.submission.key)
        state = LinkState.USED if found.used else LinkState.EXPIRED
        response = _show(request, state, found, f"{limits.too_often()} {limits.in_words(wait)}")
        response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
        return response
    submission = found.submission
    recipient = Recipient(found.email, "", submission.language, is_author=True)
    kind = "received" if submission.state == State.UNCONFIRMED else "link"
    mails.mail_to(submission, kind, recipient)
    return redirect("submissions:sent")
