"""How far a template is filled, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .checking import problems_of
from .drafts import stored
from .fields import FormStep, steps_of
from .models import Submission

SEND = "send"


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    MISSING = "missing"
    EMPTY = "empty"
    OPTIONAL = "optional"


LABELS: dict[StepState, Any] = {
    StepState.DONE: _("done"),
    StepState.MISSING: _("something is missing"),
    StepState.EMPTY: _("not begun"),
    StepState.OPTIONAL: _("empty, and may stay so"),
}


@dataclass(frozen=True)
class ShownStep:
    """A step as the progress bar shows it; the last one, to check and send, has no state."""

    code: str
    label: Any
    url: str
    current: bool
    state: StepState | None = None

    @property
    def state_label(self) -> Any:
        """Give the state in words."""
        return LABELS[self.state] if self.state else ""


def state_of(submission: Submission, step: FormStep) -> StepState:
    """Tell how far a step is: what it needs is there, and nothing in it is wrong."""
    values = {field.name: stored(submission, field) for field in step.fields}
    needed = [field for field in step.fields if field.needed]
    if not any(values.values()):
        return StepState.EMPTY if needed else StepState.OPTIONAL
    lacks = any(not values[field.name] for field in needed)
    wrong = any(problems_of(field, values[field.name]) for field in step.fields)
    return StepState.MISSING if lacks or wrong else StepState.DONE


def progress(submission: Submission, current: str) -> list[ShownStep]:
    """List the steps of a submission's template, and the last one: to check and send."""

    def url(code: str) -> str:
        return reverse("submissions:write", args=[submission.key, code])

    shown = [
        ShownStep(
            step.code, step.label, url(step.code), step.code == current, state_of(submission, step)
        )
        for step in steps_of(submission.kind)
    ]
    return [*shown, ShownStep(SEND, _("Check and send"), url(SEND), current == SEND)]
