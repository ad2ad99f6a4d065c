"""The door and a person's own account: log-in, profile, consents, personal data."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import consents, personal, two_factor
from .forms import ProfileForm


def safe_next(request: HttpRequest) -> str:
    """Give where a form or address wants to lead afterwards, or "" where that is not ours."""
    address = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else ""


def _lead_to(name: str, request: HttpRequest) -> HttpResponseRedirect:
    address = safe_next(request)
    query = f"?{urlencode({REDIRECT_FIELD_NAME: address})}" if address else ""
    return HttpResponseRedirect(f"{reverse(name)}{query}")


@never_cache
def to_login(request: HttpRequest) -> HttpResponse:
    """Lead from the log-ins of Wagtail (the admin's, that of restricted pages) to the one door.

    A password sent here, by a form of before or by a program, is not looked at.
    """
    return _lead_to("account_login", request)


@never_cache
@require_POST
def log_out_of_admin(request: HttpRequest) -> HttpResponse:
    """Log out with the button of the admin."""
    adapter = get_adapter(request)
    adapter.add_message(request, messages.SUCCESS, "account/messages/logged_out.txt")
    logout(request)
    return redirect("account_login")


class LogInView(account_views.LoginView):
    """The one door.

    Whoever is logged in and is sent here may not see a page: they are told, rather than sent there
    and back for ever, and may log in as somebody else.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer those who are logged in."""
        if request.user.is_authenticated and request.method in ("GET", "HEAD"):
            if not safe_next(request):
                return redirect(settings.LOGIN_REDIRECT_URL)
            # The admin said the same in words of its own.
            list(messages.get_messages(request))
            return render(
                request,
                "account/message.html",
                {
                    "title": _("Your account may not see this page"),
                    "text": _("You can log out and log in with another account."),
                    "log_out_to": f"{reverse('account_login')}?"
                    f"{urlencode({REDIRECT_FIELD_NAME: safe_next(request)})}",
                },
                status=403,
            )
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class CodeView(AuthenticateView):
    """The second step of a log-in. What is sent without a code is a wrong code."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Give allauth a code to look at: without one it would ask for a security key."""
        if request.method == "POST" and "code" not in request.POST:
            sent = request.POST.copy()
            sent["code"] = ""
            request.POST = sent  # type: ignore[assignment]
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show a person's account; save name and language."""
    assert request.user.is_authenticated  # noqa: S101 - login_required
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Saved."))
        return redirect("account")
    if request.method == "POST":
        request.user.refresh_from_db()
    return render(
        request,
        "account/account.html",
        {
            "form": form,
            "has_two_factor": two_factor.has(request.user),
            "needs_two_factor": two_factor.must_have(request.user),
            "consents": [
                (consent, consents.purpose_of(consent.purpose))
                for consent in request.user.consents.all()
            ],
        },
    )


@never_cache
@login_required
@require_safe
def two_factor_needed(request: HttpRequest) -> HttpResponse:
    """Say why a second step is needed, and lead to where it is set up."""
    if two_factor.has(request.user) or not two_factor.must_have(request.user):
        return redirect(safe_next(request) or "account")
    return render(request, "account/two_factor_needed.html")


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Withdraw a consent; that to keep an account leads to its deletion. Raises Http404."""
    assert request.user.is_authenticated  # noqa: S101 - login_required
    if code == consents.ACCOUNT:
        return redirect("account_delete")
    if not consents.withdraw(request.user, code):
        raise Http404
    messages.success(request, gettext("Withdrawn."))
    return redirect("account")


@never_cache
@reauthentication_required(app="allauth.account")
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Give everything that the portal holds of the person, as JSON."""
    assert request.user.is_authenticated  # noqa: S101 - reauthentication_required
    text = json.dumps(personal.export(request.user), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@never_cache
@reauthentication_required(app="allauth.account")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Ask once more, then erase the account of whoever has just shown who they are."""
    assert request.user.is_authenticated  # noqa: S101 - reauthentication_required
    refusal: Any = ""
    try:
        if request.method == "POST":
            personal.erase(request.user)
            logout(request)
            return redirect("account_deleted")
        personal.check_erasure(request.user)
    except personal.LastAdministrator as error:
        refusal = error.message
    status = 409 if refusal and request.method == "POST" else 200
    return render(request, "account/delete.html", {"refusal": refusal}, status=status)
