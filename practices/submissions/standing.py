"""Where a submission stands, in words and as a line of stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Event
from .states import BY_NAME, ENDED, State

STAGES: tuple[tuple[str, Any], ...] = (
    ("interest", _("Expression of interest")),
    ("template", pgettext_lazy("stage", "Template")),
    ("section", pgettext_lazy("stage", "Section")),
    ("secretariat", pgettext_lazy("stage", "Secretariat")),
    ("published", pgettext_lazy("submission", "Published")),
)
_STAGE: Mapping[str, str] = {
    State.UNCONFIRMED: "interest",
    State.INTEREST: "interest",
    State.INTEREST_QUESTION: "interest",
    State.DRAFT: "template",
    State.REVISION: "template",
    State.SECTION_REVIEW: "section",
    State.SECTION_QUESTION: "section",
    State.SECRETARIAT_REVIEW: "secretariat",
    State.SECRETARIAT_QUESTION: "secretariat",
    State.PUBLISHED: "published",
    State.REVIEW_DUE: "published",
    State.ARCHIVED: "published",
}

# What the author reads: what happens now, and what is for them to do.
FOR_AUTHORS: Mapping[str, Any] = {
    State.UNCONFIRMED: _(
        "Nobody has seen it yet. Confirm your mail address, and it goes to the section."
    ),
    State.INTEREST: _("The section reads it and answers you by mail. There is nothing to do now."),
    State.INTEREST_QUESTION: _("The section asks you something. It goes on once you answer."),
    State.DECLINED: _("It is not taken up. The reason is below."),
    State.DRAFT: _(
        "You can write now: fill the template, step by step, and send it to the section. "
        "What you write is kept."
    ),
    State.SECTION_REVIEW: _(
        "The section reads what you wrote and answers you by mail. There is nothing to do now."
    ),
    State.SECTION_QUESTION: _("The section asks for changes. Make them, and send it again."),
    State.SECRETARIAT_REVIEW: _(
        "The section endorsed it. The Secretariat reads it, confirms its goals and publishes it."
    ),
    State.SECRETARIAT_QUESTION: _(
        "The Secretariat asks for changes. Make them, and send it again."
    ),
    State.PUBLISHED: _(
        "Everybody can read it. If something changes, correct it here: the approved version stays "
        "public until the change is approved, too."
    ),
    State.REVISION: _(
        "You are changing it. The public reads the approved version until the change is approved."
    ),
    State.REVIEW_DUE: _(
        "Everybody can read it. It is time to look whether it is still true: correct it, or let "
        "the section confirm it."
    ),
    State.ARCHIVED: _("It is no longer public; its address says why."),
    State.WITHDRAWN: _("You took it back. Nobody works on it any more."),
}
# What reviewers read.
FOR_REVIEWERS: Mapping[str, Any] = {
    State.INTEREST: _("A member offers something. Is it for the portal?"),
    State.INTEREST_QUESTION: _("The author has been asked something and has not answered yet."),
    State.DECLINED: _("It was declined."),
    State.DRAFT: _("The author fills the template. There is nothing to review yet."),
    State.SECTION_REVIEW: _("The section decides whether the Secretariat gets it."),
    State.SECTION_QUESTION: _("The author has been asked for changes and is making them."),
    State.SECRETARIAT_REVIEW: _("The Secretariat confirms goals and level, and publishes."),
    State.SECRETARIAT_QUESTION: _("The author has been asked for changes and is making them."),
    State.PUBLISHED: _("Everybody can read it."),
    State.REVISION: _("Everybody can read the approved version. The author writes a change."),
    State.REVIEW_DUE: _("Everybody can read it. Is it still true?"),
    State.ARCHIVED: _("It is no longer public; its address says why."),
    State.WITHDRAWN: _("The author took it back."),
}


@dataclass(frozen=True)
class Stage:
    """A stage of the line: done, current, or to come; `stopped` where it ended there."""

    code: str
    label: Any
    done: bool
    current: bool
    stopped: bool


def stages(state: str, events: Iterable[Event]) -> list[Stage]:
    """Give the line of stages; what ended stands where it ended, as the events tell."""
    code = _STAGE.get(state)
    if code is None:
        before = [event.source for event in events if event.target == state != event.source]
        code = _STAGE.get(before[-1], "interest") if before else "interest"
    place = [known for known, _label in STAGES].index(code)
    stopped = state in ENDED
    finished = code == "published" and not stopped
    return [
        Stage(
            known,
            label,
            done=number < place or (finished and number == place),
            current=number == place,
            stopped=stopped and number == place,
        )
        for number, (known, label) in enumerate(STAGES)
    ]


def last_words(events: Iterable[Event], *, for_author: bool) -> Event | None:
    """Give what the other side said with the last transition, or None where it said nothing."""
    done = [event for event in events if event.name in BY_NAME]
    if not done or not done[-1].says:
        return None
    by_author = done[-1].actor == "author"
    return None if by_author == for_author else done[-1]
