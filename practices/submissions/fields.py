"""What a submission asks for, declared once.

The form's steps, the Word template and its reader, the checks before sending and the page that
comes of it all read these lists. The parts of a practice come from `practices.template`.
"""

# ruff: noqa: RUF001 - minutes and seconds of an angle have signs of their own

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hubs.models import HubPage, HubStatus, Participant
from portal.cms.models.licence import Licence
from portal.cms.models.workpage import SUMMARY_WORDS
from portal.taxonomy.models import Kind
from practices.models import CaseStudyPage, GoodPracticePage, PracticeStatus
from practices.template import STEP_LABELS, TEMPLATE
from search.facets import WorkType

# What may be submitted, and the page that comes of it.
PAGES: Mapping[str, type[Any]] = {
    WorkType.HUB: HubPage,
    WorkType.GOOD_PRACTICE: GoodPracticePage,
    WorkType.CASE_STUDY: CaseStudyPage,
}
KINDS: tuple[tuple[str, Any], ...] = tuple((kind, WorkType(kind).label) for kind in PAGES)
# The author may choose; "as the source allows" is for what others have published.
LICENCES = (Licence.CC_BY, Licence.CC_BY_SA, Licence.CC_BY_NC)


class FieldKind(StrEnum):
    """How a field is asked for, and what its value is.

    LINE, TEXT, PROSE, CHOICE, TERM, DATE, NUMBER, DEGREES: a text, as typed. TERMS: a list of
    codes. CHECK: "yes" or "". ROWS, PICTURES, DOCUMENTS: a list of mappings, one a row.
    """

    LINE = "line"
    TEXT = "text"
    PROSE = "prose"
    CHOICE = "choice"
    TERM = "term"
    TERMS = "terms"
    DATE = "date"
    NUMBER = "number"
    DEGREES = "degrees"
    CHECK = "check"
    ROWS = "rows"
    PICTURES = "pictures"
    DOCUMENTS = "documents"


@dataclass(frozen=True)
class FormField:
    """One thing that is asked for.

    name: that of the page's field where there is one. words, characters: how long a text may be.
    terms: the kind of terms of TERM and TERMS. choices: those of CHOICE. at_most: how many values
    or rows. columns: those of ROWS. needed: whether sending needs it.
    """

    name: str
    label: Any
    kind: FieldKind
    help: Any = ""
    needed: bool = False
    words: int | None = None
    characters: int | None = None
    terms: str = ""
    choices: tuple[tuple[str, Any], ...] = ()
    at_most: int | None = None
    columns: tuple[FormField, ...] = ()

    @property
    def is_list(self) -> bool:
        """Tell whether the value is a list."""
        return self.kind in _LISTS

    @property
    def empty(self) -> Any:
        """Give the value of a field that nobody has filled."""
        return [] if self.is_list else ""


_LISTS = frozenset({FieldKind.TERMS, FieldKind.ROWS, FieldKind.PICTURES, FieldKind.DOCUMENTS})


@dataclass(frozen=True)
class FormStep:
    """A step of the form: its code in the address, its heading, its fields."""

    code: str
    label: Any
    fields: tuple[FormField, ...]
    help: Any = ""


# What the expression of interest asks for, and the template again.
_TITLE = FormField(
    "title",
    _("Title"),
    FieldKind.LINE,
    _("A short one that says what was done."),
    characters=200,
    needed=True,
)
_CITY = FormField(
    "place", _("City, region or territory"), FieldKind.LINE, characters=150, needed=True
)
_COUNTRY = FormField("country", _("Country"), FieldKind.TERM, terms=Kind.COUNTRY, needed=True)

# The expression of interest: what a section needs in order to say yes or no. At most ten.
INTEREST: tuple[FormField, ...] = (
    FormField(
        "kind", _("What do you want to submit?"), FieldKind.CHOICE, choices=KINDS, needed=True
    ),
    _TITLE,
    FormField(
        "summary",
        _("What is it about?"),
        FieldKind.TEXT,
        _("The problem, what was done, what came of it. Text only, without links."),
        words=SUMMARY_WORDS,
        characters=3000,
        needed=True,
    ),
    _CITY,
    _COUNTRY,
    FormField(
        "section",
        _("UCLG section that reviews it"),
        FieldKind.TERM,
        _("The section of which your government is a member."),
        terms=Kind.SECTION,
        needed=True,
    ),
    FormField("name", _("Your name"), FieldKind.LINE, characters=150, needed=True),
    FormField(
        "organisation",
        _("Your government or organisation"),
        FieldKind.LINE,
        characters=200,
        needed=True,
    ),
    FormField(
        "email",
        _("Your mail address"),
        FieldKind.LINE,
        _("Only the section and the Secretariat see it. It is never published."),
        characters=254,
        needed=True,
    ),
    FormField(
        "consent",
        _(
            "I have read the privacy notice, and agree that UCLG writes to me about "
            "this submission."
        ),
        FieldKind.CHECK,
        needed=True,
    ),
)

_SUMMARY = FormField(
    "summary",
    _("Summary"),
    FieldKind.TEXT,
    _("What a reader must know, in 150 words at most."),
    words=SUMMARY_WORDS,
    needed=True,
)
_PERIOD = (
    FormField(
        "start",
        pgettext_lazy("period", "From"),
        FieldKind.DATE,
        _("A year, year-month or year-month-day."),
        needed=True,
    ),
    FormField("end", pgettext_lazy("period", "To"), FieldKind.DATE, _("Empty while it goes on.")),
)
_PLACE = FormStep(
    "place",
    _("Place"),
    (
        _CITY,
        _COUNTRY,
        FormField(
            "latitude",
            _("Latitude"),
            FieldKind.DEGREES,
            _("In degrees, north positive: 36.7988 or 36°47′56″N"),
        ),
        FormField(
            "longitude",
            _("Longitude"),
            FieldKind.DEGREES,
            _("In degrees, east positive: 10.1658 or 10°9′57″E"),
        ),
        FormField("territory", _("Type of territory"), FieldKind.TERM, terms=Kind.TERRITORY),
        FormField("population", _("Inhabitants"), FieldKind.NUMBER),
    ),
)
_SDGS = FormField(
    "sdgs",
    _("Sustainable Development Goals"),
    FieldKind.TERMS,
    _("Those it truly serves, four at most."),
    terms=Kind.SDG,
    at_most=4,
    needed=True,
)
_THEMES = FormField(
    "themes", _("Themes"), FieldKind.TERMS, _("One to four."), terms=Kind.THEME, at_most=4
)
_AGENDAS = FormField("agendas", _("Global agendas"), FieldKind.TERMS, terms=Kind.AGENDA)
_PATHWAYS = FormField("pathways", _("GOLD VI pathways"), FieldKind.TERMS, terms=Kind.PATHWAY)
_COMPONENTS = FormField("components", _("Hub components"), FieldKind.TERMS, terms=Kind.COMPONENT)
_MEDIA = FormStep(
    "media",
    _("Pictures, documents, links"),
    (
        FormField(
            "pictures",
            _("Pictures"),
            FieldKind.PICTURES,
            _("The first one is the cover. JPEG, PNG or WebP, 10 MB at most each."),
            at_most=6,
        ),
        FormField(
            "documents",
            _("Documents"),
            FieldKind.DOCUMENTS,
            _("PDF, Word, Excel, PowerPoint or OpenDocument, 10 MB at most each."),
            at_most=6,
        ),
        FormField(
            "links",
            _("Links"),
            FieldKind.ROWS,
            at_most=10,
            columns=(
                FormField("title", _("Title"), FieldKind.LINE, characters=200, needed=True),
                FormField("url", _("Address"), FieldKind.LINE, characters=500, needed=True),
            ),
        ),
    ),
)
_PEOPLE = FormStep(
    "people",
    _("People and rights"),
    (
        FormField(
            "contributors",
            _("Who contributed"),
            FieldKind.ROWS,
            _("Named on the page, in this order."),
            at_most=12,
            columns=(
                FormField("name", _("Name"), FieldKind.LINE, characters=200, needed=True),
                FormField("organisation", _("Organisation"), FieldKind.LINE, characters=200),
                FormField("role", _("Role"), FieldKind.LINE, characters=100),
            ),
        ),
        FormField(
            "contact_name", _("Contact for readers"), FieldKind.LINE, characters=150, needed=True
        ),
        FormField(
            "contact_organisation", _("Organisation of the contact"), FieldKind.LINE, characters=200
        ),
        FormField(
            "contact_email",
            _("Mail address of the contact"),
            FieldKind.LINE,
            _("Never shown; readers write through a form."),
            characters=254,
            needed=True,
        ),
        FormField(
            "contact_consent",
            _("The contact agrees that readers write through the portal."),
            FieldKind.CHECK,
        ),
        FormField(
            "licence",
            _("Licence of the text"),
            FieldKind.CHOICE,
            _("Under which terms others may use it again."),
            choices=tuple((one.value, one.label) for one in LICENCES),
            needed=True,
        ),
        FormField(
            "consent_publish",
            _(
                "We hold the rights to text and pictures, the people shown "
                "agree, and UCLG may publish and translate it under this "
                "licence."
            ),
            FieldKind.CHECK,
            needed=True,
        ),
    ),
)
_FIGURES = FormField(
    "figures",
    _("Results as figures"),
    FieldKind.ROWS,
    _("What can be counted: “38 km of new bus lanes”."),
    at_most=8,
    columns=(
        FormField("value", _("Figure with its unit"), FieldKind.LINE, characters=40, needed=True),
        FormField("label", _("What it counts"), FieldKind.LINE, characters=200, needed=True),
    ),
)
_PARTICIPANTS = FormField(
    "participants",
    _("Members who host it or take part"),
    FieldKind.ROWS,
    at_most=30,
    columns=(
        FormField("name", _("Name"), FieldKind.LINE, characters=200, needed=True),
        FormField("country", _("Country"), FieldKind.TERM, terms=Kind.COUNTRY),
        FormField("role", _("Role"), FieldKind.CHOICE, choices=tuple(Participant.Role.choices)),
    ),
)


def _practice_steps(*, case_study: bool) -> tuple[FormStep, ...]:
    status = FormField(
        "status", _("Status"), FieldKind.CHOICE, choices=tuple(PracticeStatus.choices), needed=True
    )
    story = []
    for step, label in STEP_LABELS.items():
        fields: list[FormField] = []
        for part in TEMPLATE:
            if part.step is step:
                fields.append(
                    FormField(
                        part.name,
                        part.label,
                        FieldKind.PROSE,
                        part.help,
                        needed=part.needed,
                        words=part.words,
                    )
                )
                if part.name == "results":
                    fields.append(_FIGURES)
        story.append(FormStep(step.name.lower(), label, tuple(fields)))
    goals = (_SDGS, _THEMES, _AGENDAS, *((_PATHWAYS,) if case_study else ()))
    return (
        FormStep("brief", _("In brief"), (_TITLE, _SUMMARY, status, *_PERIOD)),
        _PLACE,
        *story,
        FormStep("goals", _("Goals and themes"), goals),
        _MEDIA,
        _PEOPLE,
    )


def _hub_steps() -> tuple[FormStep, ...]:
    status = FormField(
        "status", _("Status"), FieldKind.CHOICE, choices=tuple(HubStatus.choices), needed=True
    )
    host = FormField(
        "host",
        _("Host"),
        FieldKind.LINE,
        _("The city, region, association or partner that leads it."),
        characters=200,
        needed=True,
    )
    helps = {
        "objective": (_("What the hub is to achieve, for whom, in one to three years."), 300, True),
        "method": (_("How it works, and its milestones with their dates."), 500, True),
        "outputs": (_("What there will be at the end: guides, events, agreements."), 300, True),
        "funding": (_("What it costs, and who pays."), 200, False),
        "join": (_("Who may join, and how."), 200, False),
    }
    story = tuple(
        FormField(
            name,
            HubPage._meta.get_field(name).verbose_name,
            FieldKind.PROSE,
            text,
            needed=needed,
            words=words,
        )
        for name, (text, words, needed) in helps.items()
    )
    return (
        FormStep("brief", _("In brief"), (_TITLE, _SUMMARY, host, status, *_PERIOD)),
        _PLACE,
        FormStep("hub", _("The hub"), story),
        FormStep("participants", _("Participants"), (_PARTICIPANTS,)),
        FormStep("goals", _("Goals and themes"), (_SDGS, _THEMES, _AGENDAS, _COMPONENTS)),
        _MEDIA,
        _PEOPLE,
    )


@cache
def steps_of(kind: str) -> tuple[FormStep, ...]:
    """Give the steps of the template of a kind of work, in order. Raises KeyError for others."""
    return {
        WorkType.HUB: _hub_steps,
        WorkType.GOOD_PRACTICE: lambda: _practice_steps(case_study=False),
        WorkType.CASE_STUDY: lambda: _practice_steps(case_study=True),
    }[WorkType(kind)]()


def fields_of(kind: str) -> Iterator[FormField]:
    """Give all fields of the template of a kind of work, in order."""
    return (field for step in steps_of(kind) for field in step.fields)


@cache
def field_names(kind: str) -> Mapping[str, FormField]:
    """Give the fields of the template of a kind of work by name."""
    return {field.name: field for field in fields_of(kind)}


def step_of_field(kind: str, name: str) -> FormStep | None:
    """Give the step on which a field stands, or None for a field that the form does not have."""
    for step in steps_of(kind):
        if any(field.name == name for field in step.fields):
            return step
    return None
