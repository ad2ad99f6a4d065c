"""Makes works in the tree as editors would: with what publication needs, or with everything."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image
from wagtail.models import Locale, Page

from hubs.models import HubPage, Participant
from portal.cms import tree
from portal.cms.models import (
    Contributor,
    PortalDocument,
    PortalImage,
    RelatedWork,
    Work,
    WorkPage,
    WorkTerm,
)
from portal.taxonomy.models import Kind, Term
from practices.models import CaseStudyPage, GoodPracticePage, PolicyNotePage, ResourcePage
from practices.template import TEMPLATE

SUMMARY = "The city opened its streams again, and the cellars stay dry."
FACTS: dict[str, Any] = {"country": "DNK", "sdg": ["sdg-06", "sdg-11"], "theme": ["climate"]}


def term(kind: str, code: str) -> Term:
    """Give a term of the taxonomy."""
    return Term.objects.get(kind=kind, code=code)


def some_term(kind: str) -> Term:
    """Give the first term of a kind."""
    found = Term.objects.filter(kind=kind, retired=False).order_by("position", "code").first()
    assert found is not None, kind
    return found


def node(place: str, language: str = "en") -> Page:
    """Give a page of the tree: "section:africa", "policy-notes", "home" ..."""
    return Page.objects.get(
        translation_key=tree.key(place), locale__language_code=language
    ).specific


def block(kind: str, value: Any) -> dict[str, Any]:
    """Give a raw block of a StreamField."""
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def paragraph(text: str) -> dict[str, Any]:
    """Give a paragraph."""
    return block("paragraph", f"<p>{text}</p>")


def with_terms(page: WorkPage, **codes: list[str]) -> None:
    """Give a page the terms of these kinds and codes, and no others."""
    page.work_terms = [
        WorkTerm(term=term(kind, code)) for kind, wanted in codes.items() for code in wanted
    ]


def needed_parts() -> dict[str, Any]:
    """Give what the template needs for publication."""
    return {part.name: [paragraph(f"About {part.name}.")] for part in TEMPLATE if part.needed}


def _place(page: Any, place: str, language: str, live: bool) -> Any:
    parent = node(place, language)
    page.locale, page.live = parent.locale, False
    parent.add_child(instance=page)
    if live:
        page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def _practice(model: type[Any], section: str, language: str, live: bool, fields: Any) -> Any:
    terms = {kind: fields.pop(kind, FACTS[kind]) for kind in ("sdg", "theme")}
    country = fields.pop("country", FACTS["country"])
    values = {"title": "Streams in the open", "summary": SUMMARY, **needed_parts(), **fields}
    page = model(**values)
    page.country = term("country", country) if country else None
    with_terms(page, **terms)
    return _place(page, f"section:{section}", language, live)


def practice(
    section: str = "europe", language: str = "en", live: bool = True, **fields: Any
) -> GoodPracticePage:
    """Make a good practice; `country`, `sdg` and `theme` take codes."""
    page: GoodPracticePage = _practice(GoodPracticePage, section, language, live, fields)
    return page


def case_study(
    section: str = "europe", language: str = "en", live: bool = True, **fields: Any
) -> CaseStudyPage:
    """Make a GOLD VI case study."""
    page: CaseStudyPage = _practice(CaseStudyPage, section, language, live, fields)
    return page


def hub(section: str = "europe", language: str = "en", live: bool = True, **fields: Any) -> HubPage:
    """Make a hub."""
    values = {
        "title": "Hub of open streams",
        "summary": SUMMARY,
        "host": "City of Aarhus",
        "objective": [paragraph("Cities learn from one another.")],
        "status": "active",
        **fields,
    }
    page: HubPage = _place(HubPage(**values), f"section:{section}", language, live)
    return page


def note(language: str = "en", live: bool = True, **fields: Any) -> PolicyNotePage:
    """Make a policy note."""
    values = {
        "title": "Note on housing",
        "summary": SUMMARY,
        "body": [paragraph("A home.")],
        **fields,
    }
    page: PolicyNotePage = _place(PolicyNotePage(**values), "policy-notes", language, live)
    return page


def resource(language: str = "en", live: bool = True, **fields: Any) -> ResourcePage:
    """Make a resource."""
    values = {
        "title": "Course on water",
        "summary": SUMMARY,
        "resource_url": "https://example.org/course",
        **fields,
    }
    page: ResourcePage = _place(ResourcePage(**values), "resources", language, live)
    return page


def translated(page: Any, language: str = "fr", live: bool = True, **fields: Any) -> Any:
    """Make a work's page in another language, as a person who types it would."""
    locale = Locale.objects.get(language_code=language)
    copy = page.copy_for_translation(locale)
    for name, value in {"title": f"{page.title} ({language})", **fields}.items():
        setattr(copy, name, value)
    revision = copy.save_revision()
    if live:
        revision.publish()
    return type(page).objects.get(pk=copy.pk)


def publish(page: Any, **fields: Any) -> Any:
    """Change a page and publish it; give it as the database has it then."""
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def verify(page: WorkPage, level: str) -> None:
    """Give a work a verification level."""
    work = Work.objects.get(translation_key=page.translation_key)
    work.verification = term(Kind.VERIFICATION, level)
    work.save()


def relate(page: WorkPage, other: WorkPage, relation: str = "hub") -> None:
    """Let a page name another work."""
    page.related_works = [
        *page.related_works.all(),
        RelatedWork(
            work=Work.objects.get(translation_key=other.translation_key), relation=relation
        ),
    ]
    page.save_revision().publish()


def picture(title: str = "A street") -> PortalImage:
    """Make a picture."""
    file = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(file, "PNG")
    return PortalImage.objects.create(title=title, file=ImageFile(file, name="street.png"))


def document(title: str = "The plan") -> PortalDocument:
    """Make a document."""
    return PortalDocument.objects.create(
        title=title, file=ContentFile(b"%PDF-1.4 plan", name="plan.pdf")
    )


def full_practice(within: HubPage | None = None, **fields: Any) -> GoodPracticePage:
    """Make a practice in which every field and every kind of block is filled.

    It belongs to the hub `within`, or else to one of its own.
    """
    image, paper, hub_page = picture(), document(), within or hub(title="Hub of the practice")
    every = [
        paragraph('Text with <b>bold</b> and <a href="https://example.org/">a link</a>'),
        block("picture", {"image": image.pk, "alt": "A street", "caption": "Now"}),
        block("quote", {"text": "It was worth it.", "source": "A resident"}),
    ]
    parts: dict[str, Any] = {part.name: list(every) for part in TEMPLATE}
    parts["results"] = [*every, block("indicator", {"value": "300", "label": "streets"})]
    page = practice(
        live=False,
        **parts,
        place="Aarhus",
        cover=image,
        cover_alt="A street with a stream",
        media=[
            block("picture", {"image": image.pk, "alt": "A street", "caption": ""}),
            block("video", {"title": "Film", "url": "https://example.org/film"}),
        ],
        documents=[block("document", {"title": "The plan", "document": paper.pk})],
        links=[block("link", {"title": "The city", "url": "https://example.org/city"})],
        latitude=56.1572,
        longitude=10.2107,
        territory=some_term(Kind.TERRITORY),
        population=285000,
        start="2012-05",
        end="2015",
        status="completed",
        citation="City of Aarhus (2015).",
        example_sections=["lessons"],
        contact_name="The streams office",
        contact_email="streams@example.org",
        contact_consent=True,
        **fields,
    )
    with_terms(
        page,
        sdg=["sdg-06"],
        theme=["climate"],
        target=["6.5"],
        agenda=[some_term(Kind.AGENDA).code],
    )
    page.contributors = [Contributor(name="City of Aarhus", role="author")]
    page.related_works = [
        RelatedWork(work=Work.objects.get(translation_key=hub_page.translation_key), relation="hub")
    ]
    page.save_revision().publish()
    return GoodPracticePage.objects.get(pk=page.pk)


def full_hub(**fields: Any) -> HubPage:
    """Make a hub with participants and updates."""
    page = hub(
        live=False,
        label_edition="call-1",
        updates=[
            block("update", {"date": "2021-08-12", "title": "Start", "text": "<p>We met.</p>"})
        ],
        **fields,
    )
    page.participants = [
        Participant(name="City of Aarhus", country=term("country", "DNK"), role="host")
    ]
    page.save_revision().publish()
    return HubPage.objects.get(pk=page.pk)
