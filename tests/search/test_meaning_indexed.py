"""Meaning from the form to the page: works of the database, indexed, checked, found and shown."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.test import Client
from django.utils.translation import gettext, override

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from search import indexer
from search.meaning.goals import suggest_goals
from search.models import OutboxRow
from search.run import search_by
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]
BROKEN = "tests.encoder.BrokenEncoder"


def found(words: str, language: str = "fr") -> list[tuple[str, bool]]:
    """Give title and mark of the hits of a search."""
    data = QueryDict(mutable=True)
    data["q"] = words
    hits = search_by(data, language).hits
    return [(hit.document.texts[hit.language].title, hit.by_meaning) for hit in hits]


def test_a_second_rebuild_encodes_nothing(meaning: Any) -> None:
    works.practice(title="waste", summary="waste", sdg=["sdg-17"])
    indexer.rebuild()
    before = meaning.calls
    assert before
    indexer.rebuild()
    assert meaning.calls == before
    assert indexer.compare() == indexer.Comparison()
    assert meaning.calls == before


def test_what_was_indexed_without_meaning_gets_it(meaning: Any, settings: Any) -> None:
    settings.SEARCH_ENCODER, works_well = BROKEN, settings.SEARCH_ENCODER
    page = works.practice(title="waste", summary="waste", sdg=["sdg-17"])
    indexer.rebuild()
    assert found("déchets") == []
    assert not indexer.compare(), "nothing can be done while the encoder fails"
    settings.SEARCH_ENCODER = works_well
    assert indexer.compare().stale == [str(page.translation_key)]
    with pytest.raises(CommandError, match="differs"):
        call_command("search_check", stdout=StringIO())
    call_command("search_check", "--repair", stdout=StringIO())
    assert not indexer.compare()
    assert found("déchets") == [("waste", True)]
    assert not OutboxRow.objects.exists()


def test_an_encoder_that_fails_or_is_off_makes_nothing_stale(meaning: Any, settings: Any) -> None:
    works.practice(title="waste", summary="waste", sdg=["sdg-17"])
    indexer.rebuild()
    for encoder in (BROKEN, "off"):
        settings.SEARCH_ENCODER = encoder
        assert not indexer.compare()


@pytest.mark.parametrize(
    ("language", "typed", "title"),
    [
        ("en", "waste", "residuos"),
        ("fr", "déchets", "waste"),
        ("es", "residuos", "waste"),
        ("pt", "resíduos", "waste"),
        ("ar", "النفايات", "waste"),
    ],
)
def test_page_and_api_say_what_is_found_by_meaning_alone(
    meaning: Any, client: Client, language: str, typed: str, title: str
) -> None:
    works.practice(title=title, summary=title, sdg=["sdg-17"])
    indexer.rebuild()
    answer = client.get(f"/{language}/search/", {"q": typed})
    with override(language):
        mark = gettext("Related by meaning")
    assert language == "en" or mark != "Related by meaning"
    page = answer.content.decode()
    assert title in page
    assert mark in page
    (hit,) = client.get("/api/v1/search", {"q": typed, "lang": language}).json()["hits"]
    assert hit["by_meaning"]
    (own,) = client.get("/api/v1/search", {"q": title, "lang": language}).json()["hits"]
    assert not own["by_meaning"]
    assert mark not in client.get(f"/{language}/search/", {"q": title}).content.decode()
    assert language in dict(portal.LANGUAGES)


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("Safe drinking water and toilets for every household", "sdg-06"),
        ("L'égalité entre les femmes et les hommes", "sdg-05"),
        ("Energía solar en los tejados de las escuelas", "sdg-07"),
    ],
)
def test_goals_are_suggested_with_a_target_of_theirs(settings: Any, text: str, goal: str) -> None:
    settings.SEARCH_ENCODER = "search.meaning.encoders.UniversalSentenceEncoder"
    found = suggest_goals(text)
    assert found[0].goal == goal
    assert len({one.goal for one in found}) == 3
    targets = {one.code: one.parent for one in snapshot().of_kind(Kind.TARGET)}
    assert all(targets[one.target] == one.goal for one in found)


def test_goals_of_nothing(meaning: Any, settings: Any) -> None:
    assert suggest_goals("  ") == ()
    assert len(suggest_goals("water", limit=5)) == 5
    settings.SEARCH_ENCODER = "off"
    assert suggest_goals("water") == ()
