"""What is kept of searches: never a person, never at the cost of the page."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.operations.schedule import JOBS
from search import events
from search.models import SearchClick, SearchEvent
from search.run import search_by
from tests.fixtures import Library

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "library")]
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.SEARCH_EVENTS_DAYS = 90


def visit(client: Client, query: str, **headers: str) -> str:
    """Open the search as a browser does; give the signed number of the event, or nothing."""
    page = client.get(f"/en/search/?{query}", headers={**BROWSER, **headers})
    assert page.status_code == 200
    found = re.search(r'data-event="([^"]+)"', page.content.decode())
    return found[1] if found else ""


class TestNoting:
    """One row for a reader's search."""

    def test_what_is_kept(self, client: Client) -> None:
        assert visit(client, "q=streams&type=good-practice")
        event = SearchEvent.objects.get()
        assert (event.query, event.language) == ("streams", "en")
        assert event.hits == search_by(QueryDict("q=streams&type=good-practice"), "en").total > 0
        assert event.facets == {"type": ["good-practice"]}
        assert (event.moment.minute, event.moment.second, event.moment.microsecond) == (0, 0, 0)
        names = {field.name for field in SearchEvent._meta.get_fields()}
        assert not names & {"user", "ip", "session", "agent"}

    def test_a_facet_unfolded_in_place_is_no_search(self, client: Client) -> None:
        assert not visit(client, "q=streams&unfold=sdg", **{"HX-Target": "facet-sdg"})
        assert not SearchEvent.objects.exists()
        assert visit(client, "q=streams&unfold=sdg", **{"HX-Target": "search-list"})

    def test_no_cookie_is_set(self, client: Client) -> None:
        visit(client, "q=streams")
        assert not client.cookies

    def test_relaxed_and_suggested(self, client: Client) -> None:
        visit(client, "q=streams rents xyzzyqqq")
        assert SearchEvent.objects.get().relaxed
        visit(client, "q=strems")
        assert SearchEvent.objects.filter(suggested=True).count() == 1

    @pytest.mark.parametrize("query", ["", "q=&sort=title", "q=water&page=1&sort=x"])
    def test_only_what_is_asked_for(self, client: Client, query: str) -> None:
        visit(client, query)
        assert SearchEvent.objects.count() == (1 if "water" in query else 0)

    @pytest.mark.parametrize(
        "headers",
        [
            {"User-Agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"},
            {"User-Agent": ""},
            {"User-Agent": "curl/8"},
            {"Sec-Purpose": "prefetch;prerender"},
            {"HX-History-Restore-Request": "true"},
        ],
        ids=str,
    )
    def test_who_does_not_count(self, client: Client, headers: dict[str, str]) -> None:
        visit(client, "q=streams", **headers)
        assert not SearchEvent.objects.exists()

    def test_neither_head_nor_who_has_logged_in(self, client: Client, desk: Client) -> None:
        client.head("/en/search/?q=streams", headers=BROWSER)
        visit(desk, "q=streams")
        assert not SearchEvent.objects.exists()

    def test_off(self, client: Client, settings: Any) -> None:
        settings.SEARCH_EVENTS_DAYS = 0
        assert not visit(client, "q=streams")
        assert not SearchEvent.objects.exists()

    def test_a_database_that_fails_is_logged(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        with mock.patch.object(SearchEvent, "save", side_effect=DatabaseError("full")):
            visit(client, "q=streams")
        assert "could not be noted" in caplog.text

    def test_one_insert_after_the_page(self, client: Client, settings: Any) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                visit(client, "q=streams")
            return sum(1 for query in seen if "SAVEPOINT" not in query["sql"])

        queries()
        noted = queries()
        settings.SEARCH_EVENTS_DAYS = 0
        assert noted == queries() + 1

    @pytest.mark.parametrize(
        "text",
        [
            "ana.silva@example.org",
            "write to Ana@example.co.mz now",
            "+33 6 12 34 56 78",
            "(011) 555-0199 22",
            "0034612345678",
        ],
    )
    def test_what_looks_personal_is_not_kept(self, client: Client, text: str) -> None:
        client.get("/en/search/", {"q": text}, headers=BROWSER)
        event = SearchEvent.objects.get()
        assert (event.query, event.withheld) == ("", True)

    @pytest.mark.parametrize(
        "text", ["2015-2020", "agenda 2030", "SDG 11.5", "1,000 homes", "2012 2013 2014", "a@b"]
    )
    def test_what_does_not(self, text: str) -> None:
        assert not events.looks_personal(text)


class TestClicks:
    """The place of a result that was opened."""

    def test_noted_without_a_token_or_cookie(self, library: Library) -> None:
        client = Client(enforce_csrf_checks=True)
        event = visit(client, "q=streams")
        for position in ("2", "1", "2"):
            said = client.post("/en/search/click/", {"event": event, "position": position})
            assert said.status_code == 204
            assert not said.cookies
        assert sorted(SearchClick.objects.values_list("position", flat=True)) == [1, 2]

    @pytest.mark.parametrize("position", ["0", "-1", "21", "x", "", "1.5", "٣", "9" * 50])
    def test_a_place_that_is_none(self, client: Client, position: str) -> None:
        event = visit(client, "q=streams")
        said = client.post("/en/search/click/", {"event": event, "position": position})
        assert said.status_code == 400

    @pytest.mark.parametrize("event", ["", "x", "0" * 32, "a:b:c"])
    def test_a_number_that_nobody_signed(self, client: Client, event: str) -> None:
        said = client.post("/en/search/click/", {"event": event, "position": "1"})
        assert said.status_code == 400

    def test_an_event_that_is_gone(self, client: Client) -> None:
        event = events.signed(uuid.uuid4())
        said = client.post("/en/search/click/", {"event": event, "position": "1"})
        assert said.status_code == 204
        assert not SearchClick.objects.exists()

    def test_too_late(self, client: Client) -> None:
        event = visit(client, "q=streams")
        with mock.patch("time.time", return_value=timezone.now().timestamp() + 100_000):
            assert not events.note_click(event, "1")

    def test_only_by_post(self, client: Client) -> None:
        assert client.get("/en/search/click/").status_code == 405


class TestForgetting:
    """After some time nothing is left."""

    @staticmethod
    def keep(days: int) -> SearchEvent:
        moment = timezone.now() - datetime.timedelta(days=days)
        return SearchEvent.objects.create(moment=moment, language="en", hits=0)

    def test_what_is_old_goes_with_its_clicks(self) -> None:
        old, new = self.keep(91), self.keep(89)
        SearchClick.objects.create(event=old, position=1)
        call_command("purge_search_events")
        assert list(SearchEvent.objects.all()) == [new]
        assert not SearchClick.objects.exists()

    def test_off_keeps_nothing(self, settings: Any) -> None:
        settings.SEARCH_EVENTS_DAYS = 0
        self.keep(0)
        assert events.purge() == 1

    def test_it_is_scheduled(self) -> None:
        self.keep(91)
        (job,) = [job for job in JOBS if job.name == "forget searches"]
        job.run()
        assert not SearchEvent.objects.exists()
