"""Works in the admin: who may read them, who checked them, when to look again, taking them down.

What belongs to a work as a whole stands on none of its pages, and so in no page's form.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from . import audience
from .models import Work, WorkPage


class WorkForm(WagtailAdminModelForm):
    """The form of a work; its audience is one of those that there are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "audience" not in self.fields:
            return
        field = self.fields["audience"]
        known = audience.choices()
        current = self.instance.audience
        if current not in dict(known):  # of a section that is retired, or set by a program
            known.append((current, audience.label([current]) or current))
        self.fields["audience"] = forms.ChoiceField(
            label=field.label, help_text=field.help_text, choices=known
        )


class WorkPermissionPolicy(ModelPermissionPolicy):
    """A work comes with its first page and stays for its address: nobody adds or deletes one."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Refuse what is nobody's to do."""
        return action not in ("add", "delete") and super().user_has_permission(user, action)


class TitleColumn(Column):
    """The title of the work's original."""

    def get_value(self, instance: Work) -> str:
        """Give the title, or nothing where no page is left."""
        page = WorkPage.objects.filter(
            translation_key=instance.translation_key, locale=instance.source_locale_id
        ).first()
        return page.title if page else ""


class AudienceColumn(Column):
    """For whom a work is, where it is not for everybody."""

    def get_value(self, instance: Work) -> str:
        """Give the mark that its page carries."""
        return audience.label([instance.audience])


class WorkFilterSet(WagtailFilterSet):
    """What the list of works is narrowed by."""

    audience = ChoiceFilter(label=_("For whom"), choices=audience.choices)

    class Meta:
        model = Work
        fields: ClassVar = ["work_type", "audience", "verification", "source_locale"]


class WorkViewSet(SnippetViewSet):
    """The list and the form of works."""

    model = Work
    icon = "doc-full-inverse"
    menu_label = _("Works")
    menu_order = 210
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display: ClassVar = [
        "reference",
        TitleColumn("title", label=_("Title")),
        "work_type",
        AudienceColumn("audience", label=_("For whom")),
        "verification",
        DateColumn("review_due", label=_("review due"), sort_key="review_due"),
    ]
    filterset_class = WorkFilterSet
    list_per_page = 50
    search_fields: ClassVar = ["reference", "source_name"]
    search_backend_name = None
    ordering: ClassVar = ["reference"]
    _panels: ClassVar = [
        FieldPanel("reference", read_only=True),
        FieldPanel(
            "audience",
            help_text=_(
                "Who may find and read the work, in every language, with its pictures and "
                "documents. What is above it in the tree may restrict it further."
            ),
        ),
        MultiFieldPanel(
            [
                FieldPanel("verification"),
                FieldPanel("verified_by"),
                FieldPanel("verified_on"),
                FieldPanel("review_due"),
            ],
            heading=_("Verification"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("source_name"),
                FieldPanel("source_url"),
                FieldPanel("source_id", read_only=True),
                FieldPanel("imported_at", read_only=True),
            ],
            heading=_("Where it comes from"),
        ),
        MultiFieldPanel(
            [FieldPanel("taken_down_on"), FieldPanel("taken_down_reason")],
            heading=_("Taken down"),
            help_text=_("From this day on its address answers that it is gone, with the reason."),
        ),
    ]
    edit_handler = ObjectList(_panels, base_form_class=WorkForm)


register_permission_policy(Work, WorkPermissionPolicy(Work))
register_snippet(WorkViewSet)
