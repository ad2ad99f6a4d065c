"""“Did you mean”: offered where it finds something, from public works alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import QueryDict
from django.test import Client

from search.audience import PUBLIC_ONLY
from search.engines import get_engine
from search.run import Answer, search_by
from search.spelling import alike
from tests.fixtures import empty_index
from tests.search.works import text, work

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world", "shelf"),
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A few works in several scripts, one of them private."""
    theme = {"theme": ("housing",)}
    with empty_index(tmp_path_factory.mktemp("shelf")) as engine:
        engine.write(
            [
                work("a", "Housing for all", place="Barcelona", facets=theme),
                work("b", "Social housing", body="The housing of Medellín."),
                work("c", "Water and mobility", place="Łódź"),
                work("d", texts={"ar": text("الإسكان في القاهرة", "ar")}),
                work("e", texts={"ru": text("Жильё для всех", "ru")}),
                work("f", texts={"el": text("Κατοικία για όλους", "el")}),
                work("g", "Hushkeeper", audience="hidden"),
                work("h", "The moss of the wall"),
                work("i", texts={"fr": text("Le mots des villes", "fr")}),
                work("j", texts={"zh": text("海绵城市", "zh")}),
            ],
            {},
        )
        yield


def ask(query: str, language: str = "en") -> Answer:
    """Search as the page does."""
    return search_by(QueryDict(query), language, relaxing=True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("housnig", "housing"),
        ("houssing", "housing"),
        ("husing", "housing"),
        ("barselona", "Barcelona"),
        ("medelin", "Medellín"),
        ("lodx", "Łódź"),
        ("القاهره", None),
        ("القاهرت", "القاهرة"),
        ("жилье", None),
        ("жилбе", "Жильё"),
        ("κατοικια", None),
        ("κατικία", "Κατοικία"),
        ("housnig barselona", "housing Barcelona"),
        ('"social housnig"', '"social housing"'),
        ("mobilty -housnig", "mobility -housnig"),
        ("xx", None),
        ("海棉城市", None),
        ("xyzzyqqq", None),
        ("housing", None),
    ],
)
def test_suggestions(typed: str, meant: str | None) -> None:
    data = QueryDict(mutable=True)
    data["q"] = typed
    suggestion = search_by(data, "en", relaxing=True).suggestion
    assert (suggestion.text if suggestion else None) == meant
    if suggestion:
        assert ask(suggestion.query).total == suggestion.total > 0


def test_only_where_it_finds_something_under_the_same_filters() -> None:
    assert ask("q=housnig&theme=housing").suggestion
    assert ask("q=housnig&theme=housing").suggestion.total == 1  # type: ignore[union-attr]
    assert ask("q=mobilty&theme=housing").suggestion is None


def test_private_works_are_not_drawn_on() -> None:
    assert ask("q=hushkeepr").suggestion is None


def test_the_readers_language_comes_first() -> None:
    assert alike(get_engine(), "mosts", "en", PUBLIC_ONLY)[:1] == ["moss"]
    assert alike(get_engine(), "mosts", "fr", PUBLIC_ONLY)[:1] == ["mots"]


def test_the_page_links_to_it(client: Client) -> None:
    page = client.get("/en/search/?q=housnig").content.decode()
    assert 'Did you mean: <a href="?q=housing"><bdi>housing</bdi></a>' in page
    assert "(2 results)" in page


def test_in_the_api(client: Client) -> None:
    data = client.get("/api/v1/search?q=housnig").json()
    assert data["suggestion"] == {"q": "housing", "total": 2}
    assert client.get("/api/v1/search?q=housing").json()["suggestion"] is None


def test_it_is_escaped(client: Client) -> None:
    page = client.get('/en/search/?q=housnig <b>"').content.decode()
    assert "<b>" not in page.split("<main", 1)[1]
