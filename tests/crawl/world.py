"""Works, pages and terms whose words are marked with their language, for the crawl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat
from wagtail.fields import StreamField
from wagtail.models import Locale, PageViewRestriction

from hubs.models import Participant
from portal.accounts import invitations
from portal.accounts.models import Invitation, User
from portal.accounts.roles import TRANSLATOR
from portal.cms.models import (
    ContentPage,
    Contributor,
    HomePage,
    PortalDocument,
    PortalImage,
    SectionIndexPage,
    SectionPage,
    Work,
    WorkIndexPage,
    WorkTerm,
)
from portal.taxonomy.models import Kind, TaxonomyVersion, TermLabel
from search.indexer import drain
from search.models import OutboxRow
from tests import works
from tests.fixtures import empty_index, forget

from .pseudo import content

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# A name in letters that no language of the portal uses: the same for every reader.
NAME = "ქალაქი"
_KEPT = {
    *("slug", "url_path", "path", "draft_title", "seo_title", "search_description"),
    *("text_language", "start", "end", "contact_email", "edition", "network", "paper_number"),
    *("wanted_reference", "resource_language", "provider"),
}
_WORDS = {"text", "caption", "alt", "title", "label", "source", "value"}
_MARK = re.compile(r"⟦\w\w ([^⟦⟧]*)⟧")


@dataclass(frozen=True)
class CrawlWorld:
    """What the crawl finds.

    everywhere: a practice in every language. hub: in English and French. note: in English.
    spanish, arabic: in one language alone. chinese: a Chinese text on the English side. gone: taken
    down. locked: behind a password. closed: behind a log-in. alone: a page of text in English
    alone. paper, image: what their pages show. links: secrets of mailed links, by what each opens.
    invited: somebody's invitation to be a translator.
    """

    everywhere: Any
    hub: Any
    note: Any
    spanish: Any
    arabic: Any
    chinese: Any
    gone: Any
    locked: Any
    closed: Any
    alone: Any
    paper: PortalDocument
    image: PortalImage
    links: dict[str, str]
    invited: Invitation

    def of(self, page: Any, language: str) -> str:
        """Give the address of a work for a reader: its translation, or under the interface."""
        found = type(page).objects.filter(
            translation_key=page.translation_key, locale__language_code=language, live=True
        )
        translation = found.first()
        return translation.url if translation else f"/{language}/w/{page.work.reference}/"


def mark_page(page: Any, language: str) -> Any:
    """Mark all words of a page as those of a language, without saving."""
    for field in page._meta.get_fields():
        name = getattr(field, "attname", "")
        if isinstance(field, StreamField):
            raw = [dict(block) for block in getattr(page, name).raw_data]
            setattr(page, name, [_mark_block(block, language) for block in raw])
        elif (
            isinstance(field, models.CharField | models.TextField)
            and not isinstance(field, models.URLField | models.EmailField)
            and not field.choices
            and name not in _KEPT
            and isinstance(value := getattr(page, name), str)
            and value
        ):
            setattr(page, name, _mark(value, language))
    if hasattr(page, "citation") and page.citation:
        page.citation = NAME
    return page


def _mark(text: str, language: str) -> str:
    if "<" in text:
        return re.sub(r">([^<>]+)<", lambda m: f">{_mark(m[1], language)}<", text)
    plain = _MARK.sub(r"\1", text).replace("⟦", "").replace("⟧", "")
    return content(language, plain) if plain.strip() else text


def _mark_block(block: Any, language: str) -> Any:
    """Mark the words in a raw block, whatever its depth."""
    if isinstance(block, list):
        return [_mark_block(one, language) for one in block]
    if not isinstance(block, dict):
        return block
    found = {}
    for key, value in block.items():
        if isinstance(value, str) and key in _WORDS and not re.fullmatch(r"[\d.,% ]*", value):
            found[key] = _mark(value, language)
        else:
            found[key] = value if isinstance(value, str) else _mark_block(value, language)
    return found


def _publish(page: Any, language: str) -> Any:
    mark_page(page, language).save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def _translate(page: Any, language: str) -> Any:
    copy = page.copy_for_translation(Locale.objects.get(language_code=language))
    return _publish(copy, language)


def _mark_terms_and_tree() -> None:
    """Mark the labels of all terms, and the pages that every language has."""
    for name in ("text", "description"):
        TermLabel.objects.exclude(**{name: ""}).update(
            **{name: Concat(Value("⟦"), F("language"), Value(" "), F(name), Value("⟧"))}
        )
    TaxonomyVersion.touch()
    for model in (HomePage, SectionIndexPage, SectionPage, WorkIndexPage, ContentPage):
        for page in model.objects.select_related("locale"):
            mark_page(page, page.locale.language_code)
            if model is SectionPage:
                page.title = NAME
            # Not saved: a hundred pages would note as many changes for the index.
            names = [n for n in ("title", "heading", "introduction", "body") if hasattr(page, n)]
            model._default_manager.filter(pk=page.pk).update(
                **{name: getattr(page, name) for name in names}
            )


def _works() -> CrawlWorld:
    """Make the works, with everything filled in one of them."""
    from . import submitting  # which names this module

    hub = _publish(works.full_hub(), "en")
    _translate(hub, "fr")
    everywhere = works.full_practice(hub)
    everywhere.example_sections = ["lessons"]
    for code in (Kind.BODY, Kind.AWARD):
        everywhere.work_terms.add(WorkTerm(term=works.some_term(code)))
    everywhere = _publish(everywhere, "en")
    note = _publish(works.note(), "en")
    works.with_terms(note, body=[works.some_term(Kind.BODY).code], theme=["housing"])
    note = _publish(note, "en")
    spanish = _publish(
        works.resource("es", country=works.term("country", "ARG"), provider=NAME), "es"
    )
    arabic = works.case_study("mewa", "ar", country="MAR", edition="GOLD VI", network=NAME)
    arabic.work_terms.add(WorkTerm(term=works.some_term(Kind.PATHWAY)))
    arabic = _publish(arabic, "ar")
    for other in (note, spanish, arabic):
        works.relate(everywhere, other, "related")
    for language in LANGUAGES[1:]:
        _translate(everywhere, language)
    chinese = works.practice("aspac", title="武汉海绵城市", text_language="zh", country="CHN")
    chinese = _publish(chinese, "zh")
    gone = _publish(works.practice("africa"), "en")
    Work.objects.filter(pk=gone.work.pk).update(taken_down_on="2026-05-01", taken_down_reason=NAME)
    locked, closed = (_publish(works.practice("africa"), "en") for _number in range(2))
    for language in LANGUAGES[1:]:
        _translate(locked, language)
    PageViewRestriction.objects.create(page=locked, restriction_type="password", password="open")
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    for level, work in (("verified", everywhere), ("imported", note), ("section", hub)):
        works.verify(work, level)
    Work.objects.filter(pk=everywhere.work.pk).update(
        verified_by=NAME, verified_on="2024-03-05", review_due="2099-01-01"
    )
    Work.objects.filter(pk=note.work.pk).update(
        source_name=NAME, source_url="https://example.org/source", review_due="2020-01-01"
    )
    about = works.node("about")
    link = f'<a linktype="page" id="{note.pk}">See the note</a>'
    alone = ContentPage(title="Alone", locale=about.locale, body=[works.paragraph(link)])
    about.add_child(instance=alone)
    alone = _publish(alone, "en")
    for model in (Contributor, Participant):
        model._default_manager.update(name=NAME)
    PortalImage.objects.update(credit=NAME)
    return CrawlWorld(
        everywhere=everywhere,
        hub=hub,
        note=note,
        spanish=spanish,
        arabic=arabic,
        chinese=chinese,
        gone=gone,
        locked=locked,
        closed=closed,
        alone=alone,
        paper=PortalDocument.objects.earliest("pk"),
        image=PortalImage.objects.earliest("pk"),
        links=submitting.links(),
        invited=invitations.invite(
            "guest@example.org",
            TRANSLATOR,
            [],
            "en",
            User.objects.create_user("host@example.org", "a password for tests", first_name=NAME),
        ),
    )


@contextmanager
def built(folder: Path) -> Iterator[CrawlWorld]:
    """Make everything, in an index of its own."""
    with empty_index(folder):
        _mark_terms_and_tree()
        OutboxRow.objects.all().delete()
        world = _works()
        drain()
        forget()
        yield world
