"""Hubs: collections with updates and participants."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from hubs.documents import hub_titles
from hubs.models import SHOWN_WORKS
from portal.accounts.models import User
from portal.cms.models import Work
from portal.taxonomy.language import ForeignText
from search.indexer import drain
from search.run import search_by
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


def test_the_page_shows_what_belongs_to_the_hub(client: Client) -> None:
    hub = works.hub()
    inside, _outside = works.practice(title="Inside"), works.practice(title="Outside")
    draft = works.practice(title="Draft inside", live=False)
    works.relate(inside, hub)
    draft.related_works = inside.related_works.all()
    draft.save_revision()
    drain()
    html = client.get(hub.url).content.decode()
    assert "Inside" in html
    assert "Outside" not in html
    assert "Draft inside" not in html
    assert f"/en/search/?hub={hub.work.reference}" in html


def test_updates_are_shown_newest_first(client: Client) -> None:
    hub = works.hub(
        updates=[
            works.block("update", {"date": day, "title": title, "text": "<p>News.</p>"})
            for day, title in (
                ("2021-01-01", "Oldest"),
                ("2022-01-01", "Newest"),
                ("2021-06-01", "Between"),
            )
        ]
    )
    assert [block.value["title"] for block in hub.dated_updates] == ["Newest", "Between", "Oldest"]
    assert hub.dated_updates[0].value["date"] == datetime.date(2022, 1, 1)
    html = client.get(hub.url).content.decode()
    assert html.index("Newest<") < html.index("Between<") < html.index("Oldest<")


def test_participants_are_searched(client: Client) -> None:
    hub = works.full_hub()
    drain()
    found = search_by(QueryDict("q=aarhus"), "fr")
    assert [hit.document.reference for hit in found.hits] == [hub.work.reference]


def test_titles_in_the_facet_are_the_readers_or_the_originals() -> None:
    hub = works.hub(title="Streams")
    reference = hub.work.reference
    works.translated(hub, "fr", title="Rivières")
    works.translated(hub, "es", title="Ríos", live=False)
    assert hub_titles([reference], "fr") == {reference: "Rivières"}
    assert hub_titles([reference], "es") == {reference: "Streams"}
    assert hub_titles([reference, "L4A-9999", "x"], "ar") == {reference: "Streams"}


def test_an_alias_is_no_title_in_its_language() -> None:
    hub = works.hub(title="Streams")
    alias = hub.copy_for_translation(Locale.objects.get(language_code="fr"), alias=True)
    assert alias.live
    title = hub_titles([hub.work.reference], "fr")[hub.work.reference]
    assert isinstance(title, ForeignText)
    assert title.language == "en"


def test_titles_are_found_by_their_keys_whatever_the_number_of_pages() -> None:
    hub = works.hub()
    with CaptureQueriesContext(connection) as asked:
        hub_titles([hub.work.reference], "en")
    [titles] = [query["sql"] for query in asked if "hubs_hubpage" in query["sql"]]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {titles}")
            first = cursor.fetchone()[3]
        assert "(translation_key=?" in first, "not through all pages that are no alias"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_private_hub_is_named_nowhere(client: Client, language: str) -> None:
    hub, page = works.hub("africa", title="Hushed hub"), works.practice()
    works.relate(page, hub)
    PageViewRestriction.objects.create(page=hub, restriction_type=PageViewRestriction.LOGIN)
    drain()
    reference = hub.work.reference
    assert hub_titles([reference], language) == {}
    for query in ("", f"?hub={reference}", "?q=hushed"):
        answer = client.get(f"/{language}/search/{query}")
        assert answer.status_code == 200
        assert b"Hushed" not in answer.content
    assert b"Hushed" not in client.get("/api/v1/search").content


def test_titles_in_the_facet_are_those_of_the_moment(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    hub = works.hub(title="Before")
    reference = hub.work.reference
    with django_assert_num_queries(2):
        assert hub_titles([reference], "en") == {reference: "Before"}
    hub.title = "After"
    hub.save_revision().publish()
    assert hub_titles([reference], "en") == {reference: "After"}
    restriction = PageViewRestriction.objects.create(
        page=hub, restriction_type=PageViewRestriction.LOGIN
    )
    assert hub_titles([reference], "en") == {}
    restriction.delete()
    assert hub_titles([reference], "en") == {reference: "After"}
    today = timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    Work.objects.filter(reference=reference).update(taken_down_on=tomorrow)
    assert hub_titles([reference], "en") == {reference: "After"}
    with mock.patch("django.utils.timezone.localdate", return_value=tomorrow):
        assert hub_titles([reference], "en") == {}
    Work.objects.filter(reference=reference).update(taken_down_on=None)
    hub.unpublish()
    assert hub_titles([reference], "en") == {}


def test_a_hub_for_members_is_theirs(client: Client) -> None:
    hub, inside = works.hub("africa", title="Hushed hub"), works.practice(title="Inside")
    works.practice(title="Outside")
    works.relate(inside, hub)
    PageViewRestriction.objects.create(page=hub, restriction_type=PageViewRestriction.LOGIN)
    drain()
    client.force_login(User.objects.create_user("member@example.org", "a password for tests"))
    search = client.get(f"/en/search/?hub={hub.work.reference}").content.decode()
    assert "Hushed hub" in search
    for html in (search, client.get(hub.url).content.decode()):
        assert "Inside" in html
        assert "Outside" not in html
    assert "Hushed hub" in client.get(inside.url).content.decode()


def test_a_deleted_hub_leaves_its_works() -> None:
    hub, page = works.hub(), works.practice()
    works.relate(page, hub)
    Work.objects.get(translation_key=hub.translation_key)
    hub.delete()
    drain()
    found = search_by(QueryDict(), "en")
    assert [hit.document.reference for hit in found.hits] == [page.work.reference]
    assert not any(value.count and not value.label for value in found.facet("hub").values)


def test_the_collection_is_not_turned_by_the_address_of_the_hubs_page(client: Client) -> None:
    hub, page = works.hub(), works.practice(title="Inside")
    works.relate(page, hub)
    drain()
    for query in ("", "?page=2", "?sort=title&page=x"):
        answer = client.get(f"{hub.url}{query}")
        assert answer.status_code == 200, query
        assert "Inside" in answer.content.decode(), query


def test_the_link_to_the_whole_collection_says_how_many_there_are(client: Client) -> None:
    hub = works.hub()
    for number in range(SHOWN_WORKS + 1):
        works.relate(works.practice(title=f"Inside {number}"), hub)
    drain()
    html = client.get(hub.url).content.decode()
    collection = html[html.index('aria-labelledby="collection"') :]
    assert f"({SHOWN_WORKS + 1})" in collection
    assert collection.count("<article") == SHOWN_WORKS
