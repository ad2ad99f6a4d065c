"""Cards of works as HTML.

Written by hand, as the facets are: as a template, the twenty cards of a page took longer than the
search itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.templatetags.static import static
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from portal.cms import audience, links, periods, tiles
from portal.taxonomy.language import said, short
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from search.engines.base import Hit
from search.facets import WorkType

# How much of a summary a card shows where no passage was found.
PASSAGE = 220


@dataclass(frozen=True)
class Card:
    """What a card says.

    text_language: of title, passage and place; foreign: whether it is another than the reader's.
    machine: whether a machine wrote the text and nobody checked it. sdgs: number and name of each
    goal. readers: for whom it is, where not for everybody. why: what the work is there for, where
    that is not plain to see. heading: the element of the title. row: lying, as in lists, and not
    standing.
    """

    reference: str
    url: str
    title: str
    axis: str = "transversal"
    kinds: str = ""
    passage: str = ""
    text_language: str = ""
    foreign: bool = False
    place: str = ""
    period: str = ""
    level: str = ""
    level_label: str = ""
    languages: Sequence[str] = ()
    machine: bool = False
    sdgs: Sequence[tuple[str, str]] = ()
    example: bool = False
    readers: str = ""
    why: str = ""
    is_hub: bool = False
    heading: str = "h3"
    row: bool = False


def of_hit(hit: Hit, language: str, *, heading: str = "h3", row: bool = False) -> Card:
    """Say of a hit what a card shows a reader of a language.

    Everything comes from the indexed document; nothing is queried.
    """
    document, facts = hit.document, hit.document.card
    terms = snapshot()
    text = document.texts[hit.language]
    passage: str = mark_safe(hit.passage)  # noqa: S308 - escaped by the engine, <mark> only
    if row and not passage:
        passage = _opening(text.summary)

    def named(kind: str, code: str) -> str:
        entry = terms.resolve(kind, code) if code else None
        return said(entry.label(language)) if entry else ""

    kinds = (
        str(WorkType(document.type).label) if document.type in WorkType.values else "",
        named(Kind.PATHWAY, facts.get("pathway", "")),
        named(Kind.THEME, facts.get("theme", "")),
    )
    place = (text.place, named(Kind.COUNTRY, facts.get("country", "")))
    is_readable = hit.language == language
    return Card(
        reference=document.reference,
        url=text.url if is_readable else links.work(language, document.reference),
        title=mark_safe(hit.title),  # noqa: S308 - escaped by the engine, <mark> only
        axis=facts.get("axis", "transversal"),
        kinds=_joined(kinds),
        passage=passage,
        text_language=text.language,
        foreign=short(text.language) != language,
        place=_joined(place),
        period=periods.short(facts.get("start", ""), facts.get("end", ""), bool(facts.get("open"))),
        level=facts.get("verification", ""),
        level_label=named(Kind.VERIFICATION, facts.get("verification", "")),
        languages=document.facets.get("language", ()),
        machine=hit.language in facts.get("machine", ()),
        sdgs=[
            (entry.number, entry.label(language))
            for code in facts.get("sdgs", ())
            if (entry := terms.resolve(Kind.SDG, code))
        ],
        example=bool(facts.get("example")),
        readers=audience.label(document.audiences),
        why=gettext("Related by meaning") if hit.by_meaning else "",
        is_hub=document.type == WorkType.HUB,
        heading=heading,
        row=row,
    )


def render(card: Card) -> SafeString:
    """Write a card; what is not marked as safe is escaped."""
    language = _language_of_text(card)
    is_band = card.is_hub and not card.row
    shape = " card--row" if card.row else " card--hub" if is_band else ""
    axis = card.axis if card.axis in tiles.AXES else "transversal"
    tile = tiles.tile_svg(card.reference, axis, 16, 4 if is_band else 10)
    why = f'<p class="card-why">{escape(card.why)}</p>' if card.why else ""
    passage: str = conditional_escape(card.passage)
    if passage:
        passage = f'<p class="card-text"{language}>{passage}</p>'
    return mark_safe(  # noqa: S308 - every value is escaped
        f'<article class="card{shape} axis-{escape(card.axis)}">'
        f'<div class="card-cover">{tile}</div>'
        f'<div class="card-body"><p class="kind">{conditional_escape(card.kinds)}</p>'
        f'<{card.heading} class="card-title"><a href="{escape(card.url)}"{language}>'
        f"{conditional_escape(card.title)}</a></{card.heading}>"
        f'<p class="card-meta">{_meta(card)}</p>{why}{passage}{_foot(card)}</div></article>'
    )


def _joined(parts: Iterable[str]) -> SafeString:
    """Write what there is of some texts, one after the other."""
    return mark_safe(" · ".join(conditional_escape(part) for part in parts if part))  # noqa: S308


def _opening(text: str) -> str:
    """Cut a text to what a card shows: at the end of a word where the script parts words."""
    if len(text) <= PASSAGE:
        return text
    cut = text[:PASSAGE]
    return f"{cut.rpartition(' ')[0] or cut} …"


def _language_of_text(card: Card) -> str:
    return f' lang="{escape(card.text_language)}" dir="auto"' if card.foreign else ""


def _meta(card: Card) -> str:
    """Write for whom it is, place, period, verification and languages."""
    parts: list[str] = []
    if card.readers:
        parts.append(f'<span class="readers">{_icon("lock")}{escape(card.readers)}</span>')
    if card.place:
        direction = ' dir="auto"' if card.foreign else ""
        parts.append(f"<span{direction}>{conditional_escape(card.place)}</span>")
    if card.period:
        parts.append(f"<span><bdi>{escape(card.period)}</bdi></span>")
    if card.level_label:
        sign = _icon("check") if card.level == "verified" else ""
        label = conditional_escape(card.level_label)
        parts.append(f'<span class="level level--{escape(card.level)}">{sign}{label}</span>')
    if card.languages:
        words = gettext("Languages:")
        codes = " ".join(card.languages).upper()
        parts.append(
            f'<span class="lang-tags"><span class="visually-hidden">{escape(words)} </span>'
            f"<bdi>{escape(codes)}</bdi></span>"
        )
    return "".join(parts)


def _icon(name: str) -> str:
    sprite = escape(static("icons/sprite.svg"))
    return f'<svg class="icon" aria-hidden="true"><use href="{sprite}#{name}"></use></svg>'


def _foot(card: Card) -> str:
    """Write the goals, that a text is an example, and that a machine translated it."""
    if not (card.sdgs or card.example or card.machine):
        return ""
    goals = marks = ""
    if card.sdgs:
        words, word = gettext("Goals"), escape(gettext("SDG"))
        items = "".join(
            f'<li><span class="sdg sdg-{escape(number)}" title="{escape(name)}">'
            f'<span class="visually-hidden">{word} </span>{escape(number)}</span></li>'
            for number, name in card.sdgs
        )
        goals = f'<ul class="sdgs" aria-label="{escape(words)}">{items}</ul>'
    if card.example:
        marks += _mark(gettext("With example texts"))
    if card.machine:
        marks += _mark(gettext("Translated by machine"))
    return f'<div class="card-foot">{goals}{marks}</div>'


def _mark(words: str) -> str:
    return f'<span class="example-label">{escape(words)}</span>'
