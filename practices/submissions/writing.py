"""The template, step by step: written by its authors, saved as they type, checked and sent."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
)
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.cms import errors
from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from . import drafts, files, flow, given_back, inputs, limits, mails, unsaved
from . import preview as previews
from .checking import problems_of
from .content import problems
from .drafts import Outcome, Typed
from .errors import Incomplete, NotWritable, Refused
from .fields import FormField, FormStep, field_names, step_of_field, steps_of
from .gazetteer import city
from .lookup import find
from .models import Event, Submission
from .permissions import is_author, offered
from .progress import SEND, progress
from .recipients import authors
from .shown import show
from .suggestions import suggested_cities

logger = logging.getLogger(__name__)

_SENDS = ("send", "send_again")
_QUESTIONS = ("ask_changes", "ask_again")
# A fault that the page found, and on which step it is put right.
_STEP_OF = {"cover_alt": "pictures", "cover": "pictures"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, key: UUID, step: str) -> HttpResponseBase:
    """Show a step of the template, or store what was typed on it.

    Raises Http404 for who may not see the submission, PermissionDenied for who may see it and is
    no author. Who is not logged in any more is led to the log-in; what they typed waits.
    """
    if not request.user.is_authenticated:
        return _logged_out(request, key, step)
    submission = find(request.user, key)
    if not is_author(request.user, submission):
        raise PermissionDenied
    if not submission.is_writable:
        return _closed(request, submission)
    if step == SEND:
        return _send(request, submission)
    found = next((one for one in steps_of(submission.kind) if one.code == step), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _store(request, submission, found)
    waiting = unsaved.find(request.session, key, step)
    typed = _typed(submission, found.fields, waiting) if waiting else {}
    return _show(request, submission, found, typed=typed, waits=bool(waiting))


@never_cache
@require_safe
def preview(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show authors and reviewers the page as it will look. Raises Http404 for everybody else."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    submission = find(request.user, key)
    writes = submission.is_writable and is_author(request.user, submission)
    name, more = ("write", [SEND]) if writes else ("case", [])
    return previews.answer(
        request, submission, reverse(f"submissions:{name}", args=[submission.key, *more])
    )


# Storing


def _store(request: HttpRequest, submission: Submission, step: FormStep) -> HttpResponseBase:
    """Store what was typed, and go where the pressed button leads."""
    do, field, _row = inputs.action(request.POST)
    if do == "discard":
        unsaved.forget(request.session, submission.key, step.code)
        return redirect(request.path)
    typed = _typed(submission, step.fields, request.POST)
    refused = _bring_files(request, step, typed)
    if do == "place":
        _take_city(submission, typed, field)
    if do == "theirs":
        typed.pop(field, None)
    tab = request.POST.get("tab", "").replace("\x00", "")[:32]
    try:
        outcome = drafts.save(submission, request.user, typed, tab)
    except NotWritable:
        submission.refresh_from_db()
        return _closed(request, submission)
    if "pictures" in outcome.saved:
        files.note_credits(submission)
    if len(typed) == len(step.fields):
        unsaved.forget(request.session, submission.key, step.code)
    if _is_script(request):
        return _told(submission, step, typed, outcome)
    for text in refused:
        messages.error(request, text)
    if not outcome.is_whole:
        left = {name: typed[name] for name in (*outcome.conflicts, *outcome.too_long)}
        return _show(request, submission, step, typed=left, outcome=outcome)
    return redirect(_whither(submission, step, do, field, bool(refused)))


def _typed(
    submission: Submission, fields: Sequence[FormField], data: QueryDict
) -> dict[str, Typed]:
    """Read what was typed; files of others are left out."""
    typed = inputs.read(fields, data)
    for field in fields:
        if field.kind in inputs.FILE_COLUMNS and field.name in typed:
            one = typed[field.name]
            typed[field.name] = Typed(files.own_rows(submission, field, one.value), one.was)
    return typed


def _bring_files(request: HttpRequest, step: FormStep, typed: dict[str, Typed]) -> list[str]:
    """Add what was uploaded to the rows of its field; give why files were refused."""
    refused = []
    for field in step.fields:
        uploads = request.FILES.getlist(f"{field.name}-new")
        if uploads and field.name in typed:
            rows, why = files.bring(field, uploads, request.user)
            one = typed[field.name]
            typed[field.name] = Typed([*one.value, *rows], one.was)
            refused += why
    return refused


def _take_city(submission: Submission, typed: dict[str, Typed], key: str) -> None:
    """Fill point and inhabitants from a city of the gazetteer."""
    found = city(int(key)) if key.isascii() and key.isdigit() else None
    if found is None:
        return
    known = field_names(submission.kind)
    values = {
        "latitude": str(found.latitude),
        "longitude": str(found.longitude),
        "population": str(found.population) if found.population else "",
    }
    for name, value in values.items():
        if value:
            was = typed[name].was if name in typed else ""
            typed[name] = Typed(value, was or drafts.digest(drafts.stored(submission, known[name])))


def _whither(submission: Submission, step: FormStep, do: str, field: str, refused: bool) -> str:
    """Give the address to which a button leads: on where nothing typed is wrong, else back here."""
    here = reverse("submissions:write", args=[submission.key, step.code])
    known = {one.name for one in step.fields}
    if do == "add" and field in known:
        return f"{here}?more={field}#field-{field}"
    if do in ("up", "down", "remove", "theirs", "upload") and field in known:
        return f"{here}#field-{field}"
    if do in ("find", "place"):
        return f"{here}#suggested"
    wrong = any(problems_of(one, drafts.stored(submission, one)) for one in step.fields)
    if do != "next" or wrong or refused:
        return here
    codes = [*(one.code for one in steps_of(submission.kind)), SEND]
    return reverse("submissions:write", args=[submission.key, codes[codes.index(step.code) + 1]])


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _told(
    submission: Submission, step: FormStep, typed: Mapping[str, Typed], outcome: Outcome
) -> HttpResponse:
    """Tell the script what was stored, what is wrong with it, and what stands against it."""
    sent = [field for field in step.fields if field.name in typed]
    shown = show(
        submission,
        sent,
        current_language(),
        typed={name: typed[name] for name in (*outcome.conflicts, *outcome.too_long)},
        conflicts=outcome.conflicts,
        too_long=outcome.too_long,
    )
    told = {
        one.name: {
            "was": one.was,
            "wrong": one.wrong,
            "conflict": render_to_string("submissions/_conflict.html", {"shown": one})
            if one.conflict
            else "",
        }
        for one in shown
    }
    return JsonResponse({"at": submission.changed.isoformat(), "fields": told})


# Showing


def _show(
    request: HttpRequest,
    submission: Submission,
    step: FormStep,
    *,
    typed: dict[str, Typed] | None = None,
    outcome: Outcome | None = None,
    waits: bool = False,
) -> HttpResponse:
    outcome = outcome or Outcome()
    fields = show(
        submission,
        step.fields,
        current_language(),
        typed=typed,
        conflicts=outcome.conflicts,
        too_long=outcome.too_long,
        more=request.GET.get("more", ""),
    )
    steps = progress(submission, step.code)
    number = next(place for place, one in enumerate(steps) if one.current)
    context = {
        **_frame(submission),
        "step": step,
        "steps": steps,
        "number": number + 1,
        "before": steps[number - 1] if number else None,
        "fields": fields,
        "wrong": [one for one in fields if one.wrong and not one.conflict],
        "in_conflict": [one for one in fields if one.conflict],
        "waits": waits,
        "tab": get_random_string(16),
        "has_files": any(one.kind in inputs.FILE_COLUMNS for one in step.fields),
        "cities": _cities(submission) if step.code == "place" else [],
    }
    status = HTTPStatus.OK if outcome.is_whole else HTTPStatus.CONFLICT
    return render(request, "submissions/write.html", context, status=status)


def _cities(submission: Submission) -> list[dict[str, Any]]:
    """Give the cities that are suggested, as the form shows them."""
    countries = {entry.iso2: entry for entry in snapshot().of_kind(Kind.COUNTRY)}
    return [
        {
            "city": one,
            "country": countries[one.country].label(current_language())
            if one.country in countries
            else one.country,
            "point": f"{one.latitude:.3f}, {one.longitude:.3f}",
        }
        for one in suggested_cities(submission)
    ]


def _frame(submission: Submission) -> dict[str, Any]:
    """Give what every page of the form shows: whose turn it was before, and what they asked."""
    question = None
    if submission.state in ("section-question", "secretariat-question"):
        asked = Event.objects.filter(submission=submission, name__in=_QUESTIONS)
        question = asked.order_by("-at", "-pk").first()
    return {"submission": submission, "question": question}


def _closed(
    request: HttpRequest, submission: Submission, status: HTTPStatus = HTTPStatus.CONFLICT
) -> HttpResponse:
    """Say that the submission is not being written now, and give back what was typed."""
    if _is_script(request):
        text = _("It was sent meanwhile, and cannot be changed now. Copy what you typed.")
        return JsonResponse({"message": text}, status=status)
    return given_back.closed(request, submission, _texts(submission.kind, request.POST), status)


def _texts(kind: str, data: QueryDict) -> list[tuple[str, str]]:
    """Give label and text of what was typed, to be copied."""
    known = field_names(kind)
    found = []
    for name, text in data.items():
        label = known[name].label if name in known else ""
        if "-" in name and not name.startswith("was-"):
            label = getattr(known.get(name.partition("-")[0]), "label", "")
        if label and str(text).strip() and not name.endswith(("-count", "-image", "-document")):
            found.append((str(label), str(text)))
    return found


# When the log-in is gone


def _logged_out(request: HttpRequest, key: UUID, step: str) -> HttpResponseBase:
    """Keep what was typed, and lead to the log-in; the step shows it then."""
    here = reverse("submissions:write", args=[key, step])
    if request.method != "POST":
        return redirect_to_login(here)
    if _is_script(request):
        text = _("You are not logged in any more. Press “Save”: what you typed is kept.")
        return JsonResponse({"message": text}, status=HTTPStatus.UNAUTHORIZED)
    submission = Submission.objects.filter(key=key).first()
    if inputs.action(request.POST)[0] == "link":
        return _mail_link(request, submission)
    known = submission and (step == SEND or any(s.code == step for s in steps_of(submission.kind)))
    is_kept = bool(known) and unsaved.keep(request.session, key, step, request.POST)
    texts = _texts(submission.kind, request.POST) if submission and not is_kept else []
    return given_back.logged_out(request, here, here, texts, is_kept=is_kept)


def _mail_link(request: HttpRequest, submission: Submission | None) -> HttpResponseBase:
    """Mail a new link to who types the address of an author; others learn nothing."""
    email = request.POST.get("email", "").strip().lower()[:254]
    wait = limits.take(
        limits.Claim("link_network", limits.network_of(request)), limits.Claim("link_mail", email)
    )
    if wait is not None:
        logger.warning("Refused: too many new links are asked for")
        return errors.too_many_requests(request)
    for recipient in authors(submission) if submission else []:
        if recipient.email.lower() == email and submission:
            mails.mail_to(submission, "link", recipient)
    return redirect("submissions:sent")


def on_stale_form(request: HttpRequest, key: UUID, step: str) -> HttpResponseBase:
    """Answer a form of our own pages whose token is old: somebody logged in in another window.

    Nothing is stored. The script gets a new token, and asks again; a person sees the step with
    what they typed, and saves it.
    """
    if _is_script(request):
        return JsonResponse({"token": get_token(request)}, status=HTTPStatus.FORBIDDEN)
    if not request.user.is_authenticated:
        return _logged_out(request, key, step)
    if not unsaved.keep(request.session, key, step, request.POST):
        return _closed(request, find(request.user, key), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return redirect("submissions:write", key, step)


write.on_stale_form = on_stale_form  # type: ignore[attr-defined] # read by portal.cms.errors


# Sending


def _send(request: HttpRequest, submission: Submission) -> HttpResponseBase:
    """Say what is missing, show the way to the preview, and send."""
    waiting = unsaved.find(request.session, submission.key, SEND)
    says = (waiting or request.POST).get("says", "")
    refusal = ""
    if request.method == "POST":
        unsaved.forget(request.session, submission.key, SEND)
        seen = request.POST.get("seen", "")
        transition = next(
            (one for one in offered(request.user, submission) if one.name in _SENDS), None
        )
        try:
            if transition is None:
                raise Refused(_("This cannot be done now: the submission stands elsewhere."))
            flow.perform(
                submission,
                transition.name,
                request.user,
                says=says,
                seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0,
            )
        except Incomplete as error:
            refusal = str(error)
        except Refused as error:
            submission.refresh_from_db()
            refusal = str(error)
            if not submission.is_writable:
                return _closed(request, submission)
        else:
            return redirect("submissions:case", submission.key)
    context = {
        **_frame(submission),
        "steps": progress(submission, SEND),
        "problems": _problems(submission),
        "transition": next(
            (one for one in offered(request.user, submission) if one.name in _SENDS), None
        ),
        "says": says,
        "refusal": refusal,
        "at": timezone.now(),
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "submissions/send.html", context, status=status)


def _problems(submission: Submission) -> list[tuple[FormStep | None, list[dict[str, str]]]]:
    """List what must still be done, by step; each with the field that it is about."""
    found: dict[str, tuple[FormStep | None, list[dict[str, str]]]] = {}
    for name, text in problems(submission).items():
        step = step_of_field(submission.kind, _STEP_OF.get(name, name))
        code = step.code if step else ""
        rows = found.setdefault(code, (step, []))[1]
        rows.append({"field": _STEP_OF.get(name, name), "text": text})
    order = [one.code for one in steps_of(submission.kind)]
    return [found[code] for code in (*order, "") if code in found]
