"""What the public templates need: tiles, cards, facets, labels, periods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from babel.dates import format_date
from django import template
from django.http import QueryDict
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi, gettext, ngettext

from portal.cms import cards, facet_list, links, menus, numbers, periods, tiles
from portal.cms.models import WorkPage
from portal.taxonomy import language
from portal.taxonomy.language import current_language
from portal.taxonomy.snapshot import snapshot
from search import run
from search.audience import audiences_of
from search.engines.base import Hit
from search.facets import BY_NAME
from search.related import Around, Reasoned, around
from search.relax import Without
from search.request import SearchRequest
from search.run import Answer, FacetGroup, FacetValue

register = template.Library()


@register.simple_tag
def home_url() -> str:
    """Give the address of the home page in the reader's language."""
    return links.home(current_language())


@register.simple_tag
def icon(name: str, flip: bool = False) -> SafeString:
    """Draw an icon of the sprite; `flip` mirrors it in right-to-left pages."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        " icon--flip" if flip else "",
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def tile(reference: str, axis: str, columns: int, rows: int) -> SafeString:
    """Draw the pattern of a work."""
    axis = axis if axis in tiles.AXES else "transversal"
    return mark_safe(tiles.tile_svg(reference, axis, columns, rows))  # noqa: S308 - our own SVG


@register.simple_tag
def portal_tile(columns: int, rows: int) -> SafeString:
    """Draw the portal's own pattern."""
    return tile(tiles.PORTAL_REFERENCE, tiles.PORTAL, columns, rows)


@register.filter
def number(value: int | float | None) -> str:
    """Write a number as the reader's language does, with Western digits."""
    return "" if value is None else numbers.spelled(value, current_language())


@register.filter
def long_date(value: Any) -> str:
    """Write a date as the reader's language does."""
    return format_date(value, format="long", locale=periods.locale()) if value else ""


@register.filter
def own_name(code: str) -> str:
    """Give a language's name in itself."""
    return language.own_name(code)


@register.filter
def language_name(code: str) -> str:
    """Give a language's name in the reader's language."""
    return language.name(code, current_language())


@register.filter
def direction(code: str) -> str:
    """Give the writing direction of a language."""
    return language.direction(code)


@register.simple_tag(takes_context=True)
def text_lang(context: RequestContext) -> SafeString:
    """Mark an element whose text is a page's own, where that is in another language."""
    if not context.get("other_language"):
        return mark_safe("")
    code = context["text_language"]
    return format_html(' lang="{}" dir="{}"', code, language.direction(code))


@register.simple_tag
def period(start: str, end: str, is_open: bool = False) -> str:
    """Write a period: "2012–2015", "2012–" while it goes on, "2012"."""
    return periods.short(start, end, is_open)


@register.simple_tag
def label(kind: str, code: str) -> str:
    """Give the label of a term in the reader's language."""
    entry = snapshot().resolve(kind, code)
    return entry.label(current_language()) if entry else code


@register.filter
def entry_label(entry: Any) -> str:
    """Give the label of a term of the snapshot in the reader's language."""
    return entry.label(current_language()) if entry else ""


@register.filter
def entry_text(entry: Any) -> SafeString:
    """Write the label of a term as HTML, with its language where that is not the reader's."""
    return language.said(entry.label(current_language()) if entry else "")


register.filter("said", language.said)


@register.filter
def entry_description(entry: Any) -> str:
    """Give the description of a term of the snapshot in the reader's language."""
    return entry.description(current_language()) if entry else ""


@register.simple_tag
def card(hit: Hit, heading: str = "h3", row: bool = False) -> SafeString:
    """Write one hit as a card; see `portal.cms.cards`."""
    return cards.render(cards.of_hit(hit, current_language(), heading=heading, row=row))


@register.simple_tag
def reasoned_card(one: Reasoned) -> SafeString:
    """Write a work that stands beside another one, with the reasons."""
    shown = cards.of_hit(one.hit, current_language(), heading="h3")
    return cards.render(replace(shown, why=" · ".join(one.reasons)))


@register.simple_tag
def facets(answer: Answer, unfold: Iterable[str]) -> SafeString:
    """Write the facets as HTML; see `portal.cms.facet_list`."""
    return facet_list.render(answer, unfold)


@register.simple_tag
def chips(answer: Answer) -> list[dict[str, Any]]:
    """List what is selected, each with the search that is left without it."""
    values = [
        {
            "key": group.facet.label,
            "label": _chip_label(group, value),
            "language": getattr(value.label, "language", ""),
            "query": _without(answer, group, value),
        }
        for group in answer.groups
        for value in group.selected
    ]
    return [*values, *_place_chips(answer.request)]


def _place_chips(asked: SearchRequest) -> list[dict[str, Any]]:
    """List the circle and the box of a search as the facets' values are."""
    without = {"near": replace(asked, near=None, page=1), "box": replace(asked, box=None, page=1)}
    return [
        {"key": gettext("Place"), "label": label, "query": without[name].query_string()}
        for name, label in _place_labels(asked).items()
    ]


def _place_labels(asked: SearchRequest) -> dict[str, str]:
    """Say where a search looks: in its circle (`near`), in its box (`box`)."""
    found = {}
    if asked.near:
        place = f"{asked.near.latitude:.4g}, {asked.near.longitude:.4g}"
        found["near"] = gettext("Within %(number)s km of %(place)s") % {
            "number": number(round(asked.near.kilometres)),
            # Kept from left to right, or a minus would stand behind its number in Arabic.
            "place": f"\u2066{place}\u2069" if get_language_bidi() else place,
        }
    if asked.box:
        found["box"] = gettext("In an area of the map")
    return found


@register.simple_tag
def around_work(page: WorkPage, language: str) -> Around:
    """Find works like the work of a page, and those near it."""
    named = [str(row.work.translation_key) for row in page.named_works]
    return around(page.translation_key, language, named, page.audiences)


def _chip_label(group: FacetGroup, value: FacetValue) -> str:
    """Give a value's label; of a goal's target the number, since its text fills three lines."""
    return value.code if group.facet.name == "sdg" and value.depth else value.label


def _without(answer: Answer, group: FacetGroup, value: FacetValue) -> str:
    return answer.request.toggle(group.facet.name, value.code).query_string()


@register.simple_tag
def without_label(answer: Answer, one: Without) -> str:
    """Name the filters that a wider search does without: “Theme: Housing, Mobility”."""
    if not one.facet:
        return ""
    if place := _place_labels(answer.request).get(one.facet):
        name, chosen = gettext("Place"), place
    else:
        name = str(BY_NAME[one.facet].label)
        chosen = ", ".join(value.label for value in answer.facet(one.facet).selected)
    return gettext("“%(name)s: %(chosen)s”") % {"name": name, "chosen": chosen}


@register.simple_tag
def result_count(total: int) -> str:
    """Say how many works were found, in the plural of the language."""
    return ngettext("%(number)s result", "%(number)s results", total) % {"number": number(total)}


@register.simple_tag
def work_count(total: int) -> str:
    """Say how many works there are, in the plural of the language."""
    return ngettext("%(number)s work", "%(number)s works", total) % {"number": number(total)}


@register.simple_tag
def show_count(total: int) -> str:
    """Label the button that leads from the filters to the list."""
    return ngettext("Show %(number)s result", "Show %(number)s results", total) % {
        "number": number(total)
    }


@register.simple_tag
def figures(answer: Answer) -> list[dict[str, str]]:
    """Say of an answer how many works, countries and languages it holds."""
    works = answer.total
    places = answer.facet("region").values
    # Countries have letters as codes, regions digits.
    countries = sum(1 for value in places if value.count and value.code.isalpha())
    languages = sum(1 for value in answer.facet("language").values if value.count)
    return [
        {"value": number(value), "label": label}
        for value, label in (
            (works, ngettext("work", "works", works)),
            (countries, ngettext("country", "countries", countries)),
            (languages, ngettext("language", "languages", languages)),
        )
        if value
    ]


@register.simple_tag
def work_list(page: Any) -> menus.MenuItem:
    """Give the list in which a work stands, as the main menu names it."""
    return menus.list_of(page.work.work_type, current_language())


@register.simple_tag(takes_context=True)
def section_cards(context: RequestContext, sections: Iterable[Any]) -> list[dict[str, Any]]:
    """List sections with the number of works of each that the reader may read."""
    audiences = audiences_of(context["request"])
    answer = run.search_by(QueryDict(), current_language(), size=1, audiences=audiences)
    counts = {value.code: value.count for value in answer.facet("section").values}
    return [{"page": page, "count": counts.get(page.term.code, 0)} for page in sections]


@register.simple_tag
def page_links(answer: Answer) -> Sequence[dict[str, Any]]:
    """List the pages to link: first, last, and those around the current one; gaps as None."""
    current, last = answer.request.page, answer.pages
    wanted = sorted({1, last, *range(max(1, current - 2), min(last, current + 2) + 1)})
    links: list[dict[str, Any]] = []
    for page in wanted:
        if links and page - links[-1]["page"] > 1:
            links.append({"page": page - 1, "gap": True})
        links.append({"page": page, "query": answer.page_query(page), "current": page == current})
    return links


@register.filter
def query(text: str) -> SafeString:
    """Write a query string for a link, with its question mark; nothing asked is "?"."""
    return mark_safe("?" + escape(text))  # noqa: S308 - escaped right here


@register.simple_tag
def page_query(answer: Answer, page: int) -> str:
    """Give the query string of another page of a list."""
    return answer.page_query(page)


@register.simple_tag
def selected_count(answer: Answer) -> int:
    """Count the selected facet values, the circle and the box."""
    asked = answer.request
    places = sum(1 for place in (asked.near, asked.box) if place)
    return sum(len(codes) for codes in asked.selections.values()) + places


@register.simple_tag
def population(inhabitants: int | None) -> str:
    """Write a number of inhabitants."""
    if not inhabitants:
        return ""
    return gettext("%(number)s inhabitants") % {"number": number(inhabitants)}
