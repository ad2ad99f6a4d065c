"""System checks of the practice template."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from wagtail.fields import StreamField

from .models import PracticePage
from .template import BY_NAME


@register()
def template_matches_model(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The template's parts and the practice's own prose fields are the same."""
    fields = {f.name for f in PracticePage._meta.local_fields if isinstance(f, StreamField)}
    return [
        Error(f"The practice template and its model differ: {name}", id="practices.E001")
        for name in fields ^ set(BY_NAME)
    ]
