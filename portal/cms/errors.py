"""Error pages: they help in the reader's language and need no database."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from portal.accounts.context import is_known

from .access import log_in_address

TITLES = {
    400: _("This request cannot be understood"),
    403: _("This page is not for everybody"),
    404: _("There is no such page"),
    410: _("This work was taken down"),
    429: _("Too many attempts"),
    500: _("Something went wrong on our side"),
}
TEXTS = {
    400: _("The address or form holds something that is not text."),
    403: _("You need other rights to see it. If you think you should have them, write to us."),
    404: _("The address may be mistyped, or the page may have moved."),
    410: _("It was published here once and is no longer."),
    429: _("Please wait a few minutes, then try again."),
    500: _("We have been told. Please try again in a few minutes."),
}


CSRF = (
    _("This form could not be sent"),
    _("It was open for too long, or sent from another site. Go back, reload it and send it again."),
)


def _page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    request.shown_page = None  # type: ignore[attr-defined] # the page itself was not shown
    # Nor is there anything at this address in another language. A fault of ours may pass.
    request.was_refused = status != HTTPStatus.INTERNAL_SERVER_ERROR  # type: ignore[attr-defined]
    context = {"status": status, "title": TITLES[status], "text": TEXTS[status]} | context
    return render(request, "errors/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404, with a search box.

    Who has not logged in is told that some pages are for members, whatever was asked for: so an
    address that is for members tells nobody that it is one.
    """
    return _page(request, 404, log_in="" if is_known(request) else log_in_address(request))


def gone(request: HttpRequest, reason: str) -> HttpResponse:
    """Answer 410, with the reason where there is one."""
    return _page(request, 410, reason=reason)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer 429 to who tries something too often."""
    return _page(request, 429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answer 403 to a form that was sent too late or from elsewhere.

    A view may have an `on_stale_form` that answers for it where the form was one of our own pages',
    so that nothing that was typed is lost: it takes what the view takes, and may change nothing.
    """
    match = request.resolver_match
    rescue = getattr(match.func, "on_stale_form", None) if match else None
    if match and rescue and request.headers.get("Origin") == _own_origin(request):
        response: HttpResponseBase = rescue(request, *match.args, **match.kwargs)
        return response
    title, text = CSRF
    return _page(request, 403, title=title, text=text)


def _own_origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, the same to everybody: who reads stands in the database, which may be gone."""
    return _page(request, 500, reader={}, members_menu=())
