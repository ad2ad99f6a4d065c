"""What a submission is judged by, declared once.

The public page of criteria and the help of the form show these sentences; neither has its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Criterion:
    """One thing that reviewers look at.

    code: what it is called in code. title, text: what people read. fields: the fields of the form
    in which an author shows that it is met, by name.
    """

    code: str
    title: Any
    text: Any
    fields: tuple[str, ...]


CRITERIA: Sequence[Criterion] = (
    Criterion(
        "done",
        pgettext_lazy("criterion", "Done, not only planned"),
        _(
            "It has been carried out, at least in part, in a real place and at a time that is "
            "named. For a hub: it has begun, or it has a date and a budget to begin with."
        ),
        ("status", "start", "end", "place", "actions", "method"),
    ),
    Criterion(
        "led",
        pgettext_lazy("criterion", "Led by local or regional government"),
        _(
            "A local or regional government, or an association of them, led it or had a decisive "
            "part in it. It says who else took part, and who did what."
        ),
        ("actors", "host", "participants"),
    ),
    Criterion(
        "people",
        pgettext_lazy("criterion", "Good for people, and for all of them"),
        _(
            "It made life better for residents. It says how women, and people who are often left "
            "out, took part and gained; where they did not, it says so."
        ),
        ("gender_inclusion", "objectives", "objective"),
    ),
    Criterion(
        "results",
        pgettext_lazy("criterion", "Results that others can follow"),
        _(
            "It says what changed, with figures where there are some, and how these were measured "
            "and by whom. An honest estimate is better than none."
        ),
        ("results", "figures", "outputs"),
    ),
    Criterion(
        "honest",
        pgettext_lazy("criterion", "Obstacles and lessons"),
        _(
            "It says what went wrong or was harder than thought, and what was learnt from it. This "
            "is mandatory for practices and case studies."
        ),
        ("obstacles", "lessons"),
    ),
    Criterion(
        "transfer",
        pgettext_lazy("criterion", "Of use elsewhere"),
        _(
            "It says what had to be in place for it to work, what it cost and who paid, so that "
            "another place can judge whether it could do the same."
        ),
        (
            "budget",
            "funding",
            "legal_framework",
            "enabling_conditions",
            "transfer_conditions",
            "replicated_in",
        ),
    ),
    Criterion(
        "goals",
        pgettext_lazy("criterion", "A contribution to the global goals"),
        _(
            "It serves at least one of the Sustainable Development Goals, and names those that it "
            "truly serves: four at most."
        ),
        ("sdgs",),
    ),
    Criterion(
        "checkable",
        pgettext_lazy("criterion", "Open to questions"),
        _(
            "There is a contact who knows it and answers questions, and there are sources for "
            "facts and figures."
        ),
        ("contact_name", "contact_email", "documents", "links"),
    ),
    Criterion(
        "rights",
        pgettext_lazy("criterion", "Yours to share"),
        _(
            "You hold the rights to text and pictures, or may use them. People who are named or "
            "can be recognised have agreed."
        ),
        ("licence", "consent_publish", "pictures", "contributors"),
    ),
)


def criteria_of(field: str) -> tuple[Criterion, ...]:
    """Give the criteria that a field of the form answers to, mostly one or none."""
    return tuple(criterion for criterion in CRITERIA if field in criterion.fields)
