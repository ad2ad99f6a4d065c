"""What is typed: what of it is kept, and what is wrong with it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.cms.fields import validate_partial_date
from portal.cms.text import count_words
from portal.taxonomy.snapshot import Entry, snapshot

from .degrees import read_degrees
from .fields import FieldKind, FormField
from .prose import tidy

# How long the texts of a picture may be, as its page keeps them.
PICTURE_CHARACTERS = {"alt": 300, "credit": 255, "caption": 300}


def kept(field: FormField, value: Any) -> Any:
    """Give what is kept of a value that somebody typed: tidied, of the field's shape."""
    if field.kind is FieldKind.CHECK:
        return "yes" if value in ("yes", "on", True) else ""
    if field.kind is FieldKind.TERMS:
        return [code for code in dict.fromkeys(_cell(code) for code in value or ()) if code]
    if field.is_list:
        rows = ({name: _cell(cell) for name, cell in row.items()} for row in value or ())
        return [row for row in rows if any(row.values())]
    text = tidy(str(value or ""))
    return text if field.kind in (FieldKind.PROSE, FieldKind.TEXT) else " ".join(text.split())


def _cell(value: Any) -> Any:
    """Give what is kept of a cell: a text on one line; the key of a file as it is."""
    return value if isinstance(value, int) else " ".join(tidy(str(value or "")).split())


def problems_of(field: FormField, value: Any) -> str:
    """Say what is wrong with a value as it is kept, or "" where nothing is.

    What is missing is not wrong yet; see `content.problems`.
    """
    if not value:
        return ""
    if field.words and (count := count_words(str(value))) > field.words:
        return ngettext(
            "%(count)d word; at most %(limit)d are allowed.",
            "%(count)d words; at most %(limit)d are allowed.",
            count,
        ) % {"count": count, "limit": field.words}
    if field.characters and len(str(value)) > field.characters:
        return _("%(count)d characters; at most %(limit)d are allowed.") % {
            "count": len(str(value)),
            "limit": field.characters,
        }
    if field.at_most and len(value) > field.at_most:
        return _("At most %(limit)d.") % {"limit": field.at_most}
    return _CHECKS.get(field.kind, _no_check)(field, value)


def wrong_address(text: str) -> str:
    """Say that a text is no mail address, or "" where it is one."""
    try:
        validate_email(text)
    except ValidationError:
        return _("“%(value)s” is not a mail address.") % {"value": text[:100]}
    return ""


def _no_check(field: FormField, value: Any) -> str:
    if field.name in ("email", "contact_email"):
        return wrong_address(value)
    if field.name == "url" and not value.startswith(("http://", "https://")):
        return _("An address begins with https:// or http://.")
    return ""


def _check_choice(field: FormField, value: Any) -> str:
    return "" if value in dict(field.choices) else _("Choose one of the list.")


def _check_term(field: FormField, value: Any) -> str:
    codes = [value] if isinstance(value, str) else value
    if all(term_of(field.terms, code) for code in codes):
        return ""
    return _("Choose from the list.")


def _check_date(field: FormField, value: Any) -> str:
    try:
        validate_partial_date(value)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _check_number(field: FormField, value: Any) -> str:
    number = read_number(value)
    if number is None or number > 2_000_000_000:
        return _("“%(value)s” is not a whole number; write 80000.") % {"value": value[:40]}
    return ""


def _check_degrees(field: FormField, value: Any) -> str:
    if read_degrees(value, latitude=field.name == "latitude") is None:
        return _(
            "“%(value)s” cannot be read; write degrees with a decimal point, as in 36.7988."
        ) % {"value": value[:40]}
    return ""


def _check_rows(field: FormField, value: Any) -> str:
    for number, row in enumerate(value, 1):
        for column in field.columns:
            cell = row.get(column.name, "")
            wrong = problems_of(column, cell)
            if not cell and column.needed:
                wrong = _("is missing.")
            if wrong:
                return _("Row %(row)d, %(column)s: %(wrong)s") % {
                    "row": number,
                    "column": column.label,
                    "wrong": wrong,
                }
    return ""


def _check_pictures(field: FormField, value: Any) -> str:
    for number, row in enumerate(value, 1):
        if not str(row.get("alt", "")).strip():
            return _("Picture %(row)d needs an alternative text: what it shows.") % {"row": number}
        if not str(row.get("credit", "")).strip():
            return _("Picture %(row)d needs a credit: who made it.") % {"row": number}
        for name, limit in PICTURE_CHARACTERS.items():
            if (count := len(str(row.get(name, "")))) > limit:
                return _(
                    "Picture %(row)d: a text has %(count)d characters; at most %(limit)d are "
                    "allowed."
                ) % {"row": number, "count": count, "limit": limit}
    return ""


def _check_documents(field: FormField, value: Any) -> str:
    for number, row in enumerate(value, 1):
        if not str(row.get("title", "")).strip():
            return _("Document %(row)d needs a title.") % {"row": number}
    return ""


_CHECKS = {
    FieldKind.CHOICE: _check_choice,
    FieldKind.TERM: _check_term,
    FieldKind.TERMS: _check_term,
    FieldKind.DATE: _check_date,
    FieldKind.NUMBER: _check_number,
    FieldKind.DEGREES: _check_degrees,
    FieldKind.ROWS: _check_rows,
    FieldKind.PICTURES: _check_pictures,
    FieldKind.DOCUMENTS: _check_documents,
}


def read_number(text: str) -> int | None:
    """Read a whole number as people write it: 80000, 80 000, 80,000, 80.000, ٨٠٠٠٠."""
    digits = "".join(text.split())
    for sign in ",.'’٬":
        head, *groups = digits.split(sign)
        if groups and all(len(group) == 3 for group in groups) and head:
            digits = head + "".join(groups)
    return int(digits) if digits.isdecimal() else None


def term_of(kind: str, code: str) -> Entry | None:
    """Give the term of a kind and a code, or None where there is none."""
    return snapshot().resolve(kind, code) if code else None
