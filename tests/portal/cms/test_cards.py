"""Cards say in which language their words are, and who wrote them."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from portal.cms import cards
from portal.taxonomy.models import Kind, TermLabel
from search import indexer
from search.run import search_by
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]

ONLY_ENGLISH = '<span lang="en" dir="auto">Only &lt;English&gt;</span>'


def card_of(query: str, language: str) -> str:
    """Give the card of the one work that a search finds."""
    (hit,) = search_by(QueryDict(query), language).hits
    return cards.render(cards.of_hit(hit, language))


@pytest.fixture
def labelled(world: None, db: None) -> Any:
    """A theme without a French label, and a practice of it."""
    theme = works.term(Kind.THEME, "climate")
    theme.labels.all().delete()
    TermLabel.objects.create(term=theme, language="en", text="Only <English>")
    page = works.practice(title="Sponge parks")
    works.with_terms(page, theme=["climate"], sdg=["sdg-11"])
    works.publish(page)
    indexer.drain()
    return page


def test_a_theme_without_a_label_in_the_readers_language_says_its_own(labelled: Any) -> None:
    assert ONLY_ENGLISH in card_of("q=sponge", "fr")
    assert "Only &lt;English&gt;" in card_of("q=sponge", "en")
    assert ONLY_ENGLISH not in card_of("q=sponge", "en")


def test_so_does_the_page_of_a_work(labelled: Any, client: Client) -> None:
    french = works.translated(labelled, title="Parcs éponges")
    assert ONLY_ENGLISH in client.get(french.url).content.decode()
    assert ONLY_ENGLISH not in client.get(labelled.url).content.decode()


def test_a_text_that_a_machine_translated_is_marked_for_its_readers_alone(labelled: Any) -> None:
    french = works.translated(labelled, title="Parcs éponges")
    indexer.drain()
    assert 'class="example-label"' not in card_of("", "fr")
    french.machine_translated = True
    works.publish(french)
    indexer.drain()
    hits = search_by(QueryDict(""), "fr").hits
    assert [hit.document.card["machine"] for hit in hits] == [["fr"]]
    assert cards.of_hit(hits[0], "fr").machine
    assert 'class="example-label"' in card_of("", "fr")
    assert 'class="example-label"' not in card_of("", "en")
