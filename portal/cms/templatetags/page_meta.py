"""What the head of a public page needs."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext

from portal.cms import social_card
from portal.cms.page_meta import PageMeta, describe

register = template.Library()


@register.simple_tag(takes_context=True)
def page_meta(context: RequestContext) -> PageMeta | None:
    """Describe the page that is shown; a preview is nobody's to find, and has no address yet."""
    request: Any = context.get("request")
    if request is None or getattr(request, "is_preview", False):
        return None
    values: Any = context.flatten()
    return describe(request, values)


@register.simple_tag
def card_size() -> dict[str, int]:
    """Give width and height of a social card."""
    return {"width": social_card.WIDTH, "height": social_card.HEIGHT}
