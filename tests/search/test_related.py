"""Beside a work: those like it and those near it, each with its reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from search import related
from search.engines.base import Engine, EngineUnavailable
from search.indexer import drain
from search.related import Around, around
from tests import works

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world", "index"),
]


def housing(title: str, **fields: Any) -> Any:
    """Make a practice about housing."""
    return works.practice(title=title, theme=["housing"], **fields)


def unlike(title: str, **fields: Any) -> Any:
    """Make a practice that shares neither terms nor territory with those about housing."""
    shared = {"theme": ["climate"], "sdg": ["sdg-14"], "country": "JPN", "territory": None}
    return works.practice("aspac", title=title, **{**shared, **fields})


def beside(page: Any, language: str = "en", named: tuple[str, ...] = ()) -> Around:
    drain()
    return around(page.translation_key, language, named)


def titles(found: Around) -> list[str]:
    return [one.hit.document.texts[one.hit.language].title for one in found.similar]


def test_the_same_theme_and_target_make_works_alike() -> None:
    page, other = housing("Rents"), housing("Homes")
    for one in (page, other):
        works.with_terms(one, sdg=["sdg-11"], target=["11.1"], theme=["housing"])
        works.publish(one)
    unlike("Fish")
    found = beside(page)
    assert titles(found)[0] == "Homes"
    theme, target = found.similar[0].reasons
    assert theme == "Same theme: Housing and the right to the city"
    assert target == "Same SDG target: 11.1"


def test_reasons_are_in_the_readers_language() -> None:
    page = housing("Rents")
    housing("Homes")
    reason = beside(page, "fr").similar[0].reasons[0]
    assert "Logement" in reason


def test_a_work_is_not_beside_itself_nor_twice() -> None:
    page = housing("Rents")
    other = housing("Homes")
    works.translated(other, "fr", title="Logements")
    works.translated(page, "fr", title="Loyers")
    assert titles(beside(page)) == ["Homes"]


def test_what_the_page_names_anyway_is_left_out() -> None:
    page = housing("Rents")
    other = housing("Homes")
    assert titles(beside(page, named=(str(other.translation_key),))) == []


def test_what_shares_nothing_is_not_beside() -> None:
    page = housing("Rents", country="KEN")
    unlike("Fish")
    assert titles(beside(page)) == []


def test_only_what_everybody_may_see() -> None:
    page = housing("Rents", latitude=6.45, longitude=3.39)
    hidden = housing("Hidden", latitude=6.45, longitude=3.40)
    housing("Draft", live=False, latitude=6.45, longitude=3.40)
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    found = beside(page)
    assert (found.similar, found.nearest, found.total) == ((), (), 1)
    assert beside(hidden) == Around()


def test_near_here_the_nearest_first() -> None:
    page = housing("Here", latitude=6.45, longitude=3.39)
    unlike("Near", latitude=6.50, longitude=3.39)
    unlike("Nearer", latitude=6.46, longitude=3.39)
    unlike("Far", latitude=9.0, longitude=3.39)
    found = beside(page)
    shown = [one.hit.document.texts["en"].title for one in found.nearest]
    assert shown == ["Nearer", "Near"]
    assert found.nearest[0].reasons == ("1 km away",)
    assert found.near is not None
    assert found.total == 3  # what the search shows, this work among them
    assert found.near.query_string() == "near=6.45%2C3.39"


def test_the_nearest_is_not_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    page = housing("Here", latitude=6.45, longitude=3.39)
    unlike("Near", latitude=6.46, longitude=3.39)
    for number in range(3):
        unlike(f"Later {number}", latitude=6.75, longitude=3.39)
    monkeypatch.setattr(related, "_LOOKED_AT", 2)
    found = beside(page)
    assert found.nearest[0].hit.document.texts["en"].title == "Near"
    assert found.total == 5


def test_a_works_page_shows_them(client: Client) -> None:
    page = housing("Rents", latitude=6.45, longitude=3.39)
    housing("Homes", latitude=6.46, longitude=3.39)
    unlike("Sewers", latitude=6.47, longitude=3.39)
    drain()
    html = client.get(page.url).content.decode()
    assert "Similar works" in html
    assert "Same theme: Housing" in html
    assert "Near here" in html
    assert "near=6.45%2C3.39" in html
    assert "2 km away" in html
    assert "All works within 50 km <bdi>(3)</bdi>" in html


def test_no_section_where_all_that_is_near_is_shown_already(client: Client) -> None:
    page = housing("Rents", latitude=6.45, longitude=3.39)
    housing("Homes", latitude=6.46, longitude=3.39)
    drain()
    html = client.get(page.url).content.decode()
    assert "Similar works" in html
    assert "Near here" not in html


def test_the_page_is_there_when_the_engine_is_not(
    client: Client, index: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = housing("Rents")
    housing("Homes")
    drain()

    def down(*args: Any, **kwargs: Any) -> None:
        raise EngineUnavailable("The server is down.")

    monkeypatch.setattr(index, "similar", down)
    answer = client.get(page.url)
    assert answer.status_code == 200
    assert "Similar works" not in answer.content.decode()
    assert "The server is down." in caplog.text


def test_a_search_around_a_place_says_so_and_lets_it_go(client: Client) -> None:
    page = works.practice(title="Here", latitude=6.45, longitude=3.39)
    works.practice(title="Far", latitude=50.0, longitude=3.39)
    drain()
    html = client.get("/en/search/?near=6.45,3.39&within=20").content.decode()
    assert page.title in html
    assert "Far" not in html
    assert "Within 20 km of 6.45, 3.39" in html
    assert '<input type="hidden" name="near" value="6.45,3.39">' in html
    assert '<input type="hidden" name="within" value="20">' in html
