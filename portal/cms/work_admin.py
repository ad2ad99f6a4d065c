"""Works in the admin: who checked them, when to look again, and taking them down.

What belongs to a work as a whole stands on none of its pages, and so in no page's form.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import Work, WorkPage


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
        "verification",
        DateColumn("review_due", label=_("review due"), sort_key="review_due"),
    ]
    list_filter: ClassVar = ["work_type", "verification", "source_locale"]
    list_per_page = 50
    search_fields: ClassVar = ["reference", "source_name"]
    search_backend_name = None
    ordering: ClassVar = ["reference"]
    panels: ClassVar = [
        FieldPanel("reference", read_only=True),
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


register_permission_policy(Work, WorkPermissionPolicy(Work))
register_snippet(WorkViewSet)
