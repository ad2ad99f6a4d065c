"""The states of a submission and the transitions between them, declared once.

What may happen, who may do it, what must be said and who is mailed is read from `TRANSITIONS`: by
the flow that performs them, by the pages that offer them, by the tests that try every role in every
state, and by the drawing in docs/submissions.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a submission stands."""

    UNCONFIRMED = "unconfirmed", _("Mail address not confirmed yet")
    INTEREST = "interest", _("Expression of interest with the section")
    INTEREST_QUESTION = "interest-question", _("Question about the expression of interest")
    DECLINED = "declined", _("Declined")
    DRAFT = "draft", _("Being written")
    SECTION_REVIEW = "section-review", _("In review by the section")
    SECTION_QUESTION = "section-question", _("Changes asked for by the section")
    SECRETARIAT_REVIEW = "secretariat-review", _("In review by the Secretariat")
    SECRETARIAT_QUESTION = "secretariat-question", _("Changes asked for by the Secretariat")
    PUBLISHED = "published", pgettext_lazy("submission", "Published")
    REVISION = "revision", _("A change is being written; the approved version stays public")
    REVIEW_DUE = "review-due", _("Published, review due")
    ARCHIVED = "archived", _("Archived")
    WITHDRAWN = "withdrawn", _("Withdrawn by the author")


class Actor(StrEnum):
    """As what somebody acts."""

    AUTHOR = "author"
    SECTION = "section"
    SECRETARIAT = "secretariat"
    CLOCK = "clock"


ACTOR_LABELS: Mapping[Actor, Any] = {
    Actor.AUTHOR: _("Author"),
    Actor.SECTION: _("Section staff"),
    Actor.SECRETARIAT: _("Secretariat"),
    Actor.CLOCK: _("Automatic"),
}


class Says(StrEnum):
    """Whether words to the other side go with a transition."""

    NOTHING = "nothing"
    MAYBE = "maybe"
    NEEDED = "needed"


@dataclass(frozen=True)
class Transition:
    """One thing that may happen to a submission.

    sources: the states in which it may happen; target: the state after it. by: who may do it.
    says: whether words to the other side go with it. public: True if only where a version is
    public, False if only where none is, None either way. mails: kinds of mail by who gets them.
    done: what the history says afterwards. strong: whether it is the main thing to do in its state.
    """

    name: str
    label: Any
    done: Any
    sources: frozenset[State]
    target: State
    by: frozenset[Actor]
    says: Says = Says.NOTHING
    public: bool | None = None
    mails: Mapping[Actor, tuple[str, ...]] = field(default_factory=dict)
    strong: bool = False


def _transition(
    name: str, label: Any, done: Any, sources: tuple[State, ...], target: State, **more: Any
) -> Transition:
    by = more.pop("by")
    return Transition(name, label, done, frozenset(sources), target, frozenset(by), **more)


_OPEN_QUESTIONS = (State.INTEREST_QUESTION, State.SECTION_QUESTION, State.SECRETARIAT_QUESTION)
_WITH_REVIEWERS = (State.INTEREST, State.SECTION_REVIEW, State.SECRETARIAT_REVIEW)

TRANSITIONS: tuple[Transition, ...] = (
    _transition(
        "confirm",
        _("Confirm and send to the section"),
        _("Sent the expression of interest"),
        (State.UNCONFIRMED,),
        State.INTEREST,
        by=(Actor.AUTHOR,),
        mails={Actor.SECTION: ("section-interest",)},
        strong=True,
    ),
    _transition(
        "ask",
        _("Ask the author a question"),
        _("Asked a question"),
        (State.INTEREST,),
        State.INTEREST_QUESTION,
        by=(Actor.SECTION,),
        says=Says.NEEDED,
        mails={Actor.AUTHOR: ("question",)},
    ),
    _transition(
        "answer",
        _("Answer"),
        _("Answered"),
        (State.INTEREST_QUESTION,),
        State.INTEREST,
        by=(Actor.AUTHOR,),
        says=Says.NEEDED,
        mails={Actor.SECTION: ("section-answer",)},
        strong=True,
    ),
    _transition(
        "invite",
        _("Endorse, and invite to fill the template"),
        _("Endorsed the expression of interest"),
        (State.INTEREST,),
        State.DRAFT,
        by=(Actor.SECTION,),
        says=Says.MAYBE,
        mails={Actor.AUTHOR: ("endorsed", "complete")},
        strong=True,
    ),
    _transition(
        "decline",
        _("Decline"),
        _("Declined"),
        (State.INTEREST, State.INTEREST_QUESTION, State.SECTION_REVIEW, State.SECTION_QUESTION),
        State.DECLINED,
        by=(Actor.SECTION,),
        says=Says.NEEDED,
        public=False,
        mails={Actor.AUTHOR: ("declined",)},
    ),
    _transition(
        "send",
        _("Send to the section"),
        _("Sent the template to the section"),
        (State.DRAFT, State.REVISION, State.SECTION_QUESTION),
        State.SECTION_REVIEW,
        by=(Actor.AUTHOR,),
        says=Says.MAYBE,
        mails={Actor.SECTION: ("section-review",)},
        strong=True,
    ),
    _transition(
        "ask_changes",
        _("Ask the author for changes"),
        _("Asked for changes"),
        (State.SECTION_REVIEW,),
        State.SECTION_QUESTION,
        by=(Actor.SECTION,),
        says=Says.NEEDED,
        mails={Actor.AUTHOR: ("question",)},
    ),
    _transition(
        "endorse",
        _("Endorse, and pass on to the Secretariat"),
        _("Endorsed by the section"),
        (State.SECTION_REVIEW,),
        State.SECRETARIAT_REVIEW,
        by=(Actor.SECTION,),
        says=Says.MAYBE,
        mails={Actor.AUTHOR: ("with-secretariat",), Actor.SECRETARIAT: ("secretariat-review",)},
        strong=True,
    ),
    _transition(
        "ask_again",
        _("Ask the author for changes"),
        _("Asked for changes"),
        (State.SECRETARIAT_REVIEW,),
        State.SECRETARIAT_QUESTION,
        by=(Actor.SECRETARIAT,),
        says=Says.NEEDED,
        mails={Actor.AUTHOR: ("question",)},
    ),
    _transition(
        "send_again",
        _("Send to the Secretariat"),
        _("Sent to the Secretariat"),
        (State.SECRETARIAT_QUESTION,),
        State.SECRETARIAT_REVIEW,
        by=(Actor.AUTHOR,),
        says=Says.MAYBE,
        mails={Actor.SECRETARIAT: ("secretariat-review",)},
        strong=True,
    ),
    _transition(
        "refuse",
        _("Decline"),
        _("Declined"),
        (State.SECRETARIAT_REVIEW, State.SECRETARIAT_QUESTION),
        State.DECLINED,
        by=(Actor.SECRETARIAT,),
        says=Says.NEEDED,
        public=False,
        mails={Actor.AUTHOR: ("declined",), Actor.SECTION: ("section-declined",)},
    ),
    _transition(
        "reopen",
        _("Reopen; the author goes on writing"),
        _("Reopened"),
        (State.DECLINED,),
        State.DRAFT,
        by=(Actor.SECTION, Actor.SECRETARIAT),
        says=Says.NEEDED,
        mails={
            Actor.AUTHOR: ("reopened",),
            Actor.SECTION: ("reviewers-reopened",),
            Actor.SECRETARIAT: ("reviewers-reopened",),
        },
    ),
    _transition(
        "decline_change",
        _("Decline the change; the public version stays"),
        _("Declined the change"),
        (State.SECTION_REVIEW, State.SECTION_QUESTION),
        State.PUBLISHED,
        by=(Actor.SECTION,),
        says=Says.NEEDED,
        public=True,
        mails={Actor.AUTHOR: ("change-declined",)},
    ),
    _transition(
        "refuse_change",
        _("Decline the change; the public version stays"),
        _("Declined the change"),
        (State.SECRETARIAT_REVIEW, State.SECRETARIAT_QUESTION),
        State.PUBLISHED,
        by=(Actor.SECRETARIAT,),
        says=Says.NEEDED,
        public=True,
        mails={Actor.AUTHOR: ("change-declined",)},
    ),
    _transition(
        "publish",
        pgettext_lazy("submission", "Publish"),
        pgettext_lazy("submission", "Published"),
        (State.SECRETARIAT_REVIEW,),
        State.PUBLISHED,
        by=(Actor.SECRETARIAT,),
        says=Says.MAYBE,
        mails={Actor.AUTHOR: ("published",), Actor.SECTION: ("section-published",)},
        strong=True,
    ),
    _transition(
        "revise",
        _("Correct or update it"),
        _("Began a change"),
        (State.PUBLISHED, State.REVIEW_DUE),
        State.REVISION,
        by=(Actor.AUTHOR,),
        strong=True,
    ),
    _transition(
        "keep",
        _("Drop the change; the public version stays"),
        _("Dropped the change"),
        (State.REVISION,),
        State.PUBLISHED,
        by=(Actor.AUTHOR,),
    ),
    _transition(
        "fall_due",
        _("Ask for a review"),
        _("The review is due"),
        (State.PUBLISHED,),
        State.REVIEW_DUE,
        by=(Actor.CLOCK,),
        mails={Actor.AUTHOR: ("review-due",), Actor.SECTION: ("section-review-due",)},
    ),
    _transition(
        "still_true",
        _("Confirm that it is still true"),
        _("Confirmed that it is still true"),
        (State.REVIEW_DUE,),
        State.PUBLISHED,
        by=(Actor.SECTION, Actor.SECRETARIAT),
        says=Says.MAYBE,
        strong=True,
    ),
    _transition(
        "archive",
        _("Archive"),
        _("Archived"),
        (State.PUBLISHED, State.REVIEW_DUE),
        State.ARCHIVED,
        by=(Actor.SECRETARIAT,),
        says=Says.NEEDED,
        mails={Actor.AUTHOR: ("archived",), Actor.SECTION: ("section-archived",)},
    ),
    _transition(
        "restore",
        _("Publish again"),
        _("Published again"),
        (State.ARCHIVED,),
        State.PUBLISHED,
        by=(Actor.SECRETARIAT,),
        says=Says.MAYBE,
        mails={Actor.AUTHOR: ("published",)},
        strong=True,
    ),
    _transition(
        "withdraw",
        _("Withdraw"),
        _("Withdrawn by the author"),
        (State.UNCONFIRMED, State.DRAFT, *_OPEN_QUESTIONS, *_WITH_REVIEWERS),
        State.WITHDRAWN,
        by=(Actor.AUTHOR,),
        says=Says.MAYBE,
        public=False,
    ),
)
BY_NAME: Mapping[str, Transition] = {transition.name: transition for transition in TRANSITIONS}

# Whose turn it is: who is reminded, and on whose desk it stands.
TURN: Mapping[State, Actor] = {
    State.UNCONFIRMED: Actor.AUTHOR,
    State.INTEREST: Actor.SECTION,
    State.INTEREST_QUESTION: Actor.AUTHOR,
    State.DRAFT: Actor.AUTHOR,
    State.SECTION_REVIEW: Actor.SECTION,
    State.SECTION_QUESTION: Actor.AUTHOR,
    State.SECRETARIAT_REVIEW: Actor.SECRETARIAT,
    State.SECRETARIAT_QUESTION: Actor.AUTHOR,
    State.REVISION: Actor.AUTHOR,
    State.REVIEW_DUE: Actor.SECTION,
}
# Days after which who has the turn is reminded; the draft's is long: a template takes time.
DAYS: Mapping[State, int] = {
    State.INTEREST: 14,
    State.INTEREST_QUESTION: 14,
    State.DRAFT: 60,
    State.SECTION_REVIEW: 21,
    State.SECTION_QUESTION: 21,
    State.SECRETARIAT_REVIEW: 21,
    State.SECRETARIAT_QUESTION: 21,
    State.REVISION: 60,
    State.REVIEW_DUE: 60,
}
# In which states the author writes the template.
WRITABLE = frozenset(
    {State.DRAFT, State.SECTION_QUESTION, State.SECRETARIAT_QUESTION, State.REVISION}
)
# In which states another section may take it over: nothing has been reviewed yet.
MOVABLE = frozenset({State.INTEREST, State.INTEREST_QUESTION, State.DRAFT})
# Where an approved version can be read by everybody.
PUBLIC = frozenset({State.PUBLISHED, State.REVISION, State.REVIEW_DUE})
# In which states nobody has agreed to the latest draft.
UNDECIDED = frozenset(
    {
        State.DRAFT,  # there is a page where it was reopened
        State.SECTION_REVIEW,
        State.SECTION_QUESTION,
        State.SECRETARIAT_REVIEW,
        State.SECRETARIAT_QUESTION,
        State.DECLINED,
        State.WITHDRAWN,
    }
)
ENDED = frozenset({State.DECLINED, State.WITHDRAWN, State.ARCHIVED})


def possible(state: str, *, public: bool) -> list[Transition]:
    """List what may happen in a state, whoever does it; `public`: whether a version is public."""
    return [
        transition
        for transition in TRANSITIONS
        if state in transition.sources and transition.public in (None, public)
    ]
