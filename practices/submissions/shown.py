"""Fields as the form shows them: as typed, with what is wrong and what can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.cms.models import PortalDocument, PortalImage
from portal.cms.text import count_words
from portal.taxonomy.models import Kind
from portal.taxonomy.ordering import in_order
from portal.taxonomy.snapshot import Entry, snapshot

from ..criteria import Criterion, criteria_of
from . import reading
from .checking import problems_of
from .drafts import Conflict, Typed, digest, stored
from .fields import FieldKind, FormField
from .inputs import FILE_COLUMNS
from .models import Submission
from .suggestions import suggested_goals

# Up to so many choices stand open; more of them fold into a list.
_OPEN_CHOICES = 6
# Rows to write into, below those that are filled.
_ROOM = 2
_MORE_ROOM = 5
_LEFT_TO_RIGHT = frozenset(
    {"latitude", "longitude", "population", "start", "end", "contact_email", "url"}
)


@dataclass(frozen=True)
class Option:
    """Something that can be chosen. number: a goal's. note: why it is suggested."""

    code: str
    label: str
    chosen: bool
    number: str = ""
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Options that belong together, under a heading where there is one."""

    options: Sequence[Option]
    label: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a field: its cells; of a file, the picture or document itself."""

    number: int
    cells: Sequence[ShownField]
    file: Any = None
    first: bool = False
    last: bool = False


@dataclass(frozen=True)
class ShownConflict:
    """Two texts where there can be one: the stored one in words, whose it is, and from when."""

    conflict: Conflict
    theirs: str
    mine: str


@dataclass(frozen=True)
class ShownField:
    """A field with all that its template needs. name: of its inputs; id: of its place."""

    field: FormField
    name: str
    value: Any
    was: str = ""
    wrong: str = ""
    conflict: ShownConflict | None = None
    groups: Sequence[Group] = ()
    rows: Sequence[Row] = ()

    @property
    def id(self) -> str:
        """Give the id of the field's place in the page."""
        return f"field-{self.name}"

    @property
    def kind(self) -> str:
        """Give the kind; a choice among many is a list to pull down."""
        if self.field.kind is FieldKind.CHOICE and len(self.field.choices) > _OPEN_CHOICES:
            return FieldKind.TERM
        return self.field.kind

    @property
    def template(self) -> str:
        """Give the template of the input."""
        return f"submissions/fields/{self.kind}.html"

    @property
    def criteria(self) -> Sequence[Criterion]:
        """Give the published criteria that it answers to."""
        return criteria_of(self.field.name)

    @property
    def is_group(self) -> bool:
        """Tell whether there are several inputs, so that they have a legend instead of a label."""
        return self.field.is_list or self.kind == FieldKind.CHOICE

    @property
    def is_needed(self) -> bool:
        """Tell whether sending needs it."""
        return self.field.needed

    @property
    def direction(self) -> str:
        """Give the direction of what is typed: that of its first letter, but for figures."""
        return "ltr" if self.field.name in _LEFT_TO_RIGHT else "auto"

    @property
    def limit(self) -> int | None:
        """Give how many words or characters are allowed."""
        return self.field.words or self.field.characters

    @property
    def unit(self) -> str:
        """Give what is counted: words or characters."""
        return "words" if self.field.words else "characters"

    @property
    def count(self) -> int:
        """Count the words or characters that are there."""
        text = str(self.value)
        return count_words(text) if self.field.words else len(text)


def show(
    submission: Submission,
    fields: Iterable[FormField],
    language: str,
    *,
    typed: dict[str, Typed] | None = None,
    conflicts: dict[str, Conflict] | None = None,
    too_long: Sequence[str] = (),
    more: str = "",
) -> list[ShownField]:
    """Give the fields of a step as the form shows them.

    typed: what was typed and is not stored: it is shown instead. conflicts: what stands against
    it. too_long: what was too long to be kept. more: the field that gets more empty rows.
    """
    typed, conflicts = typed or {}, conflicts or {}
    shown = []
    for one in fields:
        own = typed.get(one.name)
        value = own.value if own else stored(submission, one)
        conflict = conflicts.get(one.name)
        base = stored(submission, one) if conflict or not own else None
        wrong = _("This is too long to be kept.") if one.name in too_long else ""
        shown.append(
            ShownField(
                field=one,
                name=one.name,
                value=value,
                # Who was shown the other text and saves again overwrites it knowingly.
                was=own.was if own and not conflict else digest(base),
                wrong=wrong or problems_of(one, value),
                conflict=_conflict(one, conflict, value) if conflict else None,
                groups=_groups(submission, one, value, language),
                rows=_rows(one, value, language, more=one.name == more),
            )
        )
    return shown


def _conflict(asked: FormField, conflict: Conflict, mine: Any) -> ShownConflict:
    theirs = reading.shown(asked, conflict.theirs)
    return ShownConflict(conflict, theirs, reading.shown(asked, mine))


def _groups(submission: Submission, asked: FormField, value: Any, language: str) -> Sequence[Group]:
    """Give what can be chosen; what is chosen already stays in the list, whatever it is."""
    if asked.kind is FieldKind.CHOICE:
        options = [Option(code, str(label), code == value) for code, label in asked.choices]
        return [Group([*options, *_strange(options, [value] if value else [])])]
    if asked.kind not in (FieldKind.TERM, FieldKind.TERMS):
        return ()
    codes = ([value] if value else []) if isinstance(value, str) else value
    chosen = {
        entry.code if (entry := snapshot().resolve(asked.terms, code)) else code for code in codes
    }
    entries = in_order(
        [e for e in snapshot().of_kind(asked.terms) if e.current or e.code in chosen], language
    )
    if asked.terms == Kind.THEME:
        return _themes(entries, chosen, language)
    if asked.terms == Kind.SDG:
        return _goals(submission, entries, chosen, language)
    options = [_option(entry, chosen, language) for entry in entries]
    return [Group([*options, *_strange(options, chosen)])]


def _option(entry: Entry, chosen: Iterable[str], language: str, note: str = "") -> Option:
    number = entry.number if entry.kind == Kind.SDG else ""
    return Option(entry.code, entry.label(language), entry.code in chosen, number, note)


def _strange(options: Iterable[Option], chosen: Iterable[str]) -> list[Option]:
    """Give what was chosen and is in no list: it is shown, so that it can be taken away."""
    known = {option.code for option in options}
    return [Option(code, code, True) for code in chosen if code not in known]


def _themes(entries: Sequence[Entry], chosen: set[str], language: str) -> list[Group]:
    """Group the themes by those of the first level."""
    groups = []
    for top in (entry for entry in entries if not entry.parent):
        below = [entry for entry in entries if entry.parent == top.code]
        options = [_option(entry, chosen, language) for entry in (top, *below)]
        groups.append(Group(options, top.label(language)))
    shown = [option for group in groups for option in group.options]
    strange = _strange(shown, chosen)
    return [*groups, *([Group(strange)] if strange else [])]


def _goals(
    submission: Submission, entries: Sequence[Entry], chosen: set[str], language: str
) -> list[Group]:
    """Give the goals, those that the text suggests first, each with its reason."""
    reasons = suggested_goals(submission, language)
    first = [_option(e, chosen, language, reasons[e.code]) for e in entries if e.code in reasons]
    rest = [_option(entry, chosen, language) for entry in entries if entry.code not in reasons]
    rest += _strange([*first, *rest], chosen)
    return [Group(first, _("Suggested by what you wrote")), Group(rest)] if first else [Group(rest)]


def _rows(asked: FormField, value: Any, language: str, *, more: bool) -> list[Row]:
    if asked.kind in FILE_COLUMNS:
        return _file_rows(asked, value)
    if asked.kind is not FieldKind.ROWS:
        return []
    room = _MORE_ROOM if more else _ROOM
    filled = [*value, *({} for _number in range(room))]
    return [
        Row(
            number,
            [_cell(asked, number, column, row, language) for column in asked.columns],
        )
        for number, row in enumerate(filled)
    ]


def _cell(
    asked: FormField, number: int, column: FormField, row: dict[str, Any], language: str
) -> ShownField:
    value = row.get(column.name, "")
    groups: Sequence[Group] = ()
    if column.kind is FieldKind.TERM:
        entries = in_order([e for e in snapshot().of_kind(column.terms) if e.current], language)
        options = [_option(entry, {value}, language) for entry in entries]
        groups = [Group([*options, *_strange(options, [value] if value else [])])]
    elif column.kind is FieldKind.CHOICE:
        options = [Option(code, str(label), code == value) for code, label in column.choices]
        groups = [Group([*options, *_strange(options, [value] if value else [])])]
    return ShownField(column, f"{asked.name}-{number}-{column.name}", value, groups=groups)


# The texts that go with a file. Here, and not in `fields`: only the form asks for them one by one.
def _file_columns(kind: FieldKind) -> list[FormField]:
    if kind is FieldKind.DOCUMENTS:
        return [FormField("title", _("Title"), FieldKind.LINE, needed=True)]
    return [
        FormField(
            "alt",
            _("Alternative text"),
            FieldKind.LINE,
            _("What it shows, for those who do not see it."),
            needed=True,
        ),
        FormField("credit", _("Credit"), FieldKind.LINE, _("Who made it."), needed=True),
        FormField("caption", _("Caption"), FieldKind.LINE),
    ]


def _file_rows(asked: FormField, value: Any) -> list[Row]:
    key = FILE_COLUMNS[asked.kind][0]
    model: Any = PortalImage if asked.kind is FieldKind.PICTURES else PortalDocument
    files = model.objects.in_bulk([row[key] for row in value])
    columns = _file_columns(asked.kind)
    return [
        Row(
            number,
            [
                ShownField(column, f"{asked.name}-{number}-{column.name}", row.get(column.name, ""))
                for column in columns
            ],
            file=files.get(row[key]),
            first=number == 0,
            last=number == len(value) - 1,
        )
        for number, row in enumerate(value)
    ]
