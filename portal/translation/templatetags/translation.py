"""The bar above the editor of translations."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail_localize.models import Translation

from portal.translation.views import bar

register = template.Library()


@register.inclusion_tag("translation/bar.html", takes_context=True)
def translation_bar(context: dict[str, Any], translation: Translation) -> dict[str, Any]:
    """Show where a translation stands, and what the person may do about it."""
    request = context["request"]
    found = bar(translation, request)
    return {**found, "request": request, "csrf_token": context.get("csrf_token")}
