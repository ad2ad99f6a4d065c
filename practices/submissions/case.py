"""One submission: where it stands, what happened, what can be done."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.roles import ADMINISTRATOR, EDITOR, SECTION_STAFF, group_name
from portal.cms.models import WorkPage
from portal.cms.models.base import NotPublishable
from portal.taxonomy.models import Kind, Term

from . import flow, given_back, permissions, reading, standing, unsaved
from .changes import Changes, changes
from .content import problems
from .deciding import DecidingForm, deciding_form
from .errors import Changed, Incomplete, NotAllowed, Refused
from .fields import step_of_field, steps_of
from .lookup import find
from .models import Event, Submission
from .progress import SEND
from .states import ACTOR_LABELS, BY_NAME, Actor, Says, State, Transition

logger = logging.getLogger(__name__)
_QUESTIONS = frozenset(
    {State.INTEREST_QUESTION, State.SECTION_QUESTION, State.SECRETARIAT_QUESTION}
)
_IN_REVIEW = frozenset(
    {State.SECTION_REVIEW, State.SECTION_QUESTION, State.SECRETARIAT_REVIEW,
     State.SECRETARIAT_QUESTION}
)  # fmt: skip


@dataclass
class Attempt:
    """What somebody sent and what is wrong with it, so that nothing typed is lost."""

    name: str
    data: QueryDict
    error: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def says(self) -> str:
        """Give the words that were typed."""
        return str(self.data.get("says", ""))


@dataclass(frozen=True)
class Offer:
    """Something that can be done now, with what was typed if it was tried in vain."""

    transition: Transition
    says: str
    error: str

    @property
    def name(self) -> str:
        """Give the name of the transition."""
        return self.transition.name

    @property
    def asks_words(self) -> bool:
        """Tell whether words may go with it."""
        return self.transition.says is not Says.NOTHING

    @property
    def needs_words(self) -> bool:
        """Tell whether words must go with it."""
        return self.transition.says is Says.NEEDED

    @property
    def is_open(self) -> bool:
        """Tell whether its form stands open: the main thing to do, or what went wrong."""
        return self.transition.strong or bool(self.error or self.says)


class Case:
    """What the page of a submission shows to one person."""

    def __init__(self, submission: Submission, user: Any, attempt: Attempt | None = None) -> None:
        self.submission = submission
        self.user = user
        self.attempt = attempt
        self.actors = permissions.actors_of(user, submission)
        self.is_author = Actor.AUTHOR in self.actors
        self.is_reviewer = not self.is_author

    @cached_property
    def page(self) -> WorkPage | None:
        """Give the page that came of it."""
        return self.submission.page

    @cached_property
    def draft(self) -> WorkPage | None:
        """Give the page's latest draft."""
        return self.page.get_latest_revision_as_object() if self.page is not None else None

    @property
    def draft_revision(self) -> int:
        """Give the key of the revision that this person sees, or 0."""
        return (self.page.latest_revision_id or 0) if self.page is not None else 0

    @cached_property
    def all_events(self) -> list[Event]:
        """List what happened, internal things included."""
        return list(self.submission.events.select_related("user"))

    @property
    def events(self) -> list[Event]:
        """List what happened, as far as this person may know, the latest first."""
        seen = [one for one in self.all_events if self.is_reviewer or not one.internal]
        return seen[::-1]

    @property
    def stages(self) -> list[standing.Stage]:
        """Give the line of stages."""
        return standing.stages(self.submission.state, self.all_events)

    @property
    def stands(self) -> Any:
        """Say where it stands, in a sentence."""
        texts = standing.FOR_AUTHORS if self.is_author else standing.FOR_REVIEWERS
        return texts.get(self.submission.state, "")

    @property
    def turn(self) -> Any:
        """Say whose turn it is, or "" where nobody has to do anything."""
        turn = self.submission.turn
        if turn is None:
            return ""
        return _("Yours") if turn in self.actors else ACTOR_LABELS[turn]

    @property
    def is_asked(self) -> bool:
        """Tell whether the author has been asked something that is still open."""
        return self.submission.state in _QUESTIONS

    @cached_property
    def last_words(self) -> Event | None:
        """Give what the other side said last."""
        return standing.last_words(self.all_events, for_author=self.is_author)

    @cached_property
    def is_public(self) -> bool:
        """Tell whether others can read it."""
        work = self.submission.work
        taken_down = work is not None and work.is_taken_down
        return self.page is not None and self.page.live and not taken_down

    @cached_property
    def to_do(self) -> list[tuple[str, str]]:
        """List what the author must still write before sending: sentence and step."""
        if not (self.is_author and self.submission.is_writable):
            return []
        found = self.attempt.problems if self.attempt and self.attempt.problems else None
        found = problems(self.submission) if found is None else found
        kind = self.submission.kind
        first = steps_of(kind)[0]
        return [(text, (step_of_field(kind, name) or first).code) for name, text in found.items()]

    @property
    def next_step(self) -> str:
        """Give the step of the form with which the author goes on."""
        wanted = {step for _text, step in self.to_do}
        codes = [step.code for step in steps_of(self.submission.kind)]
        return next((code for code in codes if code in wanted), codes[0])

    @cached_property
    def offers(self) -> list[Offer]:
        """List what this person can do now, the main thing first; publishing has its own form."""
        wanted = permissions.offered(self.user, self.submission)
        return [
            self._offer(one)
            for one in wanted
            if one.name != "publish" and not (one.name in ("send", "send_again") and self.to_do)
        ]

    def _offer(self, transition: Transition) -> Offer:
        tried = self.attempt if self.attempt and self.attempt.name == transition.name else None
        return Offer(transition, tried.says if tried else "", tried.error if tried else "")

    @cached_property
    def deciding(self) -> DecidingForm | None:
        """Give the form for publishing, where this person can publish it now."""
        transition = BY_NAME["publish"]
        if self.draft is None or not permissions.may(self.user, self.submission, transition):
            return None
        data = self.attempt.data if self.attempt and self.attempt.name == "publish" else None
        form = deciding_form(self.submission, self.draft, data)
        if data is not None:
            form.decision()
        return form

    @property
    def publish_says(self) -> str:
        """Give the words to the author that were typed with a decision."""
        return self.attempt.says if self.attempt and self.attempt.name == "publish" else ""

    @property
    def lost_words(self) -> str:
        """Give what was typed into a form that is no longer offered."""
        if self.attempt is None:
            return ""
        shown = {offer.name for offer in self.offers}
        shown |= {"publish"} if self.deciding else set()
        shown |= {"note"} if self.is_reviewer else set()
        shown |= {"move"} if self.may_move else set()
        return "" if self.attempt.name in shown else self.attempt.says

    @cached_property
    def interest(self) -> list[reading.Said]:
        """List what the expression of interest says."""
        return reading.interest(self.submission.interest)

    @cached_property
    def changes(self) -> Changes | None:
        """Give what a change would change of what is public, for those who review it."""
        if not self.is_reviewer or self.submission.state not in _IN_REVIEW:
            return None
        if self.page is None or self.draft is None or not self.page.live:
            return None
        return changes(self.submission, self.page, self.draft)

    @property
    def coauthors(self) -> list[Any]:
        """List the authors besides the one who began."""
        first = self.submission.author_email.lower()
        return [one for one in self.submission.authors.all() if one.email != first]

    @property
    def has_draft(self) -> bool:
        """Tell whether there is something to look at before it is published."""
        written_here = self.is_author and self.submission.is_writable  # its own button is there
        return self.page is not None and not written_here

    @property
    def may_assign(self) -> bool:
        """Tell whether this person may say who decides next."""
        return permissions.may_assign(self.user, self.submission)

    @property
    def may_move(self) -> bool:
        """Tell whether this person may give it to another section."""
        return permissions.may_move(self.user, self.submission)

    @cached_property
    def candidates(self) -> list[Any]:
        """List who could decide next."""
        if not self.may_assign:
            return []
        section = self.submission.section.code
        groups = []
        if self.submission.turn is Actor.SECTION:
            groups.append(group_name(SECTION_STAFF, section))
        if not groups or section == permissions.OF_THE_SECRETARIAT:
            groups += [EDITOR.code, ADMINISTRATOR.code]
        people = get_user_model().objects.filter(groups__name__in=groups, is_active=True)
        writing = {one.pk for one in self.submission.authors.all()}
        found = {one.pk: one for one in people if one.pk not in writing}
        if self.submission.turn in self.actors:
            found.setdefault(self.user.pk, self.user)
        return sorted(found.values(), key=str)

    @property
    def can_take(self) -> bool:
        """Tell whether this person can take it upon themselves."""
        taken = self.submission.assigned_id == self.user.pk
        return not taken and any(one.pk == self.user.pk for one in self.candidates)

    @property
    def sections(self) -> list[Term]:
        """List the sections to which it may be given."""
        if not self.may_move:
            return []
        wanted = Term.objects.filter(kind=Kind.SECTION, retired=False).order_by("position")
        return [one for one in wanted if one.pk != self.submission.section_id]

    @property
    def moved_to(self) -> str:
        """Give the section that was chosen when moving failed."""
        tried = self.attempt if self.attempt and self.attempt.name == "move" else None
        return str(tried.data.get("section", "")) if tried else ""

    @property
    def editor_url(self) -> str:
        """Give where the page is edited in the admin, "" for who may not."""
        if not self.is_reviewer or self.page is None:
            return ""
        if not self.page.permissions_for_user(self.user).can_edit():
            return ""
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk])

    @property
    def desk_url(self) -> str:
        """Give where this person came from: their own list, or a desk."""
        if self.is_author:
            return reverse("submissions:mine")
        if Actor.SECTION in self.actors:
            return reverse("submissions:desk", args=[self.submission.section.code])
        return reverse("submissions:secretariat")


@never_cache
@login_required
@require_safe
def case(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show a submission to who may see it. Raises Http404 for everybody else."""
    submission = find(request.user, key)
    return _show(request, submission, _unsent(request, submission))


def _show(
    request: HttpRequest, submission: Submission, attempt: Attempt | None = None, status: int = 200
) -> HttpResponse:
    shown = Case(submission, request.user, attempt)
    context = {"case": shown, "submission": submission, "attempt": attempt}
    return render(request, "submissions/case.html", context, status=status)


@never_cache
def act(request: HttpRequest, key: uuid.UUID, name: str) -> HttpResponse:
    """Do something to a submission: a transition of `states`, or one of `_OTHER`.

    What cannot be done is said on the submission's page, with what was typed. Who is not logged
    in, perhaps no longer, finds it there after logging in. Raises Http404.
    """
    if name not in BY_NAME and name not in _OTHER:
        raise Http404
    address = reverse("submissions:case", args=[key])
    if not request.user.is_authenticated:
        kept = request.method != "POST" or _keep(request, key, name)
        if not kept and (texts := _texts(request.POST)):
            link = reverse("submissions:write", args=[key, SEND])
            return given_back.logged_out(request, link, address, texts)
        return redirect_to_login(address)
    if request.method != "POST":
        return redirect(address)
    submission = find(request.user, key)
    attempt = Attempt(name, request.POST)
    try:
        done = _OTHER.get(name, _transition)(request, submission, attempt)
    except Changed as error:
        if _did_it_already(submission, request.user, attempt):
            return redirect(address)
        attempt.error = str(error)
        return _show(request, find(request.user, key), attempt, 409)
    except Incomplete as error:
        attempt.error, attempt.problems = str(error), dict(error.problems)
        return _show(request, find(request.user, key), attempt, 422)
    except NotAllowed as error:
        attempt.error = str(error)
        return _show(request, find(request.user, key), attempt, 403)
    except Refused as error:
        attempt.error = str(error)
        return _show(request, find(request.user, key), attempt, 422)
    except NotPublishable as error:
        logger.info("Submission %s cannot be published: %s", key, error)
        attempt.error = " ".join(error.messages)
        return _show(request, find(request.user, key), attempt, 422)
    messages.success(request, str(done))
    return redirect(address)


def on_stale_form(request: HttpRequest, key: uuid.UUID, name: str) -> HttpResponse:
    """Answer a form whose token is old, as after a log-in in another window: nothing is done.

    What was typed stands in the form again, as after a log-in.
    """
    if not request.user.is_authenticated or (name not in BY_NAME and name not in _OTHER):
        return act(request, key, name)
    if not _keep(request, key, name):
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return given_back.closed(request, find(request.user, key), _texts(request.POST), status)
    return redirect("submissions:case", key)


def _keep(request: HttpRequest, key: uuid.UUID, name: str) -> bool:
    """Keep what was sent until it can be shown again; give False where it is too much."""
    return unsaved.keep(request.session, key, _waits_as(name), request.POST)


def _texts(data: QueryDict) -> list[tuple[str, str]]:
    """Give label and text of what was typed, to be copied."""
    labels = {"says": _("What you had written:"), "comment": _("Internal comment")}
    texts = ((label, str(data.get(name, ""))) for name, label in labels.items())
    return [(label, text) for label, text in texts if text.strip()]


act.on_stale_form = on_stale_form  # type: ignore[attr-defined] # read by portal.cms.errors


def _transition(request: HttpRequest, submission: Submission, attempt: Attempt) -> Any:
    """Let a transition happen. Gives what is said then; raises Refused."""
    decision = None
    if attempt.name == "publish":
        form = Case(submission, request.user, attempt).deciding
        decision = form.decision() if form is not None else None
        if form is not None and decision is None:
            raise Refused(_("It is not published yet: something is still to be decided."))
    with transaction.atomic():
        event = flow.perform(
            submission,
            attempt.name,
            request.user,
            says=attempt.says,
            seen=_number(attempt.data.get("seen")),
            draft=_number(attempt.data.get("draft")),
            decision=decision,
        )
        comment = str(attempt.data.get("comment", ""))
        if decision is not None and comment.strip():
            flow.note(submission, request.user, comment)
    return event.label


def _note(request: HttpRequest, submission: Submission, attempt: Attempt) -> Any:
    last = submission.events.last()
    same = last is not None and last.name == "note" and last.user_id == request.user.pk
    if not (same and last is not None and last.says == attempt.says.strip()):
        flow.note(submission, request.user, attempt.says)
    return _("The note is kept.")


def _assign(request: HttpRequest, submission: Submission, attempt: Attempt) -> Any:
    chosen = str(attempt.data.get("to", ""))
    to = None
    if chosen:
        people = get_user_model().objects.filter(is_active=True)
        to = people.filter(pk=_number(chosen) or 0).first()
        if to is None:
            raise Refused(_("This person cannot decide on it now."))
    if to != submission.assigned or not permissions.may_assign(request.user, submission):
        flow.assign(submission, request.user, to)
    return _("Assigned to %(name)s.") % {"name": to} if to else _("Assigned to nobody.")


def _move(request: HttpRequest, submission: Submission, attempt: Attempt) -> Any:
    code = str(attempt.data.get("section", "")).replace("\x00", "")
    section = Term.objects.filter(kind=Kind.SECTION, code=code, retired=False).first()
    if section is None:
        raise Refused(_("Choose a section."))
    if section.pk == submission.section_id and permissions.may_move(request.user, submission):
        return _("It is with this section already.")
    flow.move(submission, request.user, section, attempt.says)
    return _("It is with %(section)s now.") % {"section": section.name or section.code}


_OTHER: dict[str, Callable[[HttpRequest, Submission, Attempt], Any]] = {
    "note": _note,
    "assign": _assign,
    "move": _move,
}


def _did_it_already(submission: Submission, user: Any, attempt: Attempt) -> bool:
    """Tell whether the very same was sent before: a second press of the button is no mistake."""
    submission.refresh_from_db()
    last = submission.events.filter(name__in=BY_NAME).last()
    seen = _number(attempt.data.get("seen"))
    return (
        last is not None
        and (last.name, last.user_id) == (attempt.name, user.pk)
        and seen == submission.version - 1
    )


def _number(text: Any) -> int | None:
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _unsent(request: HttpRequest, submission: Submission) -> Attempt | None:
    """Give what was sent before the log-in; it is not done, but stands in its form again."""
    for name in (*BY_NAME, *_OTHER):
        data = unsaved.find(request.session, submission.key, _waits_as(name))
        if data is not None:
            unsaved.forget(request.session, submission.key, _waits_as(name))
            text = _("You had been logged out. What you wrote is still here; please send it again.")
            return Attempt(name, data, text)
    return None


def _waits_as(name: str) -> str:
    """Give under which name something that was sent waits for a log-in."""
    return f"do/{name}"
