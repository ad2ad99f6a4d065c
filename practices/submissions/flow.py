"""Everything that happens to a submission passes here: checked, recorded, mailed, in one piece."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from portal.accounts.roles import is_secretariat
from portal.cms.models import Work
from portal.taxonomy.models import Term

from . import files, mails, publication, review
from .content import build_page, problems, section_page, values_of
from .errors import Changed, Incomplete, NotAllowed, Refused
from .models import Event, Submission
from .permissions import actors_of, is_reviewer, may_assign, may_move
from .publication import Decision
from .recipients import Recipient, authors
from .states import BY_NAME, DAYS, WRITABLE, Actor, Says, State, Transition, possible

logger = logging.getLogger(__name__)

# How many characters people may write to each other at once: they are mailed, and read in a list.
MOST_SAID = 5_000


@transaction.atomic
def perform(
    submission: Submission,
    name: str,
    user: Any,
    *,
    says: str = "",
    seen: int | None = None,
    draft: int | None = None,
    decision: Decision | None = None,
) -> Event:
    """Let something happen to a submission.

    name: of a transition. user: who does it, None for the clock. says: words to the other side.
    seen, draft: the version of the submission and the revision of its page that the person saw.
    decision: what `publish` needs. Gives what is recorded, and brings `submission` up to date.
    Raises NotAllowed, Changed, Incomplete, or Refused for anything else that is wrong; then nothing
    has happened.
    """
    transition = BY_NAME[name]
    fresh = _locked(submission)
    if seen is not None and seen != fresh.version:
        raise Changed(_("Somebody else did something meanwhile; please look at it again."))
    if draft is not None and _draft(fresh) != draft:
        raise Changed(_("The text was changed meanwhile; please look at it again."))
    public = fresh.is_public
    actor = _actor(fresh, transition, user)
    if transition not in possible(fresh.state, public=public):
        raise Refused(_("This cannot be done now: the submission stands elsewhere."))
    says = _said(says)
    if transition.says is Says.NEEDED and not says:
        raise Refused(_("Say in a few words what is to be known."))
    if (act := _ACTS.get(name)) is not None:
        act(fresh, user, says, decision)
    event = _record(fresh, name, user, actor, says=says, target=transition.target)
    _enter(fresh, transition.target)
    for side, kinds in transition.mails.items():
        for kind in kinds:
            mails.mail(fresh, kind, side, says=says, actor=_name(user))
    submission.refresh_from_db()
    return event


def _locked(submission: Submission) -> Submission:
    """Give a submission as it is stored; nobody else changes it before the transaction ends."""
    locked = Submission.objects.select_for_update().prefetch_related("authors")
    return locked.get(pk=submission.pk)


def _draft(submission: Submission) -> int:
    """Give the key of the page's latest revision, or 0 where there is no page."""
    page = submission.page
    return (page.latest_revision_id or 0) if page is not None else 0


def _actor(submission: Submission, transition: Transition, user: Any) -> Actor:
    """Give as what somebody acts. Raises NotAllowed."""
    actors = frozenset({Actor.CLOCK}) if user is None else actors_of(user, submission)
    fitting = transition.by & actors
    if not fitting:
        logger.warning(
            "Refused: user %s may not %s submission %s",
            getattr(user, "pk", None),
            transition.name,
            submission.key,
        )
        if Actor.AUTHOR in actors:
            raise NotAllowed(_("Who wrote a submission does not decide on it."))
        raise NotAllowed(_("You may not do this."))
    return min(fitting)


def _record(
    submission: Submission,
    name: str,
    user: Any,
    actor: Actor,
    *,
    says: str = "",
    target: str = "",
    internal: bool = False,
) -> Event:
    return Event.objects.create(
        submission=submission,
        name=name,
        user=user,
        actor=actor,
        source=submission.state,
        target=target or submission.state,
        says=says,
        internal=internal,
    )


def _enter(submission: Submission, state: State) -> None:
    """Put a submission into a state: from now on, due after the days that the state has.

    Where the author writes, it is the page's latest draft, but for what was never sent.
    """
    unsent = submission.state == State.DECLINED and _was_writing(submission)
    submission.state = state
    submission.state_since = timezone.now()
    submission.version += 1
    days = DAYS.get(state)
    today = timezone.localdate()
    submission.due = today + datetime.timedelta(days=days) if days else None
    submission.reminded_on = None
    submission.assigned = None if state not in _KEEPS_ASSIGNED else submission.assigned
    if state in WRITABLE and submission.work is not None and not unsent:
        page = submission.page
        if page is not None:
            submission.values = values_of(page.get_latest_revision_as_object(), submission)
            submission.edited = {}
    submission.save()


def _was_writing(submission: Submission) -> bool:
    """Tell whether the author was writing when the submission was declined."""
    declined = submission.events.filter(target=State.DECLINED).order_by("-pk").first()
    return declined is not None and declined.source in WRITABLE


_KEEPS_ASSIGNED = frozenset(
    {State.INTEREST, State.INTEREST_QUESTION, State.SECTION_REVIEW, State.SECTION_QUESTION,
     State.SECRETARIAT_REVIEW, State.SECRETARIAT_QUESTION}
)  # fmt: skip


def _said(text: str) -> str:
    """Give words as they are kept. Raises Refused where they are too many."""
    text = text.replace("\x00", "").strip()  # PostgreSQL keeps no NUL
    if len(text) > MOST_SAID:
        raise Refused(
            _("%(count)d characters; at most %(limit)d are allowed.")
            % {"count": len(text), "limit": MOST_SAID}
        )
    return text


def _name(user: Any) -> str:
    return user.get_full_name() if user is not None else ""


# What a transition does besides changing the state. Each takes submission, user, words, decision.


def _confirm(submission: Submission, user: Any, says: str, decision: Any) -> None:
    submission.consent_given = timezone.now()


def _invite(submission: Submission, user: Any, says: str, decision: Any) -> None:
    """Begin the template with what the expression of interest said."""
    said = submission.interest
    submission.values = {
        "title": said.get("title", ""),
        "summary": said.get("summary", ""),
        "place": said.get("place", ""),
        "country": said.get("country", ""),
        "host": said.get("organisation", ""),
        "contact_name": said.get("name", ""),
        "contact_organisation": said.get("organisation", ""),
        "contact_email": said.get("email", ""),
        "licence": "cc-by",
    }


def _send(submission: Submission, user: Any, says: str, decision: Any) -> None:
    """Make a draft of the page of what was written, and start or go on with its review."""
    with override(submission.language):
        page = _save(submission, user)
    asked = {
        State.SECTION_QUESTION: Actor.SECTION,
        State.SECRETARIAT_QUESTION: Actor.SECRETARIAT,
    }.get(State(submission.state))
    if asked is not None:
        review.resume(page, asked, user)
    else:
        review.start(page, user)


def _save(submission: Submission, user: Any) -> Any:
    """Save the values as the page's latest draft. Raises Incomplete."""
    wrong = problems(submission)
    if wrong:
        raise Incomplete(_("Some things must still be done before it can be sent."), wrong)
    page = build_page(submission)
    if page.pk is None:
        section_page(submission).add_child(instance=page)
        submission.work = page.work
    revision = page.save_revision(user=user, log_action=True)
    submission.title = page.title
    submission.country_id = page.country_id
    return Page.objects.get(pk=revision.object_id).specific


def _ask(submission: Submission, user: Any, says: str, decision: Any) -> None:
    side = Actor.SECTION if submission.state == State.SECTION_REVIEW else Actor.SECRETARIAT
    review.ask(_page(submission), side, user, says)


def _endorse(submission: Submission, user: Any, says: str, decision: Any) -> None:
    review.approve(_page(submission), Actor.SECTION, user, says)


def _reopen(submission: Submission, user: Any, says: str, decision: Any) -> None:
    """Let the author go on; what was declined before there was a template begins one."""
    if not authors(submission):
        raise Refused(_("Nobody is left who could go on writing: the author’s account is gone."))
    if not submission.values:
        _invite(submission, user, says, decision)


def _end_review(submission: Submission, user: Any, says: str, decision: Any) -> None:
    """End the review; a draft that nobody wants any more stays out of the way of the public."""
    page = submission.page
    if page is None:
        return
    review.cancel(page, user)
    if page.live and page.live_revision is not None:
        # The draft goes back to what is public, so that the declined change is not published later.
        page.live_revision.as_object().save_revision(user=user)


def _publish(submission: Submission, user: Any, says: str, decision: Decision | None) -> None:
    """Confirm goals and level, and let the end of the workflow publish."""
    if decision is None:
        raise Refused(_("Confirm goals and level before publishing."))
    publication.check(decision)
    page = _page(submission)
    draft = page.get_latest_revision_as_object()
    added, taken = publication.set_goals(draft, decision.goals)
    if added or taken:
        draft.save_revision(user=user)
        changes = [f"+ {code}" for code in added] + [f"− {code}" for code in taken]
        _record(submission, "goals", user, Actor.SECRETARIAT, says=", ".join(changes))
    publication.note_check(draft.work, decision, _name(user) or _("UCLG World Secretariat"))
    with publication.at_the_desk():
        review.approve(page, Actor.SECRETARIAT, user, says)
    files.note_credits(submission, public=True)
    languages = decision.languages
    if languages:
        publication.ask_for_translations(_page(submission), languages, user)


def _drop(submission: Submission, user: Any, says: str, decision: Any) -> None:
    submission.values, submission.edited = {}, {}


def _archive(submission: Submission, user: Any, says: str, decision: Any) -> None:
    """Take the work down: its address says why."""
    work = _work(submission, _("There is nothing to archive."))
    work.taken_down_on, work.taken_down_reason = timezone.localdate(), says[:500]
    work.save(update_fields=["taken_down_on", "taken_down_reason"])


def _restore(submission: Submission, user: Any, says: str, decision: Any) -> None:
    work = _work(submission, _("There is nothing to publish again."))
    work.taken_down_on, work.taken_down_reason = None, ""
    work.review_due = publication.default_review()
    work.save(update_fields=["taken_down_on", "taken_down_reason", "review_due"])


def _still_true(submission: Submission, user: Any, says: str, decision: Any) -> None:
    work = _work(submission, _("There is nothing to confirm."))
    work.verified_by = _name(user) or work.verified_by
    work.verified_on, work.review_due = timezone.localdate(), publication.default_review()
    work.save(update_fields=["verified_by", "verified_on", "review_due"])


def _work(submission: Submission, otherwise: str) -> Work:
    """Give the work of a submission. Raises Refused, saying `otherwise`, where there is none."""
    if submission.work is None:
        raise Refused(otherwise)
    return submission.work


def _page(submission: Submission) -> Any:
    page = submission.page
    if page is None:
        raise Refused(_("There is no page of this submission."))
    return page


_ACTS: dict[str, Callable[[Submission, Any, str, Any], None]] = {
    "confirm": _confirm,
    "invite": _invite,
    "send": _send,
    "send_again": _send,
    "ask_changes": _ask,
    "ask_again": _ask,
    "endorse": _endorse,
    "decline": _end_review,
    "refuse": _end_review,
    "reopen": _reopen,
    "decline_change": _end_review,
    "refuse_change": _end_review,
    "withdraw": _end_review,
    "publish": _publish,
    "keep": _drop,
    "archive": _archive,
    "restore": _restore,
    "still_true": _still_true,
}


# What happens to a submission without changing its state.


def note(submission: Submission, user: Any, text: str) -> Event:
    """Leave an internal note. Raises NotAllowed for readers, Refused for none or too many words."""
    actor = _reviewer(submission, user)
    if not (text := _said(text)):
        raise Refused(_("The note is empty."))
    return _record(submission, "note", user, actor, says=text, internal=True)


@transaction.atomic
def assign(submission: Submission, user: Any, to: Any) -> Event:
    """Give a submission to one of those who have the turn; `to` None takes it away.

    Raises NotAllowed, or Refused where that person cannot decide on it now.
    """
    fresh = _locked(submission)
    actor = _reviewer(fresh, user)
    if not may_assign(user, fresh):
        raise NotAllowed(_("You may not do this."))
    if to is not None and fresh.turn not in actors_of(to, fresh):
        raise Refused(_("This person cannot decide on it now."))
    fresh.assigned = to
    fresh.save(update_fields=["assigned", "changed"])
    event = _record(fresh, "assign", user, actor, says=str(to) if to else "–", internal=True)
    if to is not None and to != user:
        mails.mail(fresh, "assigned", fresh.turn or actor, actor=_name(user))
    submission.refresh_from_db()
    return event


@transaction.atomic
def move(submission: Submission, user: Any, section: Term, reason: str) -> Event:
    """Give a submission to another section; the Secretariat may, before there is a page.

    Raises NotAllowed or Refused.
    """
    # Whole and locked: its author may be writing this very moment.
    fresh = _locked(submission)
    if not is_secretariat(user) or Actor.AUTHOR in actors_of(user, fresh):
        raise NotAllowed(_("You may not do this."))
    if not may_move(user, fresh):
        raise Refused(_("Only what has not been sent in full can be moved to another section."))
    if not reason.strip():
        raise Refused(_("Say in a few words what is to be known."))
    before = fresh.section
    fresh.section, fresh.assigned = section, None
    fresh.version += 1
    fresh.save(update_fields=["section", "assigned", "version", "changed"])
    event = _record(
        fresh,
        "move",
        user,
        Actor.SECRETARIAT,
        says=f"{before.code} → {section.code}: {reason.strip()}",
        internal=True,
    )
    if fresh.state == State.INTEREST:
        mails.mail(fresh, "section-interest", Actor.SECTION, actor=_name(user))
    submission.refresh_from_db()
    return event


@transaction.atomic
def add_author(submission: Submission, user: Any, email: str) -> Event:
    """Invite a co-author, who gets a link by mail. Raises NotAllowed."""
    if Actor.AUTHOR not in actors_of(user, submission):
        raise NotAllowed(_("You may not do this."))
    recipient = Recipient(email.lower(), "", submission.language, is_author=True)
    mails.mail_to(submission, "coauthor", recipient, actor=_name(user))
    return _record(submission, "coauthor", user, Actor.AUTHOR, says=email.lower())


def note_reading(submission: Submission, user: Any, says: str) -> Event:
    """Record that an author took answers from a Word file; says: which. Raises NotAllowed."""
    if Actor.AUTHOR not in actors_of(user, submission):
        raise NotAllowed(_("You may not do this."))
    return _record(submission, "read", user, Actor.AUTHOR, says=says)


def _reviewer(submission: Submission, user: Any) -> Actor:
    if not is_reviewer(user, submission):
        raise NotAllowed(_("You may not do this."))
    return min(actors_of(user, submission))
