"""Loads the demo works: originals as pages, translations through wagtail-localize's own sources.

A work's digest is kept; a run over unchanged files changes nothing, and a work that an editor has
changed since is left alone.
"""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from wagtail.models import Locale, Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail_localize.models import (
    String,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.strings import StringValue

from hubs.models import HubPage, Participant
from portal.cms import tree
from portal.cms.models import Contributor, RelatedWork, Work, WorkPage, WorkTerm
from portal.cms.prose import block_id, html, paragraphs, prose, structs
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from practices.models import CaseStudyPage, GoodPracticePage, PolicyNotePage, ResourcePage
from practices.template import BY_NAME
from search.audience import PUBLIC

WORKS = Path(__file__).parent / "works"
LOADER_VERSION = "1"
MODELS: dict[str, type[WorkPage]] = {
    "hub": HubPage,
    "resource": ResourcePage,
    "policy_note": PolicyNotePage,
    "case_study": CaseStudyPage,
    "good_practice": GoodPracticePage,
}
PARENTS = {"policy_note": "policy-notes", "resource": "resources"}
# The demonstration's verification marks are examples; the site's banner says so.
CHECKED = {
    "submitted": ("", None),
    "section": ("{section}", datetime.date(2026, 3, 12)),
    "verified": ("{section}, UCLG World Secretariat", datetime.date(2026, 6, 3)),
}
REVIEW_YEARS = 2


@dataclass
class Loaded:
    """What a run did, by reference."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DemoWork:
    """One file of the demo."""

    data: dict[str, Any]
    digest: str

    @property
    def reference(self) -> str:
        """Give the work's public reference."""
        return str(self.data["reference"])

    @property
    def translation_key(self) -> uuid.UUID:
        """Give the key that the work's pages share, the same in every installation."""
        return tree.key(f"work:{self.reference}")


def read_works(folder: Path = WORKS) -> list[DemoWork]:
    """Read all files: hubs first, since other works name them, and practices last.

    What is loaded last is the newest, and stands first on the home page.
    """
    works = []
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_text("utf-8")
        data = yaml.load(text, yaml.CSafeLoader)
        digest = hashlib.sha256(f"{LOADER_VERSION}\n{text}".encode()).hexdigest()
        works.append(DemoWork(data, digest))
    order = list(MODELS)
    return sorted(works, key=lambda work: (order.index(work.data["type"]), work.reference))


def load(
    works: list[DemoWork] | None = None, progress: Callable[[str], None] = lambda line: None
) -> Loaded:
    """Load works (all by default); `progress` gets a line for each that is written."""
    report = Loaded()
    works = read_works() if works is None else works
    fresh = {work.reference for work in works if _make_work(work)}
    for work in works:
        row = Work.objects.get(translation_key=work.translation_key)
        if work.reference in fresh:
            outcome = report.made
        elif row.imported_digest == work.digest:
            report.same.append(work.reference)
            continue
        elif _edited(work):
            report.kept.append(work.reference)
            continue
        else:
            outcome = report.changed
        progress(f"{work.reference} {work.data['slug']}")
        # Each row of a page would update Wagtail's reference index; once a page is enough.
        with transaction.atomic(), disable_reference_index_auto_update():
            _write(work)
            Work.objects.filter(pk=row.pk).update(imported_digest=work.digest)
        for page in Page.objects.filter(translation_key=work.translation_key).specific():
            ReferenceIndex.create_or_update_for_object(page)
        outcome.append(work.reference)
    return report


def _make_work(work: DemoWork) -> bool:
    """Make the work's row, so that others can name it; tell whether it is new."""
    locale = Locale.objects.get(language_code=work.data["source_language"])
    _row, made = Work.objects.get_or_create(
        translation_key=work.translation_key,
        defaults={
            "reference": work.reference,
            "source_locale": locale,
            "work_type": MODELS[work.data["type"]].work_type,
        },
    )
    return made


def _edited(work: DemoWork) -> bool:
    """Tell whether a person has changed a page of this work."""
    pages = Page.objects.filter(translation_key=work.translation_key)
    return pages.filter(latest_revision__user__isnull=False).exists()


def _write(work: DemoWork) -> None:
    """Write the original and its translations, and what belongs to the work as a whole."""
    data = work.data
    source_language = data["source_language"]
    locale = Locale.objects.get(language_code=source_language)
    model = MODELS[data["type"]]
    page = model.objects.filter(translation_key=work.translation_key, locale=locale).first()
    is_new = page is None
    if page is None:
        page = model(translation_key=work.translation_key, locale=locale)
    _fill_text(page, data, source_language)
    _fill_facts(page, data)
    _write_work(work, page)
    if is_new:
        _parent(data, locale).add_child(instance=page)
    page.save_revision().publish()
    page = model.objects.get(pk=page.pk)
    for language in data["text"]:
        if language != source_language:
            _translate(page, data, language)


def _parent(data: dict[str, Any], locale: Locale) -> Page:
    place = PARENTS.get(data["type"]) or f"section:{data['section']}"
    return Page.objects.get(translation_key=tree.key(place), locale=locale)


def _write_work(work: DemoWork, page: WorkPage) -> None:
    """Write audience, provenance and verification."""
    facts = work.data["facts"]
    level = facts.get("verification", "submitted")
    section = snapshot().resolve(Kind.SECTION, work.data.get("section") or "world-secretariat")
    checked_by, checked_on = CHECKED[level]
    entry = snapshot().resolve(Kind.VERIFICATION, level)
    Work.objects.filter(translation_key=work.translation_key).update(
        audience=work.data.get("audience", PUBLIC),
        source_name=facts["source"]["name"][:255],
        source_url=facts["source"]["url"],
        source_id="",
        verification_id=entry.pk if entry else None,
        verified_by=checked_by.format(section=section.name if section else ""),
        verified_on=checked_on,
        review_due=checked_on.replace(year=checked_on.year + REVIEW_YEARS) if checked_on else None,
    )


def _fill_text(page: WorkPage, data: dict[str, Any], language: str) -> None:
    """Write what the page says in one language."""
    text, reference = data["text"][language], data["reference"]
    page.title = text["title"]
    page.slug = data["slug"]
    page.summary = " ".join(text["summary"].split())
    page.place = text.get("place", "")
    fields = [("links", structs(reference, "links", "link", text.get("links", [])))]
    for name, value in [*fields, *_prose_fields(page, text, reference)]:
        setattr(page, name, value)


def _prose_fields(
    page: WorkPage, text: dict[str, Any], reference: str
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give the StreamFields of a page type with their blocks."""
    if isinstance(page, GoodPracticePage | CaseStudyPage):
        for name in BY_NAME:
            blocks = prose(reference, name, text.get(name) or "")
            if name == "results":
                figures = text.get("indicators", [])
                blocks += structs(reference, name, "indicator", figures)
            yield name, blocks
    elif isinstance(page, HubPage):
        for name in HubPage.PARTS:
            yield name, prose(reference, name, text.get(name) or "")
        updates = [
            {"date": row["date"], "title": row["title"], "text": html(row["text"])}
            for row in text.get("updates", [])
        ]
        yield "updates", structs(reference, "updates", "update", updates)
    else:
        yield "body", prose(reference, "body", text.get("body") or "")
        if isinstance(page, PolicyNotePage):
            yield "recommendations", _recommendations(reference, text.get("recommendations") or "")


def _recommendations(reference: str, text: str) -> list[dict[str, Any]]:
    """Give one block for each recommendation, which the files write as lines of a list."""
    lines = [line.removeprefix("- ") for part in paragraphs(text) for line in part.split("\n- ")]
    return [
        {
            "type": "recommendation",
            "value": html(" ".join(line.split())),
            "id": block_id(reference, "recommendations", number),
        }
        for number, line in enumerate(lines)
    ]


def _fill_facts(page: WorkPage, data: dict[str, Any]) -> None:
    """Write the facts, which only the original carries."""
    facts = data["facts"]
    taxonomy = snapshot()
    country = taxonomy.resolve(Kind.COUNTRY, facts.get("country") or "")
    territory = taxonomy.resolve(Kind.TERRITORY, facts.get("territory") or "")
    page.text_language = data.get("text_language", "")
    page.country_id = country.pk if country else None
    page.territory_id = territory.pk if territory else None
    page.latitude, page.longitude = facts.get("latitude"), facts.get("longitude")
    page.population = facts.get("population")
    page.start = str(facts.get("start") or facts.get("date") or "")
    page.end = str(facts.get("end") or "")
    page.status = facts.get("status") or ""
    page.licence = facts.get("licence", "cc-by")
    page.example_sections = list(facts.get("example_sections") or [])
    terms = []
    for kind, codes in (facts.get("terms") or {}).items():
        for code in codes:
            entry = taxonomy.resolve(kind, code)
            if entry is None:
                raise ValueError(f"{data['reference']}: there is no {kind} {code}")
            terms.append(WorkTerm(term_id=entry.pk))
    page.work_terms = terms
    page.related_works = [
        RelatedWork(work=Work.objects.get(reference=reference), relation=relation)
        for name, relation in (("hubs", "hub"), ("related", "related"))
        for reference in facts.get(name) or []
        if Work.objects.filter(reference=reference).exists()
    ]
    page.contributors = [Contributor(**row) for row in facts.get("contributors") or []]
    for name in (
        "edition",
        "network",
        "paper_number",
        "source_pdf_url",
        "host",
        "label_edition",
        "provider",
        "resource_url",
        "resource_type",
    ):
        if facts.get(name) and hasattr(page, name):
            setattr(page, name, facts[name])
    if isinstance(page, HubPage):
        page.participants = [
            Participant(
                name=row["name"],
                role=row.get("role", "member"),
                country_id=_pk(taxonomy.resolve(Kind.COUNTRY, row.get("country") or "")),
            )
            for row in facts.get("participants") or []
        ]


def _pk(entry: Any) -> int | None:
    return entry.pk if entry else None


def _translate(page: WorkPage, data: dict[str, Any], language: str) -> None:
    """Write one translation, string by string, as a translator would have done.

    The page in the other language is built in memory with the same block ids; its segments then
    stand at the same paths as the original's.
    """
    locale = Locale.objects.get(language_code=language)
    source, _made = TranslationSource.update_or_create_from_instance(page)
    translation, _made = Translation.objects.get_or_create(source=source, target_locale=locale)
    told = type(page)(locale=locale)
    _fill_text(told, data, language)
    _fill_facts(told, data)
    strings: dict[str, list[str]] = {}
    for segment in extract_segments(told):
        if isinstance(segment, StringSegmentValue) and not segment.is_empty():
            strings.setdefault(segment.path, []).append(segment.string.data)
    for segment in (
        StringSegment.objects.filter(source=source)
        .select_related("context")
        .order_by("context_id", "order")
    ):
        waiting = strings.get(segment.context.path)
        if not waiting:
            raise ValueError(f"{data['reference']}: {language} lacks {segment.context.path}")
        StringTranslation.objects.update_or_create(
            translation_of_id=segment.string_id,
            locale=locale,
            context_id=segment.context_id,
            defaults={
                "data": waiting.pop(0),
                "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
            },
        )
    translation.save_target(publish=False)
    translation.get_target_instance().get_latest_revision().publish()
    for path, text in (data.get("translated_from", {}).get(language) or {}).items():
        _translated_from(source, locale, path, text)


def _translated_from(source: TranslationSource, locale: Locale, path: str, text: str) -> None:
    """Say that a passage was translated when the original read otherwise: it is out of date."""
    earlier = String.from_value(source.locale, StringValue.from_plaintext(text))
    told = StringTranslation.objects.filter(
        locale=locale, context__object_id=source.object_id, context__path=path
    )
    told.filter(translation_of=earlier).delete()
    if not told.update(translation_of=earlier):
        raise ValueError(f"{locale}: nothing is translated at {path}")
