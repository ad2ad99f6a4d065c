"""A translation says the original's facts everywhere, whatever its own copies of them hold."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from portal.cms.documents import work_document
from portal.cms.models import Contributor
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]

# What each language's page says for itself; everything else is a fact.
OWN = {
    *("summary", "text_language", "place", "cover", "cover_alt", "media", "documents", "links"),
    *("licence", "body", "recommendations", "objective", "method", "outputs", "funding", "join"),
    "updates",
}


def blank_facts(page: Any) -> None:
    """Empty every fact of a page's own row, past all that keeps them alike."""
    model = type(page)
    empty: dict[str, Any] = {}
    for one in (model, *model._meta.get_parent_list()):
        if one._meta.app_label == "wagtailcore":
            continue
        for field in one._meta.local_fields:
            if field.name in OWN or field.primary_key or field.name == "example_sections":
                continue
            if field.get_internal_type() in ("CharField", "TextField"):
                empty[field.name] = ""
            elif field.null:
                empty[field.name] = None
    model.objects.filter(pk=page.pk).update(**empty, example_sections=[])
    page.work_terms.all().delete()
    page.related_works.all().delete()
    page.contributors.all().delete()


def told(page: Any, client: Client) -> tuple[str, Any]:
    """Give what the page and the index say."""
    html = re.sub(r"csrf[^>]+>", "", client.get(page.url).content.decode())
    return html, work_document(type(page), page.translation_key, 1)


@pytest.mark.parametrize("kind", ["practice", "case", "note", "resource", "hub"])
def test_blank_facts_of_a_translation_change_nothing(kind: str, client: Client) -> None:
    page: Any = {
        "practice": works.full_practice,
        "case": lambda: works.case_study(
            network="Habitat Network",
            paper_number="17",
            source_pdf_url="https://example.org/paper.pdf",
            start="2012",
        ),
        "note": lambda: works.note(start="2020-05"),
        "resource": lambda: works.resource(provider="City school", resource_type="course"),
        "hub": lambda: works.full_hub(start="2021", latitude=56.1, longitude=10.2),
    }[kind]()
    page.contributors = [Contributor(name="City of Aarhus", organisation="Aarhus")]
    page = works.publish(page)
    french = works.translated(page, "fr")
    before = told(french, client)
    blank_facts(french)
    assert told(type(french).objects.get(pk=french.pk), client) == before
