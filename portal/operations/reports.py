"""The admin's report of background work that failed, and trying it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from . import background

PER_PAGE = 50
SEE = "django_tasks_database.change_dbtaskresult"
# The inside of an error is for those who may also see what the search could not index.
TRACE = "search.change_outboxrow"


def may_see(user: Any) -> bool:
    """Tell whether a person may see the report and try again: editors and administrators."""
    return bool(user.has_perm(SEE))


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """List what failed, newest first, and how much waits."""
    if not may_see(request.user):
        raise PermissionDenied
    rows = Paginator(background.failed(), PER_PAGE).get_page(request.GET.get("p"))
    lines = [(row, background.label(row), background.reason(row)) for row in rows]
    return render(
        request,
        "operations/background.html",
        {
            "header_title": _("Background work"),
            "header_icon": "cogs",
            "rows": rows,
            "lines": lines,
            "may_trace": request.user.has_perm(TRACE),
            **background.measure(),
        },
    )


@require_POST
def retry(request: HttpRequest, key: UUID | None = None) -> HttpResponse:
    """Let one piece of work, or all that failed, be done again."""
    if not may_see(request.user):
        raise PermissionDenied
    results = background.failed()
    if key is not None:
        results = results.filter(pk=key)
    count = background.try_again(results)
    if count:
        said = ngettext(
            "%(count)d task will be tried again.", "%(count)d tasks will be tried again.", count
        )
        messages.success(request, said % {"count": count})
    else:
        messages.warning(request, _("Nothing is tried again: it has not failed."))
    return redirect("background:work")
