"""The admin's report of mails: what became of them, and sending again what failed."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from .kinds import kind_label
from .models import Mail
from .outgoing import PATIENCE
from .tasks import KEYS, deliver

PER_PAGE = 50
SEE = "mail.change_mail"
READ = "mail.read_text"


def may_see(user: Any) -> bool:
    """Tell whether a person may see the report and send again: editors and administrators."""
    return bool(user.has_perm(SEE))


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first, of one state and one kind where these are chosen."""
    if not may_see(request.user):
        raise PermissionDenied
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    known = set(Mail.objects.order_by().values_list("kind", flat=True).distinct())
    state = state if state in Mail.State.values else ""
    kind = kind if kind in known else ""
    found = Mail.objects.defer("text")
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    rows = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    return render(
        request,
        "mail/admin/mails.html",
        {
            "header_title": _("Mails"),
            "header_icon": "mail",
            "rows": rows,
            "lines": [(mail, kind_label(mail.kind)) for mail in rows],
            "states": Mail.State.choices,
            "kinds": sorted(((one, kind_label(one)) for one in known), key=lambda pair: pair[1]),
            "state": state,
            "kind": kind,
            "query": urlencode({"state": state, "kind": kind}),
            "may_read": request.user.has_perm(READ),
            "failed": Mail.objects.filter(state=Mail.State.FAILED).exclude(text="").count(),
        },
    )


@require_safe
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show the text of a mail, to administrators: it may hold a link that opens a submission."""
    if not (may_see(request.user) and request.user.has_perm(READ)):
        raise PermissionDenied
    found = get_object_or_404(Mail, pk=mail_id)
    return render(
        request,
        "mail/admin/mail.html",
        {
            "header_title": _("Mail"),
            "header_icon": "mail",
            "mail": found,
            "label": kind_label(found.kind),
            # Who could read the link to a new password could take any account.
            "opens_an_account": found.kind.startswith(KEYS),
        },
    )


@require_POST
def retry(request: HttpRequest, mail_id: int | None = None) -> HttpResponse:
    """Give the worker one mail, or all that failed, once more; a text must still be known."""
    if not may_see(request.user):
        raise PermissionDenied
    rows = Mail.objects.filter(state=Mail.State.FAILED).exclude(text="")
    if mail_id is not None:
        rows = rows.filter(pk=mail_id)
    with transaction.atomic():
        chosen = list(rows.select_for_update().values_list("pk", flat=True))
        Mail.objects.filter(pk__in=chosen).update(
            state=Mail.State.WAITING,
            attempts=0,
            error="",
            next_attempt=timezone.now() + PATIENCE,
        )
        for pk in chosen:
            transaction.on_commit(partial(deliver.enqueue, pk, 0))
    if chosen:
        said = ngettext(
            "%(count)d mail will be sent again at once.",
            "%(count)d mails will be sent again at once.",
            len(chosen),
        )
        messages.success(request, said % {"count": len(chosen)})
    else:
        messages.warning(request, _("Nothing is sent again: it did not fail, or its text is gone."))
    return redirect("mail_reports:mails")
