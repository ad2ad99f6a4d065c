"""The page of a submission as readers will see it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import override

from portal.cms.models import WorkPage

from .content import build_page, draft_page, section_page
from .models import Submission


def page_of(submission: Submission) -> WorkPage:
    """Give the page: as it is typed while it is written, else as it was sent last.

    Raises Http404 before there is anything to show.
    """
    if submission.is_writable:
        page = build_page(submission)
    elif submission.work is not None:
        page = draft_page(submission)
    else:
        raise Http404
    if page.pk is None:
        _place(page, submission)
    return page


def _place(page: WorkPage, submission: Submission) -> None:
    """Give a page that is not saved the place in the tree where it would stand."""
    parent = section_page(submission)
    page.title = page.title or submission.title
    page.depth = parent.depth + 1
    page.path = WorkPage._get_children_path_interval(parent.path)[1]
    page._fill_slug()
    page.set_url_path(parent)


def answer(request: HttpRequest, submission: Submission, way_back: str) -> HttpResponse:
    """Answer with the page of a submission, in its language, under a bar that says what it is."""
    with override(submission.language):
        page: Any = page_of(submission)
        # Wagtail sends it through all middleware, as at the page's own address.
        response: HttpResponse = page.make_preview_request(
            request,
            page.default_preview_mode,
            {"previewed": {"back": way_back}},
        )
    return response
