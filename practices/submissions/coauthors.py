"""An author invites others to write with them."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from . import flow, given_back, limits, unsaved
from .checking import wrong_address
from .lookup import find
from .models import Submission
from .permissions import is_author
from .progress import SEND
from .states import ENDED

logger = logging.getLogger(__name__)
_FORM = "coauthor"


@never_cache
def invite(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Invite a co-author by mail, and lead back to the case; show the form where that fails.

    Whose session has ended finds the address in the form after logging in. Raises Http404.
    """
    if not request.user.is_authenticated:
        if request.method == "POST" and not unsaved.keep(request.session, key, _FORM, request.POST):
            link = reverse("submissions:write", args=[key, SEND])
            return given_back.logged_out(request, link, request.path, _texts(request.POST))
        return redirect_to_login(request.path)
    submission = find(request.user, key)
    if not is_author(request.user, submission):
        logger.warning("Refused: user %s invites to submission %s", request.user.pk, key)
        raise PermissionDenied
    typed = request.POST if request.method == "POST" else _before(request, key)
    email = typed.get("email", "").strip().lower()
    wrong, status = "", HTTPStatus.OK
    if request.method == "POST":
        wrong, status = _wrong(submission, email), HTTPStatus.UNPROCESSABLE_ENTITY
        if not wrong:
            wait = limits.take(limits.Claim("coauthor", str(request.user.pk)))
            if wait is None:
                flow.add_author(submission, request.user, email)
                messages.success(
                    request, _("An invitation was sent to %(address)s.") % {"address": email}
                )
                return redirect("submissions:case", key=key)
            wrong = f"{limits.too_often()} {limits.in_words(wait)}"
            status = HTTPStatus.TOO_MANY_REQUESTS
    context = {"submission": submission, "email": email, "wrong": wrong}
    return render(request, "submissions/coauthor.html", context, status=status)


def on_stale_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Answer a form whose token is old, as after a log-in in another window: it comes back."""
    if not request.user.is_authenticated:
        return invite(request, key)
    if not unsaved.keep(request.session, key, _FORM, request.POST):
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return given_back.closed(request, find(request.user, key), _texts(request.POST), status)
    return redirect("submissions:coauthor", key)


invite.on_stale_form = on_stale_form  # type: ignore[attr-defined] # read by portal.cms.errors


def _texts(data: QueryDict) -> list[tuple[str, str]]:
    """Give label and text of what was typed, to be copied."""
    email = data.get("email", "")
    return [(_("Mail address"), email)] if email.strip() else []


def _before(request: HttpRequest, key: uuid.UUID) -> QueryDict:
    """Give what was typed before the log-in."""
    found = unsaved.find(request.session, key, _FORM)
    unsaved.forget(request.session, key, _FORM)
    return found or QueryDict()


def _wrong(submission: Submission, email: str) -> str:
    """Say why an address cannot be invited, or "" where it can."""
    if submission.state in ENDED:
        return _("It has come to its end; nobody can be invited any more.")
    if not email:
        return _("“%(field)s” is needed.") % {"field": _("Mail address")}
    if wrong := wrong_address(email):
        return wrong
    if any(one.email.lower() == email for one in submission.authors.all()):
        return _("This person is an author already.")
    return ""
