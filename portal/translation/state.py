"""Where translations stand: one by one, and counted over all works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, WorkflowState
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from portal.cms.models import SectionPage, Work, WorkPage
from search.facets import WorkType


class State(models.TextChoices):
    """Where a work stands in a language, the least finished first."""

    MISSING = "missing", _("Not translated")
    DRAFT = "draft", _("In translation")
    IN_REVIEW = "review", _("In review")
    OUT_OF_DATE = "outdated", _("Out of date")
    MACHINE = "machine", _("Translated by machine, not approved")
    CURRENT = "current", _("Translated")


@dataclass(frozen=True)
class Passage:
    """A passage of the original that has no translation.

    path: the field in which it stands. text: the passage. before: what stood there when it was
    last translated, or "". translation: the translation of that.
    """

    path: str
    text: str
    before: str = ""
    translation: str = ""


@dataclass(frozen=True)
class Progress:
    """How many passages an original has, how many are translated, how many of these by machine."""

    total: int
    translated: int
    machine: int

    @property
    def open(self) -> int:
        """Give how many passages are not translated."""
        return self.total - self.translated


def progress(translation: Translation) -> Progress:
    """Count the passages of one translation."""
    found = _translated(translation)
    counts = (
        StringSegment.objects.filter(source_id=translation.source_id)
        .annotate(done=Exists(found), machine=Exists(found.filter(translation_type="machine")))
        .aggregate(
            total=Count("pk"),
            translated=Count("pk", filter=Q(done=True)),
            by_machine=Count("pk", filter=Q(machine=True)),
        )
    )
    return Progress(counts["total"], counts["translated"], counts["by_machine"])


def open_passages(translation: Translation) -> list[Passage]:
    """List the passages without a translation, in the order of the page.

    wagtail-localize keeps the translations of passages that were replaced; the last one of the same
    field and block tells what changed.
    """
    segments = (
        StringSegment.objects.filter(source_id=translation.source_id)
        .exclude(Exists(_translated(translation)))
        .select_related("string", "context")
        .order_by("order")
    )
    segments = list(segments)
    present = {segment.string_id for segment in translation.source.stringsegment_set.all()}
    earlier = {
        one.context_id: one
        for one in StringTranslation.objects.filter(
            locale_id=translation.target_locale_id,
            context_id__in={segment.context_id for segment in segments},
        )
        .exclude(translation_of_id__in=present)
        .select_related("translation_of")
        .order_by("updated_at")
    }
    passages = []
    for segment in segments:
        old = earlier.get(segment.context_id)
        passages.append(
            Passage(
                segment.context.path,
                segment.string.data,
                old.translation_of.data if old else "",
                old.data if old else "",
            )
        )
    return passages


def machine_strings(translation: Translation) -> models.QuerySet[StringTranslation]:
    """Give what a machine wrote of a translation and nobody approved."""
    segments = StringSegment.objects.filter(
        source_id=translation.source_id,
        string_id=OuterRef("translation_of_id"),
        context_id=OuterRef("context_id"),
    )
    found: models.QuerySet[StringTranslation] = StringTranslation.objects.filter(
        Exists(segments), locale_id=translation.target_locale_id, translation_type="machine"
    )
    return found


def _translated(translation: Translation) -> models.QuerySet[StringTranslation]:
    found: models.QuerySet[StringTranslation] = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=translation.target_locale_id,
        has_error=False,
    )
    return found


@dataclass(frozen=True)
class Row:
    """A work in a language that is not its original's.

    original, page: ids of the pages (page is None where there is none). section: the code of the
    section under which the work stands, or "". open: passages that have no translation.
    """

    title: str
    type: str
    section: str
    source: str
    language: str
    state: str
    original: int
    page: int | None
    open: int


def coverage(originals: models.QuerySet[Any] | None = None) -> list[Row]:
    """Tell for every work and every language of content where it stands.

    originals: the works' original pages that are looked at; all that are live by default. Takes the
    same number of queries however many there are.
    """
    if originals is None:
        originals = WorkPage.objects.all()
    is_original = Work.objects.filter(
        translation_key=OuterRef("translation_key"), source_locale_id=OuterRef("locale_id")
    )
    found = list(
        originals.filter(Exists(is_original), live=True, alias_of__isnull=True)
        .order_by("title", "pk")
        .values("pk", "title", "path", "translation_key", "locale__language_code")
    )
    types = dict(Work.objects.values_list("translation_key", "work_type"))
    targets = {
        (page["translation_key"], page["locale__language_code"]): page
        for page in WorkPage.objects.filter(alias_of__isnull=True).values(
            "pk", "translation_key", "locale__language_code", "live", "machine_translated"
        )
    }
    open_counts = _open_counts()
    reviewed = {
        int(pk)
        for pk in WorkflowState.objects.filter(
            status=WorkflowState.STATUS_IN_PROGRESS,
            base_content_type__app_label="wagtailcore",
            base_content_type__model="page",
        ).values_list("object_id", flat=True)
    }
    sections = dict(SectionPage.objects.values_list("path", "term__code"))
    languages = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    rows = []
    for page in found:
        key, source = page["translation_key"], page["locale__language_code"]
        for language in languages:
            if language == source:
                continue
            target = targets.get((key, language))
            left = open_counts.get((key, language), 0)
            rows.append(
                Row(
                    page["title"],
                    types.get(key, ""),
                    _section(page["path"], sections),
                    source,
                    language,
                    _state(target, left, reviewed),
                    page["pk"],
                    target["pk"] if target else None,
                    left,
                )
            )
    return rows


def _state(target: Mapping[str, Any] | None, left: int, reviewed: set[int]) -> State:
    if target is None:
        return State.MISSING
    if target["pk"] in reviewed:
        return State.IN_REVIEW
    if not target["live"]:
        return State.DRAFT
    if left:
        return State.OUT_OF_DATE
    return State.MACHINE if target["machine_translated"] else State.CURRENT


def _open_counts() -> dict[tuple[Any, str], int]:
    """Give (translation key, language) -> passages without translation, for all translations."""
    totals = dict(StringSegment.objects.values_list("source_id").annotate(count=Count("pk")))
    done = {
        (source, locale): count
        for source, locale, count in StringSegment.objects.filter(
            string__translations__context_id=F("context_id"),
            string__translations__has_error=False,
        )
        .values_list("source_id", "string__translations__locale_id")
        .annotate(count=Count("pk", distinct=True))
    }
    return {
        (key, language): totals.get(source, 0) - done.get((source, locale), 0)
        for source, locale, key, language in Translation.objects.filter(enabled=True).values_list(
            "source_id",
            "target_locale_id",
            "source__object_id",
            "target_locale__language_code",
        )
    }


def _section(path: str, sections: Mapping[str, str]) -> str:
    ends = range(Page.steplen, len(path), Page.steplen)
    return next((sections[path[:end]] for end in ends if path[:end] in sections), "")


@dataclass(frozen=True)
class Cell:
    """How many works there are for a language, how many can be read in it, and in which state."""

    works: int
    states: Mapping[str, int]

    @property
    def readable(self) -> int:
        """Give how many are published in the language."""
        return sum(
            self.states.get(state, 0) for state in (State.OUT_OF_DATE, State.MACHINE, State.CURRENT)
        )


def table(rows: Iterable[Row], by: str) -> dict[str, dict[str, Cell]]:
    """Count rows: value of the field `by` ("type" or "section") -> language -> cell."""
    counters: dict[str, dict[str, Counter[str]]] = {}
    for row in rows:
        languages = counters.setdefault(getattr(row, by), {})
        languages.setdefault(row.language, Counter())[row.state] += 1
    return {
        value: {
            language: Cell(sum(counter.values()), dict(counter))
            for language, counter in languages.items()
        }
        for value, languages in counters.items()
    }


TYPE_LABELS = dict(WorkType.choices)
