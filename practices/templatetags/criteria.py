"""The criteria, for the template of the public page."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from practices.criteria import CRITERIA, Criterion

register = template.Library()


@register.simple_tag
def criteria() -> Sequence[Criterion]:
    """Give all criteria, in order."""
    return CRITERIA
