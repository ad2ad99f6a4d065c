"""The forms of an import: the file, and what its columns become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.cms.models.licence import Licence
from portal.taxonomy.language import own_name
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from .columns import Choices
from .errors import FileRefused
from .readers import Table
from .targets import BY_NAME, PAGE_TYPES, TARGETS, guess, needed
from .uploads import MAX_FILE, MEGABYTE, kind_of

SAMPLES = 3
SAMPLE_LENGTH = 80
_PRACTICES = ("good-practice", "case-study")


class UploadForm(forms.Form):
    """A file; its kind is told by its content."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"required": _("Choose a file first.")},
    )
    kind = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = gettext(
            "CSV or XLSX, %(size)d MB at most, one row for each work, with a row of headers."
        ) % {"size": MAX_FILE // MEGABYTE}

    def clean_file(self) -> Any:
        """Look into the file."""
        file = self.cleaned_data["file"]
        try:
            self.kind = kind_of(file, file.size)
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return file


class ColumnsForm(forms.Form):
    """What each column becomes, and where the works go."""

    page = forms.ChoiceField(label=_("The rows are"), choices=PAGE_TYPES)
    section = forms.ChoiceField(
        label=_("Section"),
        required=False,
        help_text=_(
            "Under which good practices and case studies go, unless a column says another."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("Of the texts, unless a column says another.")
    )
    source_name = forms.CharField(
        label=_("Name of the source"),
        max_length=200,
        help_text=_(
            "Who collected them. With the identifier it tells a later import which works are "
            "known: write it always in the same way."
        ),
    )
    licence = forms.ChoiceField(label=_("Licence"), choices=Licence.choices)
    live = forms.ChoiceField(
        label=_("The works are"),
        choices=[("drafts", _("Drafts, to be looked at first")), ("live", _("Published at once"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, table: Table, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        sections = [
            (entry.code, entry.name or entry.label(settings.LANGUAGE_CODE))
            for entry in snapshot().of_kind(Kind.SECTION)
            if entry.current
        ]
        self._choose("section", [("", "—"), *sections])
        codes = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
        self._choose("language", [(code, own_name(code)) for code in codes])
        choices = target_choices()
        for number, column in enumerate(table.columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=column, choices=choices, required=False
            )

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def general(self) -> list[Any]:
        """List the fields that are no columns."""
        return [self[name] for name in self.fields if not name.startswith("column_")]

    @property
    def columns(self) -> list[dict[str, Any]]:
        """List the columns, each with its field and its first values."""
        return [
            {"name": name, "field": self[f"column_{number}"], "samples": samples(self.table, name)}
            for number, name in enumerate(self.table.columns)
        ]

    def chosen(self) -> dict[str, str]:
        """Give what each column becomes; those that become nothing are left out."""
        return {
            column: name
            for number, column in enumerate(self.table.columns)
            if (name := self.cleaned_data.get(f"column_{number}"))
        }

    def clean(self) -> dict[str, Any]:
        """Check that what is needed is there, and that nothing is there twice."""
        data = super().clean() or {}
        page, live = data.get("page", ""), data.get("live") == "live"
        if page in _PRACTICES and not data.get("section"):
            self.add_error("section", gettext("Choose the section under which the works go."))
        chosen = self.chosen()
        names = set(chosen.values())
        seen: dict[str, str] = {}
        for number, column in enumerate(self.table.columns):
            name = chosen.get(column)
            if name is None:
                continue
            target = BY_NAME[name]
            if page and not target.fits(page):
                self.add_error(
                    f"column_{number}",
                    gettext("%(type)s have no “%(field)s”.")
                    % {"type": dict(PAGE_TYPES)[page], "field": target.label},
                )
            elif name in seen and not target.several:
                self.add_error(
                    f"column_{number}",
                    gettext("“%(field)s” is chosen for “%(other)s” already.")
                    % {"field": target.label, "other": seen[name]},
                )
            seen.setdefault(name, column)
        for problem in missing(page, names, live=live):
            self.add_error(None, problem)
        return data

    def choices(self, before: Choices, header: int | None) -> Choices:
        """Give what was chosen; what was said of values before is kept."""
        data = self.cleaned_data
        return Choices(
            page=data["page"],
            section=data["section"] if data["page"] in _PRACTICES else "",
            language=data["language"],
            source_name=" ".join(data["source_name"].split()),
            licence=data["licence"],
            live=data["live"] == "live",
            columns=self.chosen(),
            values=before.values,
            header=header,
        )


def missing(page: str, names: set[str], *, live: bool) -> list[str]:
    """Say what is needed and no column becomes."""
    found = []
    for name in needed(page, live=live):
        if name in names or (name == "body" and "links" in names):
            continue
        if name == "summary" and not live:
            continue
        found.append(
            gettext("Choose the column that becomes “%(field)s”: every work needs it.")
            % {"field": BY_NAME[name].label}
        )
    if len(names & {"latitude", "longitude"}) == 1:
        found.append(gettext("A point needs both its latitude and its longitude."))
    return found


def target_choices() -> list[Any]:
    """Give what a column may become, in groups."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for target in TARGETS:
        groups.setdefault(str(target.group), []).append((target.name, target.label))
    return [("", gettext("— not taken over —")), *groups.items()]


def samples(table: Table, column: str) -> list[str]:
    """Give the first different values of a column, shortened."""
    found: dict[str, None] = {}
    for row in table.rows:
        text = " ".join(str(row.values.get(column, "")).split())
        if text:
            found.setdefault(
                text if len(text) <= SAMPLE_LENGTH else f"{text[:SAMPLE_LENGTH]}…", None
            )
        if len(found) == SAMPLES:
            break
    return list(found)


def initial_of(choices: Choices | None, columns: Sequence[str], language: str) -> Mapping[str, Any]:
    """Give a form's first values: what was chosen before, else what the headers suggest."""
    if choices is None:
        guessed = guess(columns, "good-practice")
        return {
            "page": "good-practice",
            "language": language,
            "licence": Licence.SOURCE.value,
            "live": "drafts",
            **{f"column_{n}": guessed.get(column, "") for n, column in enumerate(columns)},
        }
    return {
        "page": choices.page,
        "section": choices.section,
        "language": choices.language,
        "source_name": choices.source_name,
        "licence": choices.licence,
        "live": "live" if choices.live else "drafts",
        **{f"column_{n}": choices.columns.get(column, "") for n, column in enumerate(columns)},
    }
