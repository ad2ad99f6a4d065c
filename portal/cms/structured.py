"""What a page says to machines: schema.org descriptions as JSON-LD.

A good practice and a case study are an Article, a policy note is a Report. A hub's page is a
WebPage about a Project: an undertaking of organisations over some years. (An Event has one start
and a programme to attend; a hub has not.) A resource's page is a WebPage about something that
lives elsewhere and is described under its own address: the portal does not claim it.

Who is named as an author may be a city or a person; the field does not say which, so that the
name is given as text. Organisations beside it are described as such.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import Entry
from search.facets import WorkType

from . import links
from .models import WorkPage
from .models.licence import Licence

Node = dict[str, Any]

LICENCE_ADDRESSES: Final[Mapping[str, str]] = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC_BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/",
}
WORK_TYPES: Final[Mapping[str, str]] = {
    WorkType.GOOD_PRACTICE: "Article",
    WorkType.CASE_STUDY: "Article",
    WorkType.POLICY_NOTE: "Report",
    WorkType.HUB: "WebPage",
    WorkType.RESOURCE: "WebPage",
}
# Types of resource -> what schema.org calls them; the others are a CreativeWork.
RESOURCE_TYPES: Final[Mapping[str, str]] = {
    "case-collection": "Collection",
    "course": "Course",
    "learning-module": "LearningResource",
    "peer-learning-note": "LearningResource",
    "report": "Report",
    "guide": "LearningResource",
    "dataset": "Dataset",
    "tool": "WebApplication",
}
# The United Nations' own identifiers of goals and targets.
SDG_IDENTIFIERS: Final = "https://metadata.un.org/sdg/"
# Inside a script element HTML ends at "</script", whatever the quotes say; and older parsers of
# JavaScript stop at these two separators.
_ESCAPES: Final = {
    ord(letter): f"\\u{ord(letter):04x}" for letter in ("<", ">", "&", "\u2028", "\u2029")
}


def script(nodes: Iterable[Node]) -> SafeString:
    """Write nodes as a data block for a page's head; what they say cannot end the element."""
    graph = {"@context": "https://schema.org", "@graph": list(nodes)}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return mark_safe(  # noqa: S308 - escaped in the line above
        f'<script type="application/ld+json">{text}</script>'
    )


def publisher(root: str) -> Node:
    """Describe UCLG, under the site's address `root`."""
    return {
        "@type": "Organization",
        "@id": f"{root}/#uclg",
        "name": "United Cities and Local Governments",
        "alternateName": "UCLG",
        "url": "https://www.uclg.org/",
    }


def website(root: str, language: str) -> Node:
    """Describe the portal in one language and how it is searched."""
    search = reverse("search")
    return {
        "@type": "WebSite",
        "@id": f"{root}/#site",
        "name": settings.WAGTAIL_SITE_NAME,
        "url": f"{root}{links.home(language)}",
        "inLanguage": [code for code, _name in settings.LANGUAGES],
        "publisher": {"@id": f"{root}/#uclg"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{root}{search}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> Node:
    """Describe the way to a page: address and name of each step, the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": url}
            for number, (url, name) in enumerate(steps, start=1)
        ],
    }


def work(page: WorkPage, root: str, image: str) -> Node:
    """Describe a work as its page tells it. `image` is the address of its card."""
    facts: Any = page.original
    url = page.full_url
    node: Node = {
        "@type": WORK_TYPES[page.work_type],
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "name": page.title,
        "headline": page.title,
        "description": page.meta_description,
        "genre": str(WorkType(page.work_type).label),
        "inLanguage": page.own_language,
        "identifier": page.work.reference,
        "sameAs": f"{root}{page.work.get_absolute_url()}",
        "image": image,
        "author": [row.name for row in page.authors],
        "sourceOrganization": _organisations(row.organisation for row in page.authors),
        "publisher": {"@id": f"{root}/#uclg"},
        "isPartOf": {"@id": f"{root}/#site"},
        "about": _terms(page, root),
        "keywords": _keywords(page),
        "spatialCoverage": place(page),
        "temporalCoverage": period(facts.start, facts.end, page.is_ongoing),
        "license": LICENCE_ADDRESSES.get(facts.licence, ""),
        "creditText": page.citation_text,
        "isBasedOn": page.work.source_url,
        "isAccessibleForFree": True,
        "datePublished": _date(page.first_published_at),
        "dateModified": _date(page.last_published_at),
        **_translations(page),
    }
    if page.work_type == WorkType.HUB:
        node["mainEntity"] = _project(page)
    elif page.work_type == WorkType.RESOURCE:
        node["mainEntity"] = _resource(page)
    if node["@type"] == "WebPage":
        # What is described is the main entity, not the page.
        del node["mainEntityOfPage"]
    return _filled(node)


def _filled(node: Node) -> Node:
    """Leave out what is empty."""
    return {name: value for name, value in node.items() if value not in ("", None, [], {})}


def _date(moment: Any) -> str:
    return moment.isoformat() if moment else ""


def _organisations(names: Iterable[str]) -> list[Node]:
    return [{"@type": "Organization", "name": name} for name in dict.fromkeys(names) if name]


def place(page: WorkPage) -> Node:
    """Say where: place and country, and the point; nothing where neither is known."""
    facts, country = page.original, page.country_entry
    language = page.locale.language_code
    name = ", ".join(
        part for part in (page.place, country.label(language) if country else "") if part
    )
    if not name:
        return {}
    node: Node = {
        "@type": "Place",
        "name": name,
        "address": _filled(
            {
                "@type": "PostalAddress",
                "addressLocality": page.place,
                "addressCountry": country.iso2 if country else "",
            }
        ),
    }
    if facts.latitude is not None:
        node["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": facts.latitude,
            "longitude": facts.longitude,
        }
    return node


def period(start: str, end: str, is_open: bool = False) -> str:
    """Write a period as ISO 8601 does: "2012/2015", "2012/.." while it goes on, "2012"."""
    if start and end and start != end:
        return f"{start}/{end}"
    if start and is_open:
        return f"{start}/.."
    return start or end


def _terms(page: WorkPage, root: str) -> list[Node]:
    """Describe goals, targets and themes, with their addresses here and at the United Nations."""
    language = page.locale.language_code
    return [
        *(_term(entry, language, root, "themes") for entry in page.theme_entries),
        *(_term(entry, language, root, "sdgs") for entry in page.sdg_entries),
        *(_term(entry, language, root, "sdgs") for entry in page.target_entries),
    ]


def _term(entry: Entry, language: str, root: str, name: str) -> Node:
    node = {
        "@type": "DefinedTerm",
        # A target's label is a long sentence, which its address at the United Nations gives.
        "name": entry.code if entry.kind == Kind.TARGET else entry.label(language),
        "termCode": entry.code,
        "url": f"{root}{links.route(language, 'entry', name, entry.code)}",
    }
    if entry.kind in (Kind.SDG, Kind.TARGET):
        node["sameAs"] = f"{SDG_IDENTIFIERS}{entry.number}"
    return node


def _keywords(page: WorkPage) -> list[str]:
    """List the labels of all terms but the targets, which are whole sentences."""
    language = page.locale.language_code
    entries = [*page.terms, page.country_entry, page.territory_entry]
    labels = [entry.label(language) for entry in entries if entry and entry.kind != Kind.TARGET]
    return list(dict.fromkeys(labels))


def _translations(page: WorkPage) -> Node:
    """Name the original that this page translates, or the translations that it has."""
    others = [other for other in page.live_translations if other.pk != page.pk and other.full_url]
    if page.is_original:
        return {"workTranslation": [_other_language(page, other) for other in others]}
    source = page.work.source_locale_id
    original = next((other for other in others if other.locale_id == source), None)
    return {"translationOfWork": _other_language(page, original)} if original else {}


def _other_language(page: WorkPage, other: Any) -> Node:
    return {
        "@type": WORK_TYPES[page.work_type],
        "@id": other.full_url,
        "name": other.title,
        "inLanguage": other.own_language,
    }


def _project(page: Any) -> Node:
    """Describe a hub: who hosts it, who takes part, where and when."""
    facts = page.original
    return _filled(
        {
            "@type": "Project",
            "@id": f"{page.full_url}#hub",
            "name": page.title,
            "description": page.summary,
            "identifier": page.work.reference,
            "foundingDate": facts.start,
            "dissolutionDate": facts.end,
            "location": place(page),
            "parentOrganization": next(iter(_organisations([facts.host])), {}),
            "member": _organisations(row.name for row in page.people),
        }
    )


def _resource(page: Any) -> Node:
    """Describe what a resource's page points to, under its own address."""
    facts = page.original
    return _filled(
        {
            "@type": RESOURCE_TYPES.get(facts.resource_type, "CreativeWork"),
            "@id": facts.resource_url,
            "url": facts.resource_url,
            "name": page.title,
            "description": page.summary,
            "provider": next(iter(_organisations([facts.provider])), {}),
        }
    )
