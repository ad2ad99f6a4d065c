"""The admin form of works: terms as check boxes, publication checked before it is tried."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

# Form field -> kind of its terms. The order is that of the panels.
TERM_FIELDS: dict[str, str] = {
    "themes": Kind.THEME,
    "sdgs": Kind.SDG,
    "targets": Kind.TARGET,
    "agendas": Kind.AGENDA,
    "pathways": Kind.PATHWAY,
    "awards": Kind.AWARD,
    "bodies": Kind.BODY,
    "components": Kind.COMPONENT,
    "note_types": Kind.NOTE_TYPE,
}


def _terms(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple
    )


class PageForm(WagtailAdminPageForm):
    """Edits a page; who leaves the slug empty gets one made from the title, whatever its script."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False


class WorkPageForm(PageForm):
    """Edits a work's page with its terms.

    The fields of TERM_FIELDS are the form's own; they read and write the page's `work_terms`.
    """

    themes = _terms(_("Themes"), _("One to four; the first level only where no second fits."))
    sdgs = _terms(_("Sustainable Development Goals"), _("Those it truly serves, four at most."))
    targets = _terms(_("SDG targets"))
    agendas = _terms(_("Global agendas"))
    pathways = _terms(_("GOLD VI pathways"))
    awards = _terms(_("Awards"))
    bodies = _terms(_("Policy bodies"))
    components = _terms(_("Hub components"))
    note_types = _terms(_("Type of policy note"))
    example_sections = forms.MultipleChoiceField(
        label=_("Example texts"),
        help_text=_("Parts that are plausible examples, not facts; the page says so."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taxonomy = snapshot()
        # A draft may still name a term that was merged since: it shows the one that stands for it.
        chosen = {
            entry.pk
            for row in self.instance.work_terms.all()
            if (entry := taxonomy.by_pk(row.term_id))
        }
        for name, kind in TERM_FIELDS.items():
            if kind not in self.instance.term_kinds:
                self.fields.pop(name, None)
                continue
            entries = [e for e in taxonomy.of_kind(kind) if e.current or e.pk in chosen]
            self.fields[name].choices = [
                (str(e.pk), f"{'— ' if e.parent and kind == Kind.THEME else ''}{_label(e)}")
                for e in entries
            ]
            self.initial[name] = [str(e.pk) for e in entries if e.pk in chosen]
        if "example_sections" in self.fields:
            sections = self.instance.example_choices()
            self.fields["example_sections"].choices = sections
            self.initial["example_sections"] = self.instance.example_sections
        if "status" in self.fields:
            statuses = self.instance.statuses
            self.fields["status"] = forms.ChoiceField(
                label=_("Status"),
                required=False,
                choices=[("", "—"), *(statuses.choices if statuses else ())],
            )

    def _post_clean(self) -> None:
        super()._post_clean()
        taxonomy = snapshot()
        kept = {}
        for row in self.instance.work_terms.all():
            if entry := taxonomy.by_pk(row.term_id):
                row.term_id = entry.pk
                kept[entry.pk] = row
        model = apps.get_model("cms", "WorkTerm")
        shown = {
            int(key)
            for name in TERM_FIELDS
            if name in self.fields
            for key, _label in self.fields[name].choices
        }
        wanted = {
            int(key)
            for name in TERM_FIELDS
            if name in self.fields
            for key in self.cleaned_data.get(name, ())
        }
        wanted |= {key for key in kept if key not in shown}
        self.instance.work_terms = [kept.get(key) or model(term_id=key) for key in sorted(wanted)]
        if self.data.get("action-publish") or self.data.get("action-submit"):
            for name, sentence in self.instance.missing().items():
                if name in self.errors:
                    continue
                self.add_error(name if name in self.fields else None, sentence)


def _label(entry: Any) -> str:
    label = entry.label(current_language())
    if entry.kind in (Kind.SDG, Kind.TARGET):
        return f"{entry.number} {label}"
    if not entry.current:
        return gettext("%(label)s (retired)") % {"label": label}
    return str(label)
