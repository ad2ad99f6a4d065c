"""What editors see of terms: the choice of a term, the form of a term and its panels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.admin.widgets import AdminAutoHeightTextInput

from .language import current_language, label_languages, own_name
from .models import PARENT_KINDS, Kind, Term
from .ordering import fold
from .snapshot import Entry, snapshot


def entries() -> dict[int, Entry]:
    """Give all terms by key, merged ones as they were."""
    taxonomy = snapshot()
    return {entry.pk: entry for kind in Kind.values for entry in taxonomy.of_kind(kind)}


def matching(query: str) -> list[int]:
    """Give the keys of the terms that hold a text in a label, synonym, own name or the code."""
    wanted = fold(query.strip())
    return [
        entry.pk
        for entry in entries().values()
        if any(wanted in fold(text) for text in _texts(entry))
    ]


def _texts(entry: Entry) -> Iterator[str]:
    yield entry.code
    yield entry.name
    yield from entry.labels.values()
    for synonyms in entry.synonyms.values():
        yield from synonyms


def lacking(term: Term) -> list[str]:
    """Give the interface's languages in which a term has no label."""
    present = {row.language for row in term.labels.all() if row.text.strip()}
    return [code for code, _name in settings.LANGUAGES if code not in present]


class TermIterator(ModelChoiceIterator):
    """The terms of a field: by vocabulary, in their order, then by label in the reader's language.

    Labels come from the snapshot: one query however many terms there are.
    """

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        language = current_language()
        known = entries()
        order = {kind: number for number, kind in enumerate(Kind.values)}
        labelled = [
            (term, known[term.pk].label(language) if term.pk in known else term.code)
            for term in self.queryset
        ]
        labelled.sort(key=lambda pair: (order[pair[0].kind], pair[0].position, fold(pair[1])))
        kinds = dict.fromkeys(term.kind for term, _label in labelled)
        for kind in kinds:
            options = [
                (ModelChoiceIteratorValue(term.pk, term), self._text(term, label))
                for term, label in labelled
                if term.kind == kind
            ]
            if len(kinds) == 1:
                yield from options
            else:
                yield Kind(kind).label, options

    @staticmethod
    def _text(term: Term, label: str) -> str:
        if term.kind in (Kind.SDG, Kind.TARGET):
            number = term.code.removeprefix("sdg-").lstrip("0") or term.code
            label = f"{number} {label}"
        return gettext("%(label)s (retired)") % {"label": label} if term.retired else label


class TermSelect(forms.Select):
    """A list of terms; retired ones are offered only where they are chosen already."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """Give the options that are offered."""
        return [
            (group, [option for option in options if _is_offered(option)], index)
            for group, options, index in super().optgroups(name, value, attrs)
        ]


def _is_offered(option: dict[str, Any]) -> bool:
    term = getattr(option["value"], "instance", None)
    return term is None or not term.retired or bool(option["selected"])


class TermChoiceField(forms.ModelChoiceField):
    """The choice of one term; a draft that names a merged term shows what it was merged into."""

    widget = TermSelect
    iterator = TermIterator

    def prepare_value(self, value: Any) -> Any:
        """Follow a merged term."""
        key = super().prepare_value(value)
        if isinstance(key, int) or (isinstance(key, str) and key.isdigit()):
            entry = snapshot().by_pk(int(key))
            return entry.pk if entry else key
        return key

    def to_python(self, value: Any) -> Any:
        """Give the term, a merged one followed."""
        term = super().to_python(value)
        return term.current() if term is not None else None


# Every admin form that chooses a term does it like this, whatever its page type.
register_form_field_override(
    models.ForeignKey, to=Term, override={"form_class": TermChoiceField, "widget": TermSelect}
)


class LinesInput(AdminAutoHeightTextInput):
    """A text of several lines, with plain line ends: browsers send others."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Give the text with plain line ends."""
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class TermForm(WagtailAdminModelForm):
    """Edits a term. Vocabulary and code are fixed once it is there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        term = self.instance
        fitting = Term.objects.filter(kind__in={k for ks in PARENT_KINDS.values() for k in ks})
        if term.pk:
            self.fields["kind"].disabled = self.fields["code"].disabled = True
            fitting = fitting.filter(kind__in=PARENT_KINDS.get(term.kind, ())).exclude(pk=term.pk)
            if term.kind not in PARENT_KINDS:
                self.fields.pop("parent", None)
            if term.kind != Kind.THEME:
                self.fields.pop("axis", None)
            if term.kind != Kind.COUNTRY:
                self.fields.pop("groups", None)
            if term.kind != Kind.SECTION:
                self.fields.pop("name", None)
            if term.merged_into_id:
                self.fields["retired"].disabled = True
        if "parent" in self.fields:
            # Themes have two levels: only those of the first have others below them.
            first_level = ~models.Q(kind=Kind.THEME) | models.Q(parent=None)
            self.fields["parent"].queryset = fitting.filter(first_level)

    def clean(self) -> dict[str, Any]:
        """Check what belongs to one vocabulary only, for new terms that show every field."""
        data: dict[str, Any] = super().clean()
        kind = data.get("kind") or self.instance.kind
        for name, only in (("axis", Kind.THEME), ("groups", Kind.COUNTRY), ("name", Kind.SECTION)):
            if name in self.fields and kind != only and data.get(name):
                self.add_error(
                    name, gettext("Only for the vocabulary “%(kind)s”.") % {"kind": only.label}
                )
        return data


class NoticePanel(HelpPanel):
    """Says what a term lacks, and what it was merged into."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("content", None)
        kwargs["template"] = "taxonomy/term_notice.html"
        super().__init__(**kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        """The notice of one term."""

        def is_shown(self) -> bool:
            """Show it where there is something to say."""
            term = self.instance
            return bool(term and term.pk and (term.merged_into_id or lacking(term)))

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the languages without a label."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["lacking"] = [own_name(code) for code in lacking(self.instance)]
            context["term"] = self.instance
            return context


edit_handler = ObjectList(
    [
        NoticePanel(),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("code")]),
        InlinePanel(
            "labels",
            [
                FieldRowPanel(
                    [
                        FieldPanel(
                            "language",
                            widget=forms.Select(choices=label_languages()),
                        ),
                        FieldPanel("confirmed"),
                    ]
                ),
                FieldPanel("text"),
                FieldPanel("description", widget=LinesInput),
                FieldPanel("synonyms", widget=LinesInput),
            ],
            heading=_("Labels"),
            label=_("Label in a language"),
            min_num=1,
        ),
        MultiFieldPanel(
            [
                FieldPanel("parent"),
                FieldPanel("axis"),
                FieldPanel("groups", widget=forms.CheckboxSelectMultiple),
                FieldPanel("name"),
                FieldPanel("position"),
            ],
            heading=_("Place in the vocabulary"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
                FieldPanel("retired"),
            ],
            heading=_("Validity"),
        ),
    ],
    base_form_class=TermForm,
)
