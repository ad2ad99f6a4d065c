"""From a work's pages to the document that is searched."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import Entry, Snapshot, snapshot
from search.audience import PUBLIC, PUBLIC_ONLY, SECRETARIAT
from search.document import LanguageText, SearchDocument, register
from search.facets import Media
from search.public import only_public, readable_by

from . import audience
from .models import Work, WorkPage
from .models.relations import RelatedWork
from .models.workpage import languages_of

# Facet of a work <- kind of its terms.
TERM_FACETS = {
    "theme": (Kind.THEME,),
    "sdg": (Kind.SDG, Kind.TARGET),
    "agenda": (Kind.AGENDA,),
    "pathway": (Kind.PATHWAY,),
    "body": (Kind.BODY,),
    "award": (Kind.AWARD,),
}
VERIFICATION_RANK = {"verified": 1.0, "section": 0.7, "submitted": 0.4, "imported": 0.0}


def register_documents(model: type[WorkPage]) -> None:
    """Let the works of a page type be searched."""
    register(model._meta.label_lower, partial(work_document, model))


def work_document(
    model: type[WorkPage], translation_key: UUID, version: int
) -> SearchDocument | None:
    """Build the document of the work of one page type; None when no page of it may be found.

    What is not for everybody is found by its readers: the document names them. Only texts that all
    of them may read are in it.
    """
    found = model.objects.filter(
        translation_key=translation_key, alias_of__isnull=True
    ).select_related("locale", "cover")
    pages, audiences = _pages(found)
    if not pages:
        return None
    original = next((page for page in pages if page.is_original), pages[0].original)
    work = original.work
    taxonomy = snapshot()
    return SearchDocument(
        id=str(translation_key),
        reference=work.reference,
        type=str(model.work_type),
        version=version,
        audiences=tuple(sorted(audiences)),
        texts={page.locale.language_code: _text(page) for page in pages},
        facets=_facets(original, pages, work, taxonomy),
        labels=_labels(original, taxonomy),
        point=_point(original),
        year=_years(original)[0] if _years(original) else None,
        published=_published(pages),
        rank=VERIFICATION_RANK.get(_code(original.verification_entry), 0.4),
        card=_card(original, work) | _by_machine(pages),
    )


def _pages(found: QuerySet[WorkPage]) -> tuple[list[WorkPage], frozenset[str]]:
    """Give the pages of a work that go into the index, and for whom they are.

    Mostly they are for everybody, which one query tells.
    """
    pages = list(only_public(found).order_by("locale_id"))
    if pages:
        return pages, PUBLIC_ONLY
    closed = readable_by(found, frozenset({PUBLIC, SECRETARIAT})).order_by("locale_id")
    each = {page: audience.of_page(page) for page in closed}
    originals = [page for page in each if page.is_original]
    if not each:
        return [], frozenset()
    wanted = each[originals[0]] if originals else frozenset.intersection(*each.values())
    return [page for page, readers in each.items() if readers >= wanted], wanted


def _text(page: WorkPage) -> LanguageText:
    return LanguageText(
        title=page.title,
        summary=page.summary,
        place=page.place,
        body="\n".join(part for part in page.body_parts() if part),
        url=page.get_url() or "",
        language=page.own_language,
    )


def _facets(
    original: WorkPage, pages: Iterable[WorkPage], work: Work, taxonomy: Snapshot
) -> dict[str, tuple[str, ...]]:
    """Give every code of the work, ancestors included."""
    facets: dict[str, set[str]] = {
        "type": {str(work.work_type)},
        "language": languages_of(pages),
        "year": {str(year) for year in _years(original)},
        "hub": {
            row.work.reference
            for row in original.related_works.select_related("work")
            if row.relation == RelatedWork.Relation.HUB
        },
        "media": set(_media(original)),
        "verification": {_code(original.verification_entry)},
        "territory": {_code(original.territory_entry)},
        "population": {_band(original.population, taxonomy)},
        "section": {original.section.term.code} if original.section else set(),
    }
    for facet, kinds in TERM_FACETS.items():
        entries = [entry for kind in kinds for entry in original.terms_of(kind)]
        facets[facet] = _with_ancestors(entries, taxonomy)
    facets["axis"] = {entry.axis for entry in original.terms_of(Kind.THEME)}
    if country := original.country_entry:
        facets["region"] = _with_ancestors([country], taxonomy)
        facets["group"] = set(country.groups)
    return {name: tuple(sorted(codes - {""})) for name, codes in facets.items() if codes - {""}}


def _with_ancestors(entries: Iterable[Entry], taxonomy: Snapshot) -> set[str]:
    codes = set()
    for entry in entries:
        codes.add(entry.code)
        codes.update(ancestor.code for ancestor in taxonomy.ancestors(entry))
    return codes


def _years(page: WorkPage) -> list[int]:
    """Give every year of the period; an open one runs to this year, unless it was one date."""
    if not page.start:
        return [int(page.end[:4])] if page.end else []
    first = int(page.start[:4])
    if page.end:
        last = int(page.end[:4])
    elif page.is_ongoing:
        last = max(first, timezone.localdate().year)
    else:
        last = first
    return list(range(first, last + 1))


def _media(page: WorkPage) -> Iterable[str]:
    kinds = {block.block_type for block in page.media}
    if page.cover_id or "picture" in kinds:
        yield Media.PICTURE
    if "video" in kinds:
        yield Media.VIDEO
    if page.documents:
        yield Media.DOCUMENT


def _band(population: int | None, taxonomy: Snapshot) -> str:
    if population is None:
        return ""
    for entry in taxonomy.of_kind(Kind.POPULATION):
        if (
            entry.current
            and (entry.lower or 0) <= population
            and (entry.upper is None or population < entry.upper)
        ):
            return entry.code
    return ""


def _labels(page: WorkPage, taxonomy: Snapshot) -> str:
    """Give labels and synonyms of the work's terms, and of what stands above, in all languages."""
    entries: dict[int, Entry] = {}
    own = [*page.terms, page.country_entry, page.territory_entry]
    if page.section:
        own.append(taxonomy.by_pk(page.section.term_id))
    for entry in own:
        if entry is None:
            continue
        entries[entry.pk] = entry
        if entry.kind != Kind.TARGET:
            entries.update({above.pk: above for above in taxonomy.ancestors(entry)})
    words: dict[str, None] = {}
    for entry in entries.values():
        if entry.kind == Kind.TARGET:
            continue  # whole sentences: a word of theirs says little of the work
        words.update(dict.fromkeys(entry.labels.values()))
        for synonyms in entry.synonyms.values():
            words.update(dict.fromkeys(synonyms))
        if entry.name:
            words[entry.name] = None
    return "\n".join(words)


def _point(page: WorkPage) -> tuple[float, float] | None:
    if page.latitude is None or page.longitude is None:
        return None
    return (page.latitude, page.longitude)


def _published(pages: Iterable[WorkPage]) -> str:
    dates = [page.first_published_at for page in pages if page.first_published_at]
    return min(dates).astimezone(datetime.UTC).isoformat() if dates else ""


def _code(entry: Entry | None) -> str:
    return entry.code if entry else ""


def _by_machine(pages: Iterable[WorkPage]) -> dict[str, object]:
    """Name the languages whose text a machine wrote and nobody checked; nothing where none is."""
    codes = [
        page.locale.language_code
        for page in pages
        if page.machine_translated and not page.is_original
    ]
    return {"machine": codes} if codes else {}


def _card(page: WorkPage, work: Work) -> dict[str, object]:
    """Give what a result list shows: codes, which are labelled when they are shown."""
    themes = page.terms_of(Kind.THEME)
    return {
        "theme": themes[0].code if themes else "",
        "axis": page.axis,
        "country": _code(page.country_entry),
        "sdgs": [entry.code for entry in page.terms_of(Kind.SDG)],
        "start": page.start,
        "end": page.end,
        "open": page.is_ongoing,
        "status": page.status,
        "verification": _code(page.verification_entry),
        "pathway": _code(next(iter(page.terms_of(Kind.PATHWAY)), None)),
        "example": bool(page.example_sections),
        "source": work.source_name if work.imported_at else "",
    }
