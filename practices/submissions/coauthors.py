"""An author invites others to write with them."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from . import flow, limits
from .models import Submission
from .permissions import is_author, may_see
from .states import ENDED

logger = logging.getLogger(__name__)


@never_cache
@login_required
def invite(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Invite a co-author by mail, and lead back to the case; show the form where that fails."""
    submission = get_object_or_404(Submission.objects.select_related("work"), key=key)
    if not may_see(request.user, submission):
        raise Http404
    if not is_author(request.user, submission):
        logger.warning("Refused: user %s invites to submission %s", request.user.pk, key)
        raise PermissionDenied
    email = request.POST.get("email", "").strip().lower()
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


def _wrong(submission: Submission, email: str) -> str:
    """Say why an address cannot be invited, or "" where it can."""
    if submission.state in ENDED:
        return _("It has come to its end; nobody can be invited any more.")
    if not email:
        return _("“%(field)s” is needed.") % {"field": _("Mail address")}
    try:
        validate_email(email)
    except ValidationError:
        return _("“%(value)s” is not a mail address.") % {"value": email[:100]}
    if any(one.email.lower() == email for one in submission.authors.all()):
        return _("This person is an author already.")
    return ""
