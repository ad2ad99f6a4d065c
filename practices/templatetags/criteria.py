"""The criteria, for templates: the public page and the form's help."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from practices.criteria import CRITERIA, Criterion, criteria_of

register = template.Library()


@register.simple_tag
def criteria() -> Sequence[Criterion]:
    """Give all criteria, in order."""
    return CRITERIA


@register.simple_tag
def criteria_for(field: str) -> tuple[Criterion, ...]:
    """Give the criteria that a field of the form answers to."""
    return criteria_of(field)
