"""The admin's pages about translations: coverage, one page's languages, and review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail_localize.models import Translation

from portal.cms.models import WorkPage
from portal.cms.spreadsheets import csv_answer
from portal.taxonomy.language import own_name
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from . import review
from .state import TYPE_LABELS, Row, State, coverage, open_passages, progress, table

LISTED = 50
# A title in another script must not turn the words around it.
ISOLATE, END = "\u2068", "\u2069"
FILTERS = ("type", "section", "source", "language", "state")


def may_see(user: Any) -> bool:
    """Tell whether a person works on pages at all."""
    return bool(PagePermissionPolicy().user_has_permission(user, "change"))


def _rows(request: HttpRequest) -> list[Row]:
    """Give the works whose pages the person may change, filtered as the query string says."""
    if not may_see(request.user):
        raise PermissionDenied
    own = PagePermissionPolicy().instances_user_has_permission_for(request.user, "change")
    rows = coverage(WorkPage.objects.filter(pk__in=own.values("pk")))
    for name in FILTERS:
        if wanted := request.GET.get(name):
            rows = [row for row in rows if str(getattr(row, name)) == wanted]
    return rows


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Show how many works can be read in each language, by type and by section."""
    rows = _rows(request)
    languages = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    sections = {entry.code: entry for entry in snapshot().of_kind(Kind.SECTION)}
    context = {
        "header_title": _("Translation coverage"),
        "header_icon": "wagtail-localize-language",
        "languages": [(code, own_name(code)) for code in languages],
        "tables": [
            _table(rows, "type", _("Type"), languages, lambda code: TYPE_LABELS.get(code, code)),
            _table(
                rows,
                "section",
                _("Section"),
                languages,
                lambda code: str(sections[code].name or code) if code in sections else _("None"),
            ),
        ],
        "states": [(state.value, state.label) for state in State],
        "list_url": reverse("portal_translation:list"),
    }
    return TemplateResponse(request, "translation/report.html", context)


def _table(
    rows: list[Row], by: str, title: str, languages: list[str], label: Callable[[str], Any]
) -> dict[str, Any]:
    base = reverse("portal_translation:list")
    lines = []
    for value, cells in sorted(table(rows, by).items(), key=lambda item: str(label(item[0]))):
        line = []
        for language in languages:
            cell = cells.get(language)
            query = urlencode({by: value, "language": language})
            line.append({"cell": cell, "url": f"{base}?{query}", "states": _states(cell, query)})
        lines.append({"label": label(value), "cells": line})
    return {"title": title, "lines": lines}


def _states(cell: Any, query: str) -> list[dict[str, Any]]:
    """Give what is left to do in a cell, each with the list behind it."""
    if cell is None:
        return []
    base = reverse("portal_translation:list")
    return [
        {
            "label": state.label,
            "count": cell.states[state],
            "url": f"{base}?{query}&state={state.value}",
        }
        for state in (State.OUT_OF_DATE, State.MACHINE, State.IN_REVIEW, State.DRAFT)
        if cell.states.get(state)
    ]


@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """List works in a language, with what is to be done; as CSV with `export=csv`."""
    rows = _rows(request)
    if request.GET.get("export") == "csv":
        return _csv(rows)
    page = Paginator(rows, LISTED).get_page(request.GET.get("p"))
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    context = {
        "header_title": _("Works to translate"),
        "header_icon": "wagtail-localize-language",
        "page_obj": page,
        "rows": [
            {
                "row": row,
                "state": State(row.state).label,
                "type": TYPE_LABELS.get(row.type, row.type),
                "language": own_name(row.language),
                "source": own_name(row.source),
                "url": _work_url(row),
            }
            for row in page
        ],
        "kept": kept,
        "query": urlencode(kept),
        "filters": [
            ("language", _("Language"), _languages(), kept.get("language", "")),
            ("state", _("State"), State.choices, kept.get("state", "")),
            ("type", _("Type"), TYPE_LABELS.items(), kept.get("type", "")),
        ],
        "hidden": [(name, kept[name]) for name in ("section", "source") if name in kept],
        "report_url": reverse("portal_translation:report"),
    }
    return TemplateResponse(request, "translation/list.html", context)


def _languages() -> list[tuple[str, str]]:
    return [(code, own_name(code)) for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]


def _work_url(row: Row) -> str:
    """Give where the work is done: the translation's editor, else the request for one."""
    if row.page is not None:
        return reverse("wagtailadmin_pages:edit", args=[row.page])
    return reverse("wagtail_localize:submit_page_translation", args=[row.original])


def _csv(rows: list[Row]) -> HttpResponse:
    headings = (
        _("Title"), _("Type"), _("Section"), _("Original"), _("Language"), _("State"), _("Open")
    )  # fmt: skip
    return csv_answer(
        "translations",
        headings,
        (
            (
                row.title,
                TYPE_LABELS.get(row.type, row.type),
                row.section,
                row.source,
                row.language,
                State(row.state).label,
                row.open,
            )
            for row in rows
        ),
    )


@require_safe
def page_languages(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show where one page stands in every language, with the passages that changed."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    others = {one.locale_id: one for one in page.get_translations().specific()}
    found = []
    for translation in (
        Translation.objects.filter(source__object_id=page.translation_key, enabled=True)
        .select_related("source", "target_locale")
        .order_by("target_locale__language_code")
    ):
        target = others.get(translation.target_locale_id)
        if translation.target_locale_id == page.locale_id:
            target = page
        if target is not None and target.permissions_for_user(request.user).can_edit():
            found.append(_standing(translation, target))
    context = {
        "header_title": _("Translations of “%(title)s”")
        % {"title": f"{ISOLATE}{page.get_admin_display_title()}{END}"},
        "header_icon": "wagtail-localize-language",
        "page": page,
        "translations": found,
        "ask_url": reverse(
            "wagtail_localize:submit_page_translation", args=[page.alias_of_id or page.pk]
        ),
        "may_ask": request.user.has_perm("wagtail_localize.submit_translation"),
        "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
    }
    return TemplateResponse(request, "translation/page.html", context)


def _standing(translation: Translation, target: Page) -> dict[str, Any]:
    counted = progress(translation)
    return {
        "language": own_name(translation.target_locale.language_code),
        "code": translation.target_locale.language_code,
        "progress": counted,
        "passages": open_passages(translation) if counted.open else [],
        "live": target.live,
        "in_review": review.task_of(target) is not None,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[target.pk]),
    }


def bar(translation: Translation, request: HttpRequest) -> dict[str, Any]:
    """Give what the bar above the translation editor shows and offers."""
    page = review.page_of(translation)
    task = review.task_of(page)
    back = review.returned(page)
    counted = progress(translation)
    publishes = page.permissions_for_user(request.user).can_publish()
    return {
        "translation": translation,
        "progress": counted,
        "in_review": task is not None,
        "sent_by": task.workflow_state.requested_by if task else None,
        "returned": back,
        "may_submit": task is None and review.may_submit(page, request.user),
        "may_decide": review.may_decide(page, request.user),
        "may_approve_machine": publishes and task is None and counted.machine > 0,
        "fingerprint": review.fingerprint(translation),
        "languages_url": reverse("portal_translation:page", args=[page.pk]),
    }


def _on(
    request: HttpRequest, translation_id: int, act: Callable[[Translation, Any], str]
) -> HttpResponseBase:
    """Do something to a translation, tell the person how it went, and go back to its editor."""
    translation = get_object_or_404(
        Translation.objects.select_related("source", "target_locale"), pk=translation_id
    )
    page = review.page_of(translation)
    try:
        messages.success(request, act(translation, page))
    except review.ReviewRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_safe
def bar_state(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Give the bar's first line alone, as things stand now."""
    translation = get_object_or_404(Translation, pk=translation_id)
    if not review.page_of(translation).permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return TemplateResponse(request, "translation/bar_state.html", bar(translation, request))


@require_POST
def submit(request: HttpRequest, translation_id: int) -> HttpResponseBase:
    """Send a translation to review."""

    def act(translation: Translation, page: Any) -> str:
        if not review.may_submit(page, request.user):
            raise PermissionDenied
        review.submit(translation, request.user)
        return _("Sent to review.")

    return _on(request, translation_id, act)


@require_POST
def decide(request: HttpRequest, translation_id: int) -> HttpResponseBase:
    """Approve a translation, or return it with a comment."""
    comment = request.POST.get("comment", "")[:5000]

    def act(translation: Translation, page: Any) -> str:
        if not review.may_decide(page, request.user):
            raise PermissionDenied
        if request.POST.get("action") == "approve":
            review.approve(translation, request.user, request.POST.get("seen", ""), comment)
            return _("Approved and published.")
        review.send_back(translation, request.user, comment)
        return _("Returned with your comment.")

    return _on(request, translation_id, act)


@require_POST
def approve_machine(request: HttpRequest, translation_id: int) -> HttpResponseBase:
    """Take what a machine wrote as approved."""

    def act(translation: Translation, page: Any) -> str:
        if not page.permissions_for_user(request.user).can_publish():
            raise PermissionDenied
        count = review.approve_machine(translation, request.user)
        return ngettext("%(count)d passage approved.", "%(count)d passages approved.", count) % {
            "count": count
        }

    return _on(request, translation_id, act)
