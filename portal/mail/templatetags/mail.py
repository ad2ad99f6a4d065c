"""What the texts of mails need: people's words as a quotation, dates in words."""

from __future__ import annotations

import datetime

from babel.dates import format_date
from django import template

from portal.taxonomy.language import current_language, writing_locale

register = template.Library()


@register.filter
def quoted(words: str) -> str:
    """Mark every line of somebody's words as quoted; blank lines at the ends are dropped."""
    lines = words.strip().splitlines()
    return "\n".join(f"> {line.strip()}".rstrip() for line in lines)


@register.filter
def mail_date(value: datetime.date | datetime.datetime) -> str:
    """Write a date as the reader's language does: 5 March 2027."""
    return str(format_date(value, format="long", locale=writing_locale(current_language())))
