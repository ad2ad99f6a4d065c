"""The Word template: taking it, handing it in filled, and choosing what is taken over."""

from __future__ import annotations

import datetime
import logging
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.cms.uploads import UploadRefused
from portal.cms.uploads.names import safe_name
from portal.taxonomy.language import current_language

from . import drafts, flow
from .drafts import Typed, stored
from .errors import NotWritable
from .fields import KINDS, field_names, fields_of
from .lookup import find
from .models import Submission, WordReading
from .permissions import is_author, may_write
from .word.comparing import compare
from .word.limits import MOST_BYTES, open_word
from .word.tasks import read_word as read_in_background
from .word.writer import CONTENT_TYPE, write

logger = logging.getLogger(__name__)

BLANK_SECONDS = 3600
PER_DAY = 30
# After so long, whoever waits may ask again: the worker may have been stopped while it read.
_LONG = datetime.timedelta(minutes=5)


@require_safe
def blank(request: HttpRequest, kind: str) -> HttpResponse:
    """Give everybody the empty template of a kind of work. Raises Http404 for other kinds."""
    if kind not in dict(KINDS):
        raise Http404
    language = current_language()
    name = f"word:{kind}:{language}"
    data: bytes = cache.get(name) or write(kind, language)
    cache.set(name, data, timeout=BLANK_SECONDS)
    response = _download(data, f"{dict(KINDS)[kind]} {language}")
    patch_cache_control(response, public=True, max_age=BLANK_SECONDS)
    return response


@never_cache
@login_required
@require_safe
def word(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give an author the template with what is already written, in the submission's language."""
    submission = _own(request, key)
    values = {one.name: stored(submission, one) for one in fields_of(submission.kind)}
    data = write(
        submission.kind,
        submission.language,
        values=values,
        key=str(submission.key),
        at=timezone.now(),
    )
    return _download(data, submission.title)


def _download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=CONTENT_TYPE)
    disposition = content_disposition_header(True, safe_name(f"{name}.docx", "docx"))
    response.headers["Content-Disposition"] = disposition or "attachment"
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def read_word(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show an author how to write offline, or take a filled file."""
    submission = _own(request, key)
    refusal = ""
    if request.method == "POST":
        if not may_write(request.user, submission):
            refusal = _("It was sent meanwhile, and cannot be changed now.")
        else:
            try:
                made = _take_file(request, submission)
            except UploadRefused as error:
                logger.warning("Refused a Word file of user %s: %s", request.user.pk, error)
                refusal = str(error)
            else:
                return redirect("submissions:word_reading", submission.key, made.pk)
    context = {
        "submission": submission,
        "may_write": may_write(request.user, submission),
        "readings": submission.readings.all()[:10],
        "refusal": refusal,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return render(request, "submissions/word.html", context, status=status)


def _take_file(request: HttpRequest, submission: Submission) -> WordReading:
    """Keep an uploaded file and have it read. Raises UploadRefused."""
    upload = request.FILES.get("file")
    if upload is None:
        raise UploadRefused(_("Choose the file first."))
    day = timezone.now() - datetime.timedelta(days=1)
    if submission.readings.filter(created__gt=day).count() >= PER_DAY:
        raise UploadRefused(_("Many files were handed in today. Please try again tomorrow."))
    data = upload.read(MOST_BYTES + 1)
    open_word(data)
    name = safe_name(upload.name or "", "docx")
    reading = WordReading(
        submission=submission,
        user_id=request.user.pk,
        name=name,
        language=current_language(),
    )
    with transaction.atomic():
        reading.file.save(f"{submission.key}.docx", ContentFile(data), save=False)
        reading.save()
        transaction.on_commit(lambda: read_in_background.enqueue(reading.pk))
    return reading


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, key: UUID, number: int) -> HttpResponseBase:
    """Show what was read in a file, field by field; take over what an author chooses."""
    submission = _own(request, key)
    found = get_object_or_404(submission.readings, pk=number)
    stuck = found.state == WordReading.State.WAITING and timezone.now() - found.since > _LONG
    if request.method == "POST":
        if "again" in request.POST:
            return _read_again(found, stuck=stuck)
        return _take(request, submission, found)
    return _show(request, submission, found, stuck=stuck)


def _read_again(found: WordReading, *, stuck: bool) -> HttpResponseBase:
    if found.state == WordReading.State.FAILED or stuck:
        found.state, found.error, found.since = WordReading.State.WAITING, "", timezone.now()
        with transaction.atomic():
            found.save(update_fields=["state", "error", "since"])
            transaction.on_commit(lambda: read_in_background.enqueue(found.pk))
    return redirect("submissions:word_reading", found.submission.key, found.pk)


def _take(request: HttpRequest, submission: Submission, found: WordReading) -> HttpResponseBase:
    """Store the answers that were chosen; what somebody changed meanwhile is shown again."""
    fields = field_names(submission.kind)
    names = [
        name for name in request.POST.getlist("take") if name in fields and name in found.values
    ]
    typed = {name: Typed(found.values[name], request.POST.get(f"was-{name}", "")) for name in names}
    if not typed:
        messages.warning(request, _("Nothing was chosen, and nothing changed."))
        return redirect("submissions:word_reading", submission.key, found.pk)
    try:
        with transaction.atomic():
            outcome = drafts.save(submission, request.user, typed, "")
            if outcome.saved:
                labels = ", ".join(str(fields[name].label) for name in outcome.saved)
                flow.note_reading(submission, request.user, labels)
                found.taken = timezone.now()
                found.save(update_fields=["taken"])
    except NotWritable as refusal:
        messages.error(request, str(refusal))
        return redirect("submissions:word_reading", submission.key, found.pk)
    if outcome.saved:
        count = len(outcome.saved)
        messages.success(
            request,
            ngettext(
                "%(count)d answer was taken over.", "%(count)d answers were taken over.", count
            )
            % {"count": count},
        )
    if not outcome.is_whole:
        messages.error(
            request,
            _("Some were changed on the portal meanwhile, and were not taken over. Compare again."),
        )
    return redirect("submissions:word_reading", submission.key, found.pk)


def _show(
    request: HttpRequest, submission: Submission, found: WordReading, *, stuck: bool
) -> HttpResponse:
    comparison = None
    if found.state == WordReading.State.DONE:
        comparison = compare(submission, found)
    context: dict[str, Any] = {
        "submission": submission,
        "reading": found,
        "comparison": comparison,
        "may_write": may_write(request.user, submission),
        "stuck": stuck,
        "refresh": found.state == WordReading.State.WAITING and not stuck,
    }
    return render(request, "submissions/word_reading.html", context)


def _own(request: HttpRequest, key: UUID) -> Submission:
    """Give a submission to one of its authors.

    Raises Http404 for who may not see it, PermissionDenied for who reviews it.
    """
    submission = find(request.user, key)
    if not is_author(request.user, submission):
        raise PermissionDenied
    return submission
