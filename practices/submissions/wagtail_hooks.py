"""Submissions in the admin: who reviews a page is said there, and decided on the desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.models import Page

from .models import Submission
from .permissions import may_see
from .publication import refusal
from .states import ACTOR_LABELS, UNDECIDED

# What the admin's editor would do to a review; see `review`.
_REVIEW_ACTIONS = frozenset(
    {"action-submit", "action-restart-workflow", "action-cancel-workflow", "action-publish"}
)

hooks.register("refuse_publication", refusal)


def _submission(page: Any) -> Submission | None:
    """Give the submission of which a page came, if any; of the page's own language."""
    return (
        Submission.objects.filter(
            work__translation_key=page.translation_key, work__source_locale=page.locale_id
        )
        .select_related("section")
        .first()
    )


@hooks.register("construct_page_action_menu")
def decide_on_the_desk(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Leave out of the editor what is decided on the desk."""
    page = context.get("page")
    submission = _submission(page) if page is not None and page.pk else None
    if submission is not None and submission.state in UNDECIDED:
        items[:] = [item for item in items if item.name not in _REVIEW_ACTIONS]


@hooks.register("before_edit_page")
def say_who_reviews(request: HttpRequest, page: Page) -> None:
    """Say above the editor where the submission of a page stands, with the way to its desk."""
    submission = _submission(page)
    if request.method != "GET" or submission is None or not may_see(request.user, submission):
        return
    text = _("Submission: %(state)s.") % {"state": submission.get_state_display()}
    if submission.turn is not None:
        turn = ACTOR_LABELS[submission.turn]
        text += " " + _("Whose turn: %(side)s.") % {"side": turn}
    link = messages.button(reverse("submissions:case", args=[submission.key]), _("Open the case"))
    messages.info(request, text, buttons=[link])


@hooks.register("register_page_header_buttons")
def lead_to_the_case(
    page: Page, user: Any, view_name: str | None = None, next_url: str | None = None
) -> Iterator[Button]:
    """Offer the way to the submission of a page."""
    submission = _submission(page) if page.depth > 1 else None
    if submission is not None and may_see(user, submission):
        yield Button(
            _("Submission"),
            reverse("submissions:case", args=[submission.key]),
            priority=58,
            icon_name="clipboard-list",
        )
