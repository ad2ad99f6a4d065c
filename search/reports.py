"""The admin's report of works that could not be indexed, and trying them again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.models import Page

from .health import last_check, waiting
from .models import OutboxRow

PER_PAGE = 50
PERMISSION = "search.change_outboxrow"


def may_see(user: Any) -> bool:
    """Tell whether a person may see the report and try again: administrators."""
    return bool(user.has_perm(PERMISSION))


def dead_letters(request: HttpRequest) -> HttpResponse:
    """List what was given up, newest first, and how much waits."""
    if not may_see(request.user):
        raise PermissionDenied
    rows = Paginator(
        OutboxRow.objects.filter(dead=True).order_by("-created_at", "-pk"), PER_PAGE
    ).get_page(request.GET.get("p"))
    pages: dict[UUID, Page] = {}
    keys = [row.translation_key for row in rows]
    # The first page made of a work is its original.
    for page in Page.objects.filter(translation_key__in=keys).order_by("-pk"):
        pages[page.translation_key] = page
    count, lag = waiting()
    return render(
        request,
        "search/admin/dead_letters.html",
        {
            "header_title": _("Works not indexed"),
            "header_icon": "warning",
            "rows": rows,
            "lines": [(row, pages.get(row.translation_key)) for row in rows],
            "waiting": count,
            "minutes": lag // 60,
            "check": last_check(),
        },
    )


@require_POST
def retry(request: HttpRequest, row_id: int | None = None) -> HttpResponse:
    """Put one row, or all that were given up, back among those that wait."""
    if not may_see(request.user):
        raise PermissionDenied
    rows = OutboxRow.objects.filter(dead=True)
    if row_id is not None:
        rows = rows.filter(pk=row_id)
    count = rows.update(
        dead=False, attempts=0, claimed_at=None, error="", available_at=timezone.now()
    )
    messages.success(
        request,
        ngettext(
            "%(count)d work will be tried again at once.",
            "%(count)d works will be tried again at once.",
            count,
        )
        % {"count": count},
    )
    return redirect("search_reports:dead_letters")
