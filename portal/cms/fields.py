"""Model fields that several page types share."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from wagtail_localize.fields import BaseTranslatableField

_PARTIAL = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")


def validate_partial_date(value: str) -> None:
    """Check a date of the form YYYY, YYYY-MM or YYYY-MM-DD; raise ValidationError otherwise."""
    match = _PARTIAL.fullmatch(value)
    if match:
        try:
            date(int(match["year"]), int(match["month"] or 1), int(match["day"] or 1))
        except ValueError:
            match = None
    if not match or not 1800 <= int(match["year"]) <= 2100:
        raise ValidationError(
            _("“%(value)s” is not a date; write a year, or year-month, or year-month-day."),
            params={"value": value},
        )


class PartialDateField(models.CharField):
    """A date as exact as it is known: "2012", "2012-05" or "2012-05-03"; sorts as text."""

    default_validators = [validate_partial_date]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        super().__init__(*args, **kwargs)


class OwnField(BaseTranslatableField):
    """A field that each language's page has for itself: neither translated nor synchronised."""
