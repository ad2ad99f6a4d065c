"""Suggestions while one types: what begins so, under the filters, and public alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test import Client

from search.completion import Completion, complete_by
from search.engines.base import EngineUnavailable
from search.run import search_by

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world", "library"),
]


def complete(query: str, language: str = "en") -> Completion:
    """Complete a query string."""
    return complete_by(QueryDict(query), language)


def labels(completion: Completion, name: str) -> list[str]:
    """Give the labels of a group."""
    return [
        str(o.label) for group in completion.groups if group.name == name for o in group.options
    ]


class TestWhatIsOffered:
    """Groups of works, hubs, places and terms."""

    def test_titles(self) -> None:
        assert labels(complete("q=rents st"), "works") == [
            "<mark>Rents</mark> that <mark>stay</mark> low"
        ]

    def test_hubs_are_a_group_of_their_own(self) -> None:
        found = complete("q=hub of o")
        assert any("open" in label for label in labels(found, "hubs"))
        assert labels(found, "works") == []

    def test_cities(self) -> None:
        assert labels(complete("q=aarh"), "places") == ["Aarhus"]

    def test_countries_in_the_readers_language(self) -> None:
        assert "Danemark" in labels(complete("q=danem", "fr"), "places")
        assert labels(complete("q=danem", "en"), "places") == []

    def test_accents_and_case_do_not_matter(self) -> None:
        assert "Bénin" in labels(complete("q=BENIN", "fr"), "places")

    @pytest.mark.parametrize("typed", ["sdg 6", "6", "clean wa", "WATER clean"])
    def test_goals_by_number_and_name(self, typed: str) -> None:
        found = labels(complete(f"q={typed}"), "terms")
        assert any(label.startswith("6. Clean") for label in found)

    def test_a_term_without_works_is_not_offered(self) -> None:
        assert labels(complete("q=quality education"), "terms") == []

    def test_the_count_is_what_the_filter_gives(self) -> None:
        for query in ("q=hous", "q=hous&type=policy-note", "q=clim&region=150"):
            options = [o for g in complete(query).groups for o in g.options if o.count is not None]
            assert options, query
            for option in options:
                answer = search_by(QueryDict(option.url.partition("?")[2]), "en")
                assert answer.total == option.count, (query, option)

    def test_what_is_chosen_is_not_offered_again(self) -> None:
        assert "Housing" not in " ".join(labels(complete("q=housing&theme=housing"), "terms"))

    def test_filters_hold(self) -> None:
        assert labels(complete("q=streams&type=good-practice"), "works")
        assert not complete("q=rents&type=good-practice").groups

    def test_chinese(self) -> None:
        assert labels(complete("q=海绵", "zh"), "works")

    def test_a_work_in_another_language_keeps_the_readers_interface(self) -> None:
        (option,) = [o for g in complete("q=presupuesto").groups for o in g.options]
        assert option.url.startswith("/en/w/")
        assert option.language == "es"

    def test_markup_is_escaped(self) -> None:
        found = labels(complete("q=alert"), "works")
        assert found
        assert "<script" not in found[0]

    @pytest.mark.parametrize("query", ["", "q=", "q=%00", "q=-streams", "q=!!!", "q=" + "x" * 5000])
    def test_nothing(self, query: str) -> None:
        assert not complete(query).groups


def test_private_works_are_not_offered() -> None:
    for word in ("hushed", "hus"):
        assert not complete(f"q={word}").groups


class TestAddress:
    """The address that the box asks."""

    def test_the_list(self, client: Client) -> None:
        answer = client.get("/en/search/complete/?q=str")
        assert answer.status_code == 200
        assert 'role="option"' in answer.content.decode()
        assert "max-age=60" in answer["Cache-Control"]
        assert "Set-Cookie" not in answer
        assert "Cookie" not in answer.get("Vary", "")

    def test_nothing_is_204(self, client: Client) -> None:
        assert client.get("/en/search/complete/?q=xyzzyqqq").status_code == 204

    def test_an_engine_that_is_down_is_logged_and_quiet(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        down = mock.patch("search.completion.get_engine", side_effect=EngineUnavailable("gone"))
        with down, caplog.at_level(logging.WARNING):
            answer = client.get("/en/search/complete/?q=str")
        assert answer.status_code == 204
        assert answer["Cache-Control"] == "no-store"
        assert "gone" in caplog.text

    def test_queries(
        self, client: Client, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        client.get("/en/search/complete/?q=str")
        with django_assert_max_num_queries(1):  # the version of the taxonomy
            client.get("/en/search/complete/?q=stre")

    def test_the_pages_with_a_box_name_the_address(self, client: Client) -> None:
        for page in ("/en/", "/en/search/"):
            assert 'data-complete="/en/search/complete/"' in client.get(page).content.decode()


class TestApi:
    """The same as JSON."""

    def test_groups_of_options(self, client: Client) -> None:
        answer = client.get("/api/v1/complete?q=rents st&type=case-study")
        assert "max-age=60" in answer["Cache-Control"]
        (group,) = answer.json()["groups"]
        (option,) = group["options"]
        assert (group["name"], group["label"]) == ("works", "Works")
        assert option["label"] == "Rents that stay low"
        assert option["url"].startswith(f"{settings.WAGTAILADMIN_BASE_URL}/en/")
        rest = (option["detail"], option["count"], option["language"])
        assert rest == ("GOLD VI case study", None, None)

    def test_filters_lead_to_a_search_in_the_language(self, client: Client) -> None:
        groups = client.get("/api/v1/complete?q=benin&lang=fr").json()["groups"]
        (option,) = [o for g in groups if g["name"] == "places" for o in g["options"]]
        assert (option["label"], option["count"] > 0) == ("Bénin", True)
        assert "/fr/search/?region=" in option["url"]

    def test_text_is_no_markup(self, client: Client) -> None:
        groups = client.get("/api/v1/complete?q=alert").json()["groups"]
        works = [o["label"] for g in groups if g["name"] == "works" for o in g["options"]]
        assert any("<script>" in label for label in works)

    def test_private_works_and_nothing(self, client: Client) -> None:
        for query in ("q=hushed", "q=xyzzyqqq", ""):
            assert client.get(f"/api/v1/complete?{query}").json() == {"groups": []}

    def test_an_engine_that_is_down(self, client: Client) -> None:
        with mock.patch("search.completion.get_engine", side_effect=EngineUnavailable("gone")):
            assert client.get("/api/v1/complete?q=str").status_code == 503
