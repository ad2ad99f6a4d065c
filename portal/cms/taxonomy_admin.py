"""Terms in Wagtail's admin: list, form, merging, and refusing to delete what is needed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail import hooks
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import DeleteView, EditView, IndexView, SnippetViewSet

from portal.taxonomy import admin
from portal.taxonomy.models import Term

from . import usage
from .merging import LOG_ACTION, UNMERGEABLE, MergeRefused, merge

SHOWN_USES = 10


def _can_be_merged(term: Term) -> bool:
    return not term.merged_into_id and term.kind not in UNMERGEABLE


class TermIndexView(IndexView):
    """The list of terms, searched by label, synonym and code in every language."""

    merge_url_name: str | None = None

    def get_base_queryset(self) -> QuerySet[Term]:
        """Read labels together."""
        queryset: QuerySet[Term] = super().get_base_queryset()
        return queryset.select_related("parent", "merged_into").prefetch_related(
            "labels", "parent__labels", "merged_into__labels"
        )

    def search_queryset(self, queryset: QuerySet[Term]) -> QuerySet[Term]:
        """Find terms whatever the case and accents of what was typed."""
        if not self.is_searching:
            return queryset
        return queryset.filter(pk__in=admin.matching(self.search_query))

    def paginate_queryset(self, queryset: QuerySet[Term], page_size: int) -> Any:
        """Count the uses of the terms of this page."""
        found = super().paginate_queryset(queryset, page_size)
        terms = list(found[1].object_list)
        counts = usage.count_uses(term.pk for term in terms)
        for term in terms:
            term.use_count = counts[term.pk]
        found[1].object_list = terms
        return (found[0], found[1], terms, found[3])

    def get_list_more_buttons(self, instance: Term) -> list[Any]:
        """Add the merge to the actions of a term."""
        buttons: list[Any] = super().get_list_more_buttons(instance)
        if _can_be_merged(instance) and self.user_has_permission("change"):
            buttons.append(
                MenuItem(
                    gettext("Merge into…"),
                    url=reverse(self.merge_url_name, args=[instance.pk]),
                    icon_name="collapse-down",
                    priority=25,
                )
            )
        return buttons


class TermEditView(EditView):
    """The form of a term, with the way to merge it."""

    merge_url_name: str | None = None

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Add the merge to the actions of the term."""
        buttons: list[Any] = list(super().header_more_buttons)
        if _can_be_merged(self.object):
            buttons.append(
                Button(
                    gettext("Merge into…"),
                    url=reverse(self.merge_url_name, args=[self.object.pk]),
                    icon_name="collapse-down",
                    priority=15,
                )
            )
        return buttons


class TermDeleteView(DeleteView):
    """Deletes a term that nothing names; see `keep_terms_that_are_needed`."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Delete, or say where a use stands that came between question and answer."""
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError:
            return refuse_to_delete(self.request, [self.object])
        return response


class MergeForm(forms.Form):
    """The term that another is merged into."""

    target = admin.TermChoiceField(
        label=_("Merge into"), queryset=Term.objects.none(), widget=admin.TermSelect
    )

    def __init__(self, *args: Any, source: Term, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = Term.objects.filter(  # type: ignore[attr-defined]
            kind=source.kind, retired=False, merged_into=None
        ).exclude(pk=source.pk)


class TermMergeView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Asks for the term that this one is merged into, and merges."""

    model = Term
    permission_required = "change"
    form_class = MergeForm
    template_name = "taxonomy/term_merge.html"
    page_title = _("Merge")
    header_icon = "tag"
    index_url_name: str | None = None
    edit_url_name: str | None = None

    @cached_property
    def term(self) -> Term:
        """Give the term that is to be merged."""
        return get_object_or_404(Term, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        """Name the term."""
        return str(self.term)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the term and the list."""
        return [
            {"url": reverse("wagtailadmin_home"), "label": gettext("Home")},
            {"url": reverse(self.index_url_name), "label": gettext("Terms")},
            {"url": reverse(self.edit_url_name, args=[self.term.pk]), "label": str(self.term)},
            {"url": "", "label": gettext("Merge"), "sublabel": str(self.term)},
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form which term is merged."""
        return {**super().get_form_kwargs(), "source": self.term}

    def form_valid(self, form: MergeForm) -> HttpResponse:
        """Merge, or say why not."""
        target = form.cleaned_data["target"]
        try:
            moved = merge(self.term, target, self.request.user)
        except MergeRefused as refused:
            form.add_error("target", ValidationError(refused.messages))
            return self.form_invalid(form)
        messages.success(
            self.request,
            ngettext(
                "“%(source)s” was merged into “%(target)s”; %(count)d use moved.",
                "“%(source)s” was merged into “%(target)s”; %(count)d uses moved.",
                moved,
            )
            % {"source": self.term, "target": target, "count": moved},
        )
        return redirect(reverse(self.edit_url_name, args=[target.pk]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how many uses would move, and where the first ones are."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            **_uses_context(self.term, self.request.user),
            "can_merge": _can_be_merged(self.term),
            "cancel_url": reverse(self.edit_url_name, args=[self.term.pk]),
        }


def _uses_context(term: Term, user: Any) -> dict[str, Any]:
    """Give the first places that name a term, and how many there are."""
    found = list(usage.uses(term))
    places = list(dict.fromkeys(usage.place(use, user) for use in found[:SHOWN_USES]))
    if not found:
        places = [usage.place(page, user) for page in usage.drafts(term)[:SHOWN_USES]]
    return {"term": term, "places": places, "count": len(found)}


def _lacking(term: Term) -> str:
    return ", ".join(admin.lacking(term))


def _state(term: Term) -> str:
    if term.merged_into_id:
        return gettext("Merged into “%(term)s”") % {"term": term.merged_into}
    return gettext("Retired") if term.retired else ""


class TermChooserViewSet(SnippetChooserViewSet):
    """Terms are chosen from lists that know their vocabulary, not from one list of all."""

    register_widget = False


class TermViewSet(SnippetViewSet):
    """Terms in the admin."""

    model = Term
    icon = "tag"
    menu_label = _("Vocabularies")
    menu_order = 400
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    index_view_class = TermIndexView
    edit_view_class = TermEditView
    delete_view_class = TermDeleteView
    chooser_viewset_class = TermChooserViewSet
    edit_handler = admin.edit_handler
    list_per_page = 50
    list_filter: ClassVar = ["kind", "retired"]
    # What makes the list searchable; TermIndexView finds by label and synonym, too.
    search_fields: ClassVar = ["code"]
    list_display: ClassVar = [
        "__str__",
        Column("kind", label=_("Vocabulary"), accessor="get_kind_display", sort_key="kind"),
        Column("code", label=_("Code"), sort_key="code"),
        Column("parent", label=_("Broader term")),
        Column("lacking", label=_("Lacks"), accessor=_lacking),
        NumberColumn("use_count", label=_("Uses")),
        Column("retired", label=_("State"), accessor=_state, sort_key="retired"),
    ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the views where terms are merged."""
        common: dict[str, Any] = super().get_common_view_kwargs(
            **{"merge_url_name": self.get_url_name("merge"), **kwargs}
        )
        return common

    @property
    def merge_view(self) -> Any:
        """Give the view that merges."""
        return self.construct_view(TermMergeView)

    def get_urlpatterns(self) -> list[URLPattern]:
        """Add the address of the merge."""
        return [*super().get_urlpatterns(), path("merge/<int:pk>/", self.merge_view, name="merge")]


register_snippet(TermViewSet)


@hooks.register("before_delete_snippet")
def keep_terms_that_are_needed(request: HttpRequest, instances: Any) -> HttpResponse | None:
    """Refuse to delete shipped terms and those in use, one by one as in bulk."""
    kept = [term for term in instances if isinstance(term, Term) and usage.why_kept(term)]
    return refuse_to_delete(request, kept) if kept else None


def refuse_to_delete(request: HttpRequest, terms: list[Term]) -> HttpResponse:
    """Say why terms stay, where they are used, and what can be done instead."""
    names = Term.snippet_viewset.get_url_name
    refused = [
        {
            **_uses_context(term, request.user),
            "reasons": usage.why_kept(term),
            "edit_url": reverse(names("edit"), args=[term.pk]),
            "merge_url": reverse(names("merge"), args=[term.pk]) if _can_be_merged(term) else "",
        }
        for term in terms
    ]
    return render(
        request,
        "taxonomy/term_delete_refused.html",
        {"refused": refused, "index_url": reverse(names("list"))},
        status=200 if request.method == "GET" else 409,
    )


@hooks.register("register_log_actions")
def register_merge(actions: LogActionRegistry) -> None:
    """Name the merge in the histories."""

    @actions.register_action(LOG_ACTION)
    class MergeFormatter(LogFormatter):
        """Says what a term was merged into."""

        label = _("Merge")

        def format_message(self, log_entry: Any) -> str:
            """Name the other term."""
            return gettext("Merged into “%(label)s” (%(code)s)") % log_entry.data["into"]
