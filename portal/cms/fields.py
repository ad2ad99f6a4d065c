"""Model fields that several page types share."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from wagtail.fields import StreamField

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


class BlocksField(StreamField):
    """A StreamField whose block definitions stay out of migrations, which they would bloat."""

    def __init__(self, block_types: Any = (), *args: Any, **kwargs: Any) -> None:
        super().__init__(block_types or [], *args, **kwargs)

    def deconstruct(self) -> Any:
        """Describe the field without its blocks."""
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
