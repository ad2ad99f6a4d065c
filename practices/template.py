"""The practice template, declared once.

Everything that shows or asks for a part of a practice reads this list: the models' fields, the
admin's panels, the public page, what publication needs; and later the submission form, the Word
template, the import, the PDF and the comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from portal.cms.blocks import PROSE, RESULTS
from portal.cms.text import count_words, stream_text

if TYPE_CHECKING:
    from .models import PracticePage


class Step(IntEnum):
    """The steps in which the template is filled."""

    BACKGROUND = 1
    DOING = 2
    OUTCOME = 3
    TRANSFER = 4


STEP_LABELS: Mapping[Step, Any] = {
    Step.BACKGROUND: _("Background"),
    Step.DOING: _("What was done"),
    Step.OUTCOME: _("What came of it"),
    Step.TRANSFER: _("If you want to do this"),
}


@dataclass(frozen=True)
class Part:
    """One part of the template.

    name: of the model's field. words: how many it may hold. needed: whether publication at the
    level "submitted" and above needs it. blocks: what it may consist of.
    """

    name: str
    label: Any
    help: Any
    words: int
    step: Step
    needed: bool = False
    blocks: tuple[Any, ...] = PROSE


TEMPLATE: tuple[Part, ...] = (
    Part(
        "context",
        _("Context and challenge"),
        _("What the place is like, and which problem it faced."),
        400,
        Step.BACKGROUND,
        needed=True,
    ),
    Part(
        "objectives",
        _("Objectives"),
        _("What should be different at the end, for whom, by when."),
        250,
        Step.BACKGROUND,
        needed=True,
    ),
    Part(
        "actions",
        _("Actions"),
        _("What was done, step by step."),
        600,
        Step.DOING,
        needed=True,
    ),
    Part(
        "actors",
        _("Actors and partners"),
        _("Who did what: departments, other levels of government, residents, firms."),
        300,
        Step.DOING,
        needed=True,
    ),
    Part(
        "budget",
        _("Budget and funding"),
        _("What it cost, and who paid, with currency and year."),
        200,
        Step.DOING,
    ),
    Part(
        "legal_framework",
        _("Legal framework"),
        _("Which laws, plans or council decisions it rests on."),
        200,
        Step.DOING,
    ),
    Part(
        "results",
        _("Results"),
        _("What changed, with figures where there are some, and how it was measured."),
        400,
        Step.OUTCOME,
        needed=True,
        blocks=RESULTS,
    ),
    Part(
        "obstacles",
        _("Obstacles"),
        _("What went wrong or was harder than thought. Practices without any are not believed."),
        300,
        Step.OUTCOME,
        needed=True,
    ),
    Part(
        "gender_inclusion",
        _("Gender and inclusion"),
        _("How women, and people who are often left out, took part and gained."),
        250,
        Step.OUTCOME,
    ),
    Part(
        "enabling_conditions",
        _("Enabling conditions"),
        _("What had to be in place for it to work."),
        250,
        Step.TRANSFER,
    ),
    Part(
        "lessons",
        _("Lessons learned"),
        _("What you would do again, and what you would not."),
        300,
        Step.TRANSFER,
        needed=True,
    ),
    Part(
        "transfer_conditions",
        _("Conditions for transfer"),
        _("What another place should look at before it tries the same."),
        300,
        Step.TRANSFER,
    ),
    Part(
        "replicated_in",
        _("Replicated in"),
        _("Where else it has been done since, and how it was changed."),
        200,
        Step.TRANSFER,
    ),
)
BY_NAME: Mapping[str, Part] = {part.name: part for part in TEMPLATE}


def part_field(name: str) -> StreamField:
    """Make the model field of one part of the template."""
    part = BY_NAME[name]
    return StreamField(part.blocks, verbose_name=part.label, help_text=part.help, blank=True)


def missing(page: PracticePage) -> dict[str, str]:
    """Give what publication of a practice needs, by its verification level.

    An imported practice needs only its title, summary and source, so that a comma in it can be
    corrected; every other needs its place, goals and the template's needed parts, and no part may
    be longer than the template allows.
    """
    found: dict[str, str] = {}
    if not page.summary.strip():
        found["summary"] = gettext("A summary is needed.")
    level = page.verification_entry
    if level is not None and level.code == "imported":
        if not page.work.source_name:
            found["title"] = gettext("An imported practice needs its source.")
        return found
    for part in TEMPLATE:
        value = getattr(page, part.name)
        if part.needed and not value:
            found[part.name] = gettext("“%(part)s” is needed.") % {"part": part.label}
        elif value and (count := count_words(stream_text(value))) > part.words:
            found[part.name] = gettext(
                "“%(part)s” has %(count)d words; at most %(limit)d are allowed."
            ) % {"part": part.label, "count": count, "limit": part.words}
    if page.country_entry is None:
        found["country"] = gettext("A country is needed.")
    if not page.terms_of("sdg"):
        found["sdgs"] = gettext("At least one Sustainable Development Goal is needed.")
    return found
