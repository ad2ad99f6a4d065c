"""The step in which a second person reads a translation before it is published."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask


class TranslationReviewTask(AbstractGroupApprovalTask):
    """Editors read a translation; whoever sent it cannot approve it."""

    class Meta:
        """The task's name."""

        verbose_name = _("Review of a translation")
        verbose_name_plural = _("Reviews of translations")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Give what a person may do, which is nothing for who sent the translation."""
        state = obj.current_workflow_state
        if state is not None and state.requested_by_id == user.pk:
            return []
        actions: list[tuple[str, Any, bool]] = super().get_actions(obj, user)
        return actions

    @classmethod
    def get_description(cls) -> Any:
        """Say what the task is, for the list of tasks."""
        return _("Editors read a translation before it is published")
