"""The admin's pages of imports: the file, its columns, the check, the run, its report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.log_actions import log

from portal.taxonomy.language import current_language

from . import results
from .columns import Choices, signature
from .errors import FileRefused
from .export import report_answer
from .files import lines_of, table_of
from .forms import ColumnsForm, UploadForm, initial_of
from .models import ImportDuplicate, ImportMapping, ImportRun
from .readers.tables import HEADER_WITHIN
from .readers.unknown import Line, find_header, make_table
from .targets import is_known
from .tasks import begin
from .uploads import short_name

LISTED = 30
PAIRS = 10
ROWS = 50
# A header in another script must not turn the number before it.
ISOLATE, END = "\u2068", "\u2069"
PERMISSION = "importing.add_importrun"
State = ImportRun.State
UPLOADED = "importing.upload"
# While these are on, the columns may be chosen anew.
OPEN = (State.COLUMNS, State.CHECKED)


def may_import(user: Any) -> bool:
    """Tell whether a person may import: editors and administrators."""
    return bool(user.is_active and user.has_perm(PERMISSION))


def _run(request: HttpRequest, pk: int) -> ImportRun:
    """Give an import to somebody who may see it. Raises PermissionDenied, Http404."""
    if not may_import(request.user):
        raise PermissionDenied
    return get_object_or_404(ImportRun.objects.select_related("user"), pk=pk)


def _page(
    request: HttpRequest, template: str, title: str, run: ImportRun | None, **context: Any
) -> HttpResponse:
    crumbs: list[dict[str, Any]] = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("importing:index"), "label": _("Imports")},
    ]
    if run is not None:
        crumbs.append({"url": reverse("importing:run", args=[run.pk]), "label": run.file_name})
    base = {
        "header_title": title,
        "header_icon": "upload",
        "breadcrumbs_items": crumbs,
        "page_title": title,
        "run": run,
    }
    return TemplateResponse(request, f"importing/{template}.html", {**base, **context})


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponseBase:
    """List the imports, and take a file for a new one."""
    if not may_import(request.user):
        raise PermissionDenied
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if sent and form.is_valid():
        run = ImportRun(
            file_name=short_name(form.cleaned_data["file"].name or ""),
            kind=form.kind,
            user_id=request.user.pk,
            language=current_language(),
        )
        run.file = form.cleaned_data["file"]
        run.save()
        log(instance=run, action=UPLOADED, user=request.user)
        try:
            table = table_of(run)
        except FileRefused as refused:
            _discard(run)
            form.add_error("file", str(refused))
        else:
            run.columns, run.rows_in = table.columns, len(table.rows)
            run.save(update_fields=["columns", "rows_in"])
            return redirect("importing:columns", run.pk)
    page = Paginator(ImportRun.objects.select_related("user"), LISTED).get_page(
        request.GET.get("p")
    )
    return _page(
        request,
        "index",
        _("Import a table"),
        None,
        form=form,
        page_obj=page,
        rows=results.listed(list(page)),
    )


def _discard(run: ImportRun) -> None:
    run.file.delete(save=False)
    run.delete()


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask what the columns become and where the works go; then have it checked."""
    run = _run(request, pk)
    if not (run.state in OPEN or (run.state == State.CHECKING and run.may_be_retried)):
        messages.error(request, _("The columns of this import can no longer be changed."))
        return redirect("importing:run", run.pk)
    notes: list[str] = []
    try:
        lines = lines_of(run, notes)
    except FileRefused as refused:
        messages.error(request, str(refused))
        return redirect("importing:index")
    kept = Choices.read(run.choices) if run.choices else None
    last = min(HEADER_WITHIN, len(lines) - 1) - 1
    header = _header(request, kept, find_header(lines, is_known), last)
    table = make_table(lines, header)
    if kept is not None and kept.header != header:
        kept = None
    remembered = ImportMapping.objects.filter(signature=signature(table.columns)).first()
    if kept is None and remembered is not None:
        kept = Choices.read(remembered.choices)
    if request.method == "POST":
        form = ColumnsForm(table, request.POST)
        if form.is_valid():
            choices = form.choices(kept or Choices(), header)
            _remember(choices, table.columns, request.user)
            if begin(
                run,
                State.CHECKING,
                request.user,
                choices=choices.as_dict(),
                columns=table.columns,
                rows_in=len(table.rows),
            ):
                return redirect("importing:run", run.pk)
            messages.error(request, _("Somebody else has gone on with this import meanwhile."))
            return redirect("importing:run", run.pk)
    else:
        form = ColumnsForm(table, initial=dict(initial_of(kept, table.columns, current_language())))
    return _page(
        request,
        "columns",
        _("What the columns become"),
        run,
        form=form,
        notes=[*notes, *table.notes],
        header=header,
        headers=[
            (place, f"{lines[place].number}: {ISOLATE}{_shown(lines[place])}{END}")
            for place in range(last + 1)
        ],
        remembered=remembered is not None and request.method != "POST" and not run.choices,
        row_count=len(table.rows),
    )


def _shown(line: Line) -> str:
    return " · ".join(filter(None, line.cells))[:120]


def _header(request: HttpRequest, kept: Choices | None, found: int, last: int) -> int:
    """Give the place of the header row: the one asked for, the one chosen before, or the found."""
    asked = request.POST.get("header") or request.GET.get("header") or ""
    if asked.isascii() and asked.isdigit() and len(asked) < 4:
        return min(int(asked), last)
    if kept is not None and kept.header is not None:
        return min(kept.header, last)
    return found


def _remember(choices: Choices, names: list[str], user: Any) -> None:
    ImportMapping.objects.update_or_create(
        signature=signature(names),
        defaults={"columns": names, "choices": choices.as_dict(), "used_by": user},
    )


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show where an import stands: progress, what the check found, or the report."""
    one = _run(request, pk)
    if one.state == State.COLUMNS:
        return redirect("importing:columns", one.pk)
    context: dict[str, Any] = {
        "refreshes": one.is_working and not one.is_stuck,
        "history": results.history(one),
        "choices": results.described(Choices.read(one.choices)),
    }
    if one.state == State.CHECKED:
        context.update(results.checked(one))
    elif one.state != State.CHECKING:
        wanted = request.GET.get("outcome", "")
        rows = results.rows(one, wanted)
        page = Paginator(rows, ROWS).get_page(request.GET.get("p"))
        context.update(results.reported(one), page_obj=page, wanted=wanted)
        context["rows"] = results.lines(list(page))
    return _page(request, "run", one.get_state_display(), one, **context)


@require_POST
def values(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Keep what values that are no terms mean, and check anew."""
    one = _run(request, pk)
    choices = Choices.read(one.choices)
    said = {target: dict(known) for target, known in choices.values.items()}
    for number, found in enumerate(one.summary.get("values", [])):
        answer = request.POST.get(f"value_{number}")
        if answer is not None and (answer == "" or results.is_pair(answer)):
            said.setdefault(found["target"], {})[found["value"]] = answer
    kept = {**choices.as_dict(), "values": said}
    if one.state == State.CHECKED and begin(one, State.CHECKING, request.user, choices=kept):
        _remember(Choices.read(kept), one.columns, request.user)
    else:
        messages.error(request, _("Somebody else has gone on with this import meanwhile."))
    return redirect("importing:run", one.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def duplicates(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show rows beside what they look like, and keep what is decided."""
    one = _run(request, pk)
    if one.state != State.CHECKED:
        return redirect("importing:run", one.pk)
    page = Paginator(one.duplicates.all(), PAIRS).get_page(request.GET.get("p"))
    if request.method == "POST":
        _decide(request, one, list(page))
        if "all" in request.POST or not page.has_next():
            return redirect("importing:run", one.pk)
        address = reverse("importing:duplicates", args=[one.pk])
        return redirect(f"{address}?p={page.next_page_number()}")
    return _page(
        request,
        "duplicates",
        _("Possible duplicates"),
        one,
        page_obj=page,
        pairs=results.pairs(list(page)),
        decisions=ImportDuplicate.Decision.choices,
    )


def _decide(request: HttpRequest, one: ImportRun, shown: list[ImportDuplicate]) -> None:
    """Keep the decisions of a page, or one decision for all where it is possible."""
    everywhere = request.POST.get("all", "")
    chosen = list(one.duplicates.all()) if everywhere else shown
    changed = []
    for duplicate in chosen:
        answer = everywhere or request.POST.get(f"decision_{duplicate.number}", "")
        if answer in duplicate.may and answer != duplicate.decision:
            duplicate.decision = answer
            changed.append(duplicate)
    ImportDuplicate.objects.bulk_update(changed, ["decision"], batch_size=200)
    messages.success(request, _("Your decisions are kept."))


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Begin the import."""
    one = _run(request, pk)
    if one.state != State.CHECKED or not begin(one, State.RUNNING, request.user):
        messages.error(request, _("This import has begun already."))
    return redirect("importing:run", one.pk)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Begin the step that failed, or whose worker is dead, again."""
    one = _run(request, pk)
    if not one.may_be_retried or not begin(one, State(one.state), request.user):
        messages.error(request, _("There is nothing to begin again."))
    return redirect("importing:run", one.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask, then undo the import as a whole."""
    one = _run(request, pk)
    if one.state not in (State.DONE, State.UNDONE):
        messages.error(request, _("Only a finished import can be undone."))
        return redirect("importing:run", one.pk)
    if request.method == "POST":
        if not begin(one, State.UNDOING, request.user):
            messages.error(request, _("This import is being undone already."))
        return redirect("importing:run", one.pk)
    return _page(request, "undo", _("Undo the import"), one, **results.reported(one))


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Delete an import that has imported nothing, with its file."""
    one = _run(request, pk)
    if one.rows.exists() or one.state not in (*OPEN, State.CHECKING):
        messages.error(request, _("An import that has begun is kept, with its report."))
        return redirect("importing:run", one.pk)
    _discard(one)
    messages.success(request, _("The file was deleted; nothing was imported."))
    return redirect("importing:index")


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the report as CSV."""
    return report_answer(_run(request, pk))
