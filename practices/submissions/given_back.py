"""What was typed and cannot be kept until the log-in stands in the answer, to be copied."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url

from .models import Submission

# Label and text of each field in which something was typed.
Texts = Sequence[tuple[str, str]]


def logged_out(
    request: HttpRequest, here: str, after: str, texts: Texts, *, is_kept: bool = False
) -> HttpResponse:
    """Say that the log-in is gone, and give back what could not be kept.

    here: where a new link is asked for. after: where the log-in leads. is_kept: whether what was
    typed waits for the log-in; then there are no `texts`.
    """
    context = {
        "is_kept": is_kept,
        "texts": texts,
        "here": here,
        "login": f"{resolve_url(settings.LOGIN_URL)}?next={after}",
        "has_files": bool(request.FILES),
    }
    return render(request, "submissions/logged_out.html", context, status=HTTPStatus.UNAUTHORIZED)


def closed(
    request: HttpRequest, submission: Submission, texts: Texts, status: HTTPStatus
) -> HttpResponse:
    """Say that something was not kept, as it is too much or the submission has gone on."""
    context = {
        "submission": submission,
        "texts": texts,
        "too_much": status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    }
    return render(request, "submissions/closed.html", context, status=status)
