"""Following the link of an invitation."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from allauth.core.internal.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.taxonomy.language import current_language

from . import invitations
from .forms import AcceptForm
from .invitations import LinkRefused
from .models import Invitation, User

logger = logging.getLogger(__name__)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation and take what its reader says.

    The link was mailed to the address, so whoever follows it has shown that it is theirs; an
    account that exists is another matter, and asks for its log-in.
    """
    limited = consume_or_429(request, app="allauth.account", action="reset_password_from_key")
    if limited:
        return limited
    try:
        found = invitations.find(token)
        account = invitations.account_of(found)
        if account is None:
            return _new_account(request, found)
        return _existing_account(request, found, account)
    except LinkRefused as refused:
        logger.warning("Refused: a link of an invitation, %s", refused.code)
        request.was_refused = True  # type: ignore[attr-defined] # in no language there is more
        return render(
            request,
            "account/message.html",
            {"title": _("This invitation cannot be accepted"), "text": refused.reason},
            status=HTTPStatus.GONE,
        )


def _context(found: Invitation) -> dict[str, Any]:
    return {
        "role": invitations.role_of(found).name,
        "sections": invitations.section_names(found.sections, current_language()),
        "invited_by": found.invited_by,
    }


def _new_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = AcceptForm(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = invitations.accept(
            found,
            first_name=data["first_name"],
            last_name=data["last_name"],
            password=data["password1"],
        )
        messages.success(request, gettext("Welcome! Your account is ready."))
        response: HttpResponse = perform_login(request, person)
        return response
    return render(
        request, "account/invitation.html", {"form": form, "email": found.email, **_context(found)}
    )


def _existing_account(request: HttpRequest, found: Invitation, account: User) -> HttpResponse:
    if request.user.pk != account.pk:
        query = urlencode({REDIRECT_FIELD_NAME: request.path})
        log_in = f"{reverse('account_login')}?{query}"
        return render(
            request,
            "account/invitation.html",
            {
                "log_in": "" if request.user.is_authenticated else log_in,
                "log_out_to": log_in if request.user.is_authenticated else "",
                **_context(found),
            },
        )
    if request.method == "POST":
        invitations.accept(found, person=account)
        messages.success(request, gettext("You have accepted the invitation."))
        return redirect("account")
    return render(request, "account/invitation.html", {"can_accept": True, **_context(found)})
