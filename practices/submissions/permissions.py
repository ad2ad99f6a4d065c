"""Who is what for a submission, and what follows from it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts.roles import is_secretariat, sections_of

from .models import Submission
from .states import MOVABLE, Actor, State, Transition, possible

# The section in whose place the Secretariat itself acts.
OF_THE_SECRETARIAT = "world-secretariat"


def actors_of(user: Any, submission: Submission) -> frozenset[Actor]:
    """Give as what a person may act on a submission.

    An author is nothing else there: who wrote something never reviews it, whatever their role.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if is_author(user, submission):
        return frozenset({Actor.AUTHOR})
    found = set()
    if submission.section.code in sections_of(user):
        found.add(Actor.SECTION)
    if is_secretariat(user):
        found.add(Actor.SECRETARIAT)
        if submission.section.code == OF_THE_SECRETARIAT:
            found.add(Actor.SECTION)
    return frozenset(found)


def is_author(user: Any, submission: Submission) -> bool:
    """Tell whether a person is one of the authors."""
    authors = {one.pk for one in submission.authors.all()}
    return user.is_authenticated and user.pk in authors


def may_see(user: Any, submission: Submission) -> bool:
    """Tell whether a person may see a submission: its authors, its section, the Secretariat.

    What nobody has confirmed yet is only its author's.
    """
    actors = actors_of(user, submission)
    if submission.state == State.UNCONFIRMED:
        return Actor.AUTHOR in actors
    return bool(actors)


def may(user: Any, submission: Submission, transition: Transition) -> bool:
    """Tell whether a person may do something to a submission as it stands now."""
    return bool(transition.by & actors_of(user, submission)) and transition in possible(
        submission.state, public=submission.is_public
    )


def may_write(user: Any, submission: Submission) -> bool:
    """Tell whether a person may write the template now."""
    return submission.is_writable and is_author(user, submission)


def offered(user: Any, submission: Submission) -> list[Transition]:
    """List what a person may do to a submission now, the main thing first."""
    actors = actors_of(user, submission)
    found = [
        transition
        for transition in possible(submission.state, public=submission.is_public)
        if transition.by & actors
    ]
    return sorted(found, key=lambda transition: not transition.strong)


def visible_to(user: Any) -> QuerySet[Submission]:
    """Give the submissions that a person may see on the desks (not as their author)."""
    confirmed = Submission.objects.exclude(state=State.UNCONFIRMED)
    if not user.is_authenticated or not user.is_active:
        return confirmed.none()
    if is_secretariat(user):
        return confirmed
    return confirmed.filter(
        Q(section__code__in=sections_of(user)) & ~Q(pk__in=user.submissions.values("pk"))
    )


def is_reviewer(user: Any, submission: Submission) -> bool:
    """Tell whether a person reviews a submission: may read and leave internal notes."""
    return may_see(user, submission) and not is_author(user, submission)


def may_assign(user: Any, submission: Submission) -> bool:
    """Tell whether a person may say who decides next: those who have the turn, the Secretariat."""
    turn = submission.turn
    if turn not in (Actor.SECTION, Actor.SECRETARIAT):
        return False
    return bool(actors_of(user, submission) & {turn, Actor.SECRETARIAT})


def may_move(user: Any, submission: Submission) -> bool:
    """Tell whether a person may give a submission to another section, before it has a page."""
    return (
        Actor.SECRETARIAT in actors_of(user, submission)
        and submission.work_id is None
        and submission.state in MOVABLE
    )


def may_see_desk(user: Any, section: str) -> bool:
    """Tell whether a person may see a section's desk: its staff and the Secretariat."""
    if not user.is_authenticated or not user.is_active:
        return False
    return section in sections_of(user) or is_secretariat(user)


def may_see_all_desks(user: Any) -> bool:
    """Tell whether a person may see the Secretariat's desk."""
    return user.is_authenticated and is_secretariat(user)


def may_review(user: Any, page: Any, side: Actor) -> bool:
    """Tell whether a person reviews, on a side, the submission from which a page came."""
    submission = Submission.objects.filter(work__translation_key=page.translation_key).first()
    return submission is not None and side in actors_of(user, submission)
