"""What a draft changes of the version that is public, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.fields import StreamField

from portal.cms.models import WorkPage

from .content import values_of
from .fields import FieldKind, fields_of
from .models import Submission
from .reading import shown

# What Wagtail notes on a page for itself, and what says nothing to a reviewer.
_SEARCHABLE = ("slug", "seo_title", "search_description", "go_live_at", "expire_at")
_TYPED = frozenset({FieldKind.LINE, FieldKind.TEXT, FieldKind.PROSE})
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Change:
    """A field that changed: how it was, and how it is to be, with the difference marked.

    is_typed: both are the author's own words, in the submission's language.
    """

    label: Any
    before: SafeString
    after: SafeString
    is_typed: bool


@dataclass(frozen=True)
class Changes:
    """What changed.

    others: names of fields that the form does not ask for, or of which it does not show everything
    (pictures and quotations inside a text).
    """

    fields: list[Change]
    others: list[str]

    def __bool__(self) -> bool:
        return bool(self.fields or self.others)


def changes(submission: Submission, public: WorkPage, draft: WorkPage) -> Changes:
    """Compare the public version of a page with its draft."""
    before, after = values_of(public, submission), values_of(draft, submission)
    found = []
    seen = set()
    for field in fields_of(submission.kind):
        old, new = before[field.name], after[field.name]
        if old != new:
            seen.add(field.name)
            texts = marked(shown(field, old), shown(field, new))
            found.append(Change(field.label, *texts, field.kind in _TYPED))
    return Changes(found, list(_others(public, draft, seen)))


def _others(public: WorkPage, draft: WorkPage, seen: set[str]) -> Iterator[str]:
    asked = set(values_names(public)) - _streams(public)
    for field in public._meta.fields:
        own = issubclass(field.model, WorkPage) or field.name in _SEARCHABLE
        if not own or field.name in seen | asked or field.name in _KEPT:
            continue
        if _plain(field, public) != _plain(field, draft):
            yield str(field.verbose_name)
    if _relations(public) != _relations(draft):
        yield str(public._meta.get_field("related_works").related_model._meta.verbose_name_plural)


_KEPT = {"page_ptr", "workpage_ptr", "machine_translated", "cover", "cover_alt"}


def values_names(page: WorkPage) -> list[str]:
    """Give the names of the page's fields that the form asks for."""
    return [field.name for field in fields_of(page.work_type)]


def _streams(page: WorkPage) -> set[str]:
    return {field.name for field in page._meta.fields if isinstance(field, StreamField)}


def _plain(field: Any, page: WorkPage) -> Any:
    """Give a field's value without the ids of its blocks."""
    value = getattr(page, field.attname)
    return _without_ids(value.get_prep_value()) if isinstance(field, StreamField) else value


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(one) for one in value]
    if isinstance(value, dict):
        return {name: _without_ids(one) for name, one in value.items() if name != "id"}
    return value


def _relations(page: Any) -> list[tuple[int, str]]:
    return [(row.work_id, row.relation) for row in page.related_works.all()]


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Give two texts with the words marked that one has and the other has not."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    left: list[str] = []
    right: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal":
            left.append(conditional_escape(gone))
            right.append(conditional_escape(come))
            continue
        if gone:
            left.append(format_html("<del>{}</del>", gone))
        if come:
            right.append(format_html("<ins>{}</ins>", come))
    # Joined of parts that are escaped, each.
    return mark_safe("".join(left)), mark_safe("".join(right))  # noqa: S308
