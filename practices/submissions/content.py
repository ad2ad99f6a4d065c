"""From what is typed to a page, and back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Locale

from hubs.models import Participant
from portal.cms.forms import TERM_FIELDS
from portal.cms.models import (
    Contributor,
    PortalDocument,
    PortalImage,
    SectionPage,
    WorkPage,
    WorkTerm,
)
from portal.taxonomy.snapshot import snapshot

from .checking import problems_of, read_number, term_of
from .degrees import read_degrees
from .fields import PAGES, FieldKind, FormField, fields_of
from .models import Submission
from .prose import text_of, written
from .states import State

Values = dict[str, Any]


def problems(submission: Submission) -> dict[str, str]:
    """Say what must still be done before sending: field name -> a sentence.

    What is typed wrong, what the form needs, and what publication needs (the page's own word).
    """
    found: dict[str, str] = {}
    values = submission.values
    for field in fields_of(submission.kind):
        value = values.get(field.name, field.empty)
        if wrong := problems_of(field, value):
            found[field.name] = wrong
        elif field.needed and not value:
            found[field.name] = _("“%(field)s” is needed.") % {"field": field.label}
    if not found:
        page = build_page(submission)
        try:
            page.clean()
        except ValidationError as error:
            found |= {name: " ".join(map(str, texts)) for name, texts in error.message_dict.items()}
        found = {**page.missing(), **found}
    return found


def build_page(submission: Submission) -> WorkPage:
    """Give the page of a submission as its values say; nothing is saved.

    The page that exists is brought up to date; else one is made. Values that cannot be read are
    left out.
    """
    page = draft_page(submission)
    good = {
        field.name: submission.values.get(field.name, field.empty)
        for field in fields_of(submission.kind)
    }
    for field in fields_of(submission.kind):
        value = good[field.name]
        if value and problems_of(field, value) and field.kind is not FieldKind.PROSE:
            value = field.empty
        _fill(page, field, value)
    _fill_terms(page, submission, good)
    return page


def draft_page(submission: Submission) -> WorkPage:
    """Give the page's latest draft, or a new page of the submission's kind and language."""
    page = submission.page
    if page is not None:
        latest: WorkPage = page.get_latest_revision_as_object()
        return latest
    locale = Locale.objects.get(language_code=submission.language)
    parent = section_page(submission)
    made: WorkPage = PAGES[submission.kind](locale=locale, title=submission.title, live=False)
    made._cached_parent_obj = parent
    return made


def section_page(submission: Submission) -> SectionPage:
    """Give the node of the tree under which a submission's page stands.

    Raises SectionPage.DoesNotExist where the tree lacks it (`make_tree` makes it).
    """
    page: SectionPage = SectionPage.objects.get(
        term__code=submission.section.code, locale__language_code=submission.language
    )
    return page


def _fill(page: WorkPage, field: FormField, value: Any) -> None:
    """Write one value into the page's field of its name."""
    name = field.name
    match field.kind:
        case FieldKind.PROSE:
            old = [dict(block) for block in getattr(page, name).get_prep_value()]
            setattr(page, name, written(str(value), old))
        case FieldKind.TERM:
            setattr(page, f"{name}_id", _pk(field.terms, value))
        case FieldKind.NUMBER:
            setattr(page, name, read_number(value) if value else None)
        case FieldKind.DEGREES:
            setattr(page, name, read_degrees(value, latitude=name == "latitude") if value else None)
        case FieldKind.PICTURES:
            _fill_pictures(page, value)
        case FieldKind.DOCUMENTS:
            known = PortalDocument.objects.in_bulk([row["document"] for row in value])
            rows = [
                {"title": row["title"], "document": row["document"]}
                for row in value
                if row["document"] in known
            ]
            page.documents = _structs("document", rows, page.documents)
        case FieldKind.ROWS:
            _fill_rows(page, name, value)
        case FieldKind.CHECK if name == "contact_consent":
            page.contact_consent = bool(value)
        case FieldKind.CHECK | FieldKind.TERMS:
            pass  # consent belongs to the submission; terms are written together
        case _:
            setattr(page, name, value)


def _fill_pictures(page: WorkPage, rows: Sequence[Mapping[str, Any]]) -> None:
    known = PortalImage.objects.in_bulk([row["image"] for row in rows])
    rows = [row for row in rows if row["image"] in known]
    page.cover = known[rows[0]["image"]] if rows else None
    page.cover_alt = rows[0]["alt"][:300] if rows else ""
    more = [
        {"image": row["image"], "alt": row["alt"][:300], "caption": row.get("caption", "")[:300]}
        for row in rows[1:]
    ]
    page.media = _structs("picture", more, page.media, others=True)


def _fill_rows(page: Any, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if name == "links":
        page.links = _structs("link", rows, page.links)
    elif name == "figures":
        page.results = _structs("indicator", rows, page.results, others=True)
    elif name == "contributors":
        page.contributors = [
            Contributor(
                sort_order=number,
                name=row.get("name", "")[:200],
                organisation=row.get("organisation", "")[:200],
                role=row.get("role", "")[:100],
            )
            for number, row in enumerate(rows)
        ]
    elif name == "participants":
        page.participants = [
            Participant(
                sort_order=number,
                name=row.get("name", "")[:200],
                country_id=_pk("country", row.get("country", "")),
                role=row.get("role") or Participant.Role.MEMBER,
            )
            for number, row in enumerate(rows)
        ]


def _structs(
    kind: str, rows: Sequence[Mapping[str, Any]], before: Any, *, others: bool = False
) -> list[dict[str, Any]]:
    """Give the raw blocks of rows; a row that was there keeps its id. others: keep other blocks."""
    old = [dict(block) for block in before.get_prep_value()]
    ids = {
        repr(sorted(block["value"].items())): block.get("id")
        for block in old
        if block["type"] == kind
    }
    by_place = [block.get("id") for block in old if block["type"] == kind]
    made = []
    for number, row in enumerate(rows):
        value = dict(row)
        known = ids.get(repr(sorted(value.items())))
        if known is None and len(by_place) == len(rows):
            known = by_place[number]
        made.append({"type": kind, "value": value, "id": known or str(uuid.uuid4())})
    rest = [block for block in old if block["type"] != kind] if others else []
    return [*rest, *made]


def _fill_terms(page: WorkPage, submission: Submission, values: Values) -> None:
    """Give the page the chosen terms; those of kinds that the form does not ask for stay."""
    asked = {
        field.terms: values.get(field.name) or []
        for field in fields_of(submission.kind)
        if field.kind is FieldKind.TERMS
    }
    taxonomy = snapshot()
    rows: dict[int, WorkTerm] = {}
    for row in page.work_terms.all():
        entry = taxonomy.by_pk(row.term_id)
        if entry is not None:
            rows[entry.pk] = row
    wanted: list[int] = [pk for pk in rows if taxonomy.by_pk(pk).kind not in asked]  # type: ignore[union-attr] # known
    for kind, codes in asked.items():
        wanted += [entry.pk for code in codes if (entry := term_of(kind, code))]
    page.work_terms = [rows.get(pk) or WorkTerm(term_id=pk) for pk in dict.fromkeys(wanted)]


def _pk(kind: str, code: str) -> int | None:
    entry = term_of(kind, code)
    return entry.pk if entry else None


def values_of(page: WorkPage, submission: Submission) -> Values:
    """Give the values of the form for a page: the way back of `build_page`.

    Consent and other things that no page holds stay as the submission says.
    """
    values: Values = {}
    for field in fields_of(submission.kind):
        before = submission.values.get(field.name, field.empty)
        if field.kind is FieldKind.PICTURES and submission.state == State.REVISION:
            # A change begins with what is public, whatever was typed for the change before.
            before = [{**row, "credit": ""} for row in before]
        values[field.name] = _value(page, field, before)
    return values


def _value(page: Any, field: FormField, before: Any) -> Any:
    name = field.name
    match field.kind:
        case FieldKind.PROSE:
            return text_of(getattr(page, name))
        case FieldKind.TERM:
            entry = snapshot().by_pk(getattr(page, f"{name}_id"))
            return entry.code if entry else ""
        case FieldKind.TERMS:
            kind = TERM_FIELDS[name]
            return [e.code for e in page.terms if e.kind == kind]
        case FieldKind.NUMBER | FieldKind.DEGREES:
            value = getattr(page, name)
            return "" if value is None else str(value)
        case FieldKind.PICTURES:
            return _pictures(page, before)
        case FieldKind.DOCUMENTS:
            return [
                {"document": block["value"]["document"], "title": block["value"]["title"]}
                for block in page.documents.get_prep_value()
            ]
        case FieldKind.ROWS:
            return _rows(page, name)
        case FieldKind.CHECK:
            return ("yes" if page.contact_consent else "") if name == "contact_consent" else before
        case _:
            return getattr(page, name)


def _pictures(page: Any, before: Any) -> list[dict[str, Any]]:
    """Give the rows of the pictures; what the page does not hold of them is as it was before.

    A credit that was changed waits in the submission until it is approved.
    """
    typed = {row["image"]: row for row in before}
    blocks = [b["value"] for b in page.media.get_prep_value() if b["type"] == "picture"]
    rows = [
        {"image": block["image"], "alt": block["alt"], "caption": block.get("caption", "")}
        for block in blocks
    ]
    if page.cover_id:
        caption = typed.get(page.cover_id, {}).get("caption", "")
        rows.insert(0, {"image": page.cover_id, "alt": page.cover_alt, "caption": caption})
    makers = dict(
        PortalImage.objects.filter(pk__in=[row["image"] for row in rows]).values_list(
            "pk", "credit"
        )
    )
    credits_typed = {key: row.get("credit", "") for key, row in typed.items()}
    return [
        {**row, "credit": credits_typed.get(row["image"]) or makers.get(row["image"], "")}
        for row in rows
    ]


def _rows(page: Any, name: str) -> list[dict[str, Any]]:
    if name == "links":
        return [dict(block["value"]) for block in page.links.get_prep_value()]
    if name == "figures":
        blocks = page.results.get_prep_value()
        return [dict(block["value"]) for block in blocks if block["type"] == "indicator"]
    if name == "contributors":
        return [
            {"name": row.name, "organisation": row.organisation, "role": row.role}
            for row in page.contributors.all()
        ]
    return [
        {
            "name": row.name,
            "country": entry.code if (entry := snapshot().by_pk(row.country_id)) else "",
            "role": row.role,
        }
        for row in page.participants.all()
    ]
