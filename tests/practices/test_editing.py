"""What an editor does in the admin, through its real forms, and what readers then find."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from hubs.models import HubPage
from portal.cms.models import Work
from portal.taxonomy.models import Kind
from practices.models import GoodPracticePage, PolicyNotePage, ResourcePage
from practices.template import TEMPLATE
from search.indexer import drain
from search.run import search_by
from tests import works

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.django_db,
    pytest.mark.usefixtures("world", "index"),
]


def text(*paragraphs: str) -> Any:
    """Give a StreamField's form data."""
    return streamfield([("paragraph", rich_text(f"<p>{one}</p>")) for one in paragraphs])


def common(**changed: Any) -> dict[str, Any]:
    """Give the form data that every work has."""
    return {
        "title": "Streams in the open",
        "slug": "streams-in-the-open",
        "summary": works.SUMMARY,
        "place": "Aarhus",
        "text_language": "",
        "cover": "",
        "cover_alt": "",
        "media": streamfield([]),
        "documents": streamfield([]),
        "links": streamfield([]),
        "country": works.term(Kind.COUNTRY, "DNK").pk,
        "latitude": "56.1572",
        "longitude": "10.2107",
        "territory": "",
        "population": "285000",
        "start": "2012",
        "end": "",
        "status": "",
        "licence": "cc-by",
        "citation": "",
        "contact_name": "",
        "contact_organisation": "",
        "contact_email": "",
        "seo_title": "",
        "search_description": "",
        "related_works": inline_formset([]),
        "contributors": inline_formset([]),
        "comments": inline_formset([]),
        **changed,
    }


def form_data(values: dict[str, Any]) -> dict[str, Any]:
    """Give fields as a browser sends them; the boxes ticked are a list under one name."""
    ticked = {name: value for name, value in values.items() if isinstance(value, list)}
    rest = {name: value for name, value in values.items() if name not in ticked}
    return nested_form_data(rest) | ticked


def practice_form(**changed: Any) -> dict[str, Any]:
    """Give what an editor fills in for a good practice."""
    parts = {part.name: text(f"About {part.name}.") for part in TEMPLATE}
    terms = {
        "themes": [works.term(Kind.THEME, "climate").pk],
        "sdgs": [works.term(Kind.SDG, "sdg-06").pk, works.term(Kind.SDG, "sdg-11").pk],
        "targets": [works.term(Kind.TARGET, "6.5").pk],
    }
    return form_data(common(status="ongoing", **{**parts, **terms, **changed}))


def hub_form(**changed: Any) -> dict[str, Any]:
    """Give what an editor fills in for a hub."""
    values: dict[str, Any] = {
        "host": "City of Aarhus",
        "label_edition": "call-1",
        **{name: text(f"About {name}.") for name in HubPage.PARTS},
        "updates": streamfield(
            [
                (
                    "update",
                    {"date": "2021-08-12", "title": "Start", "text": rich_text("<p>We met.</p>")},
                )
            ]
        ),
        "participants": inline_formset(
            [
                {
                    "name": "City of Aarhus",
                    "country": works.term(Kind.COUNTRY, "DNK").pk,
                    "role": "host",
                }
            ]
        ),
        "themes": [works.term(Kind.THEME, "climate").pk],
        "components": [works.some_term(Kind.COMPONENT).pk],
        "status": "active",
        "title": "Hub of open streams",
        "slug": "hub-of-open-streams",
        **changed,
    }
    return form_data(common(**values))


def add_url(model: Any, place: str = "section:europe") -> str:
    """Give the address of the form for a new page."""
    parent = works.node(place)
    return f"/admin/pages/add/{model._meta.app_label}/{model._meta.model_name}/{parent.pk}/"


def errors_of(answer: Any) -> dict[str, Any]:
    """Give the errors of the form shown again."""
    return dict(answer.context["form"].errors)


class TestNew:
    """New works."""

    def test_a_practice_published_is_found(self, desk: Client) -> None:
        url = add_url(GoodPracticePage)
        assert desk.get(url).status_code == 200
        answer = desk.post(url, practice_form() | {"action-publish": "1"})
        assert answer.status_code == 302, errors_of(answer)
        page = GoodPracticePage.objects.get()
        assert page.live
        assert {entry.code for entry in page.terms} == {"climate", "sdg-06", "sdg-11", "6.5"}
        drain()
        found = search_by(QueryDict("q=streams&theme=climate&sdg=sdg-06&region=DNK"), "en")
        assert [hit.document.reference for hit in found.hits] == [page.work.reference]
        assert desk.get(page.url).status_code == 200

    def test_a_hub_published_is_found(self, desk: Client) -> None:
        url = add_url(HubPage)
        assert desk.get(url).status_code == 200
        answer = desk.post(url, hub_form() | {"action-publish": "1"})
        assert answer.status_code == 302, errors_of(answer)
        page = HubPage.objects.get()
        drain()
        assert search_by(QueryDict("q=aarhus&type=hub"), "en").total == 1
        html = desk.get(page.url).content.decode()
        assert "City of Aarhus" in html
        assert "We met." in html

    def test_a_practice_that_names_a_hub(self, desk: Client) -> None:
        hub = works.hub()
        work = Work.objects.get(translation_key=hub.translation_key)
        form = practice_form(related_works=inline_formset([{"work": work.pk, "relation": "hub"}]))
        answer = desk.post(add_url(GoodPracticePage), form | {"action-publish": "1"})
        assert answer.status_code == 302, errors_of(answer)
        drain()
        assert search_by(QueryDict(f"hub={work.reference}"), "en").total == 1

    def test_notes_and_resources(self, desk: Client) -> None:
        note = form_data(
            common(
                title="Note",
                slug="note",
                body=text("A home."),
                recommendations=streamfield([]),
                note_types=[works.some_term(Kind.NOTE_TYPE).pk],
            )
        )
        answer = desk.post(add_url(PolicyNotePage, "policy-notes"), note | {"action-publish": "1"})
        assert answer.status_code == 302, errors_of(answer)
        resource = form_data(
            common(
                title="Course",
                slug="course",
                body=text("It lasts an hour."),
                provider="UCLG",
                resource_type="course",
                resource_url="https://example.org/",
            )
        )
        answer = desk.post(add_url(ResourcePage, "resources"), resource | {"action-publish": "1"})
        assert answer.status_code == 302, errors_of(answer)
        drain()
        assert search_by(QueryDict(), "en").total == 2

    @pytest.mark.parametrize("title", ["海绵城市", "مدينة"])
    def test_a_title_in_another_script_needs_no_slug(self, desk: Client, title: str) -> None:
        for _time in (1, 2):
            answer = desk.post(add_url(GoodPracticePage), practice_form(title=title, slug=""))
            assert answer.status_code == 302, errors_of(answer)
        slugs = [page.slug for page in GoodPracticePage.objects.all()]
        assert len(set(slugs)) == 2
        assert all(slug.isascii() and slug for slug in slugs)

    def test_a_draft_may_be_empty_and_is_not_found(self, desk: Client) -> None:
        bare = practice_form(
            summary="",
            country="",
            themes=[],
            sdgs=[],
            targets=[],
            latitude="",
            longitude="",
            **{part.name: streamfield([]) for part in TEMPLATE},
        )
        answer = desk.post(add_url(GoodPracticePage), bare)
        assert answer.status_code == 302, errors_of(answer)
        page = GoodPracticePage.objects.get()
        assert not page.live
        drain()
        assert search_by(QueryDict(), "en").total == 0
        assert desk.get(f"/admin/pages/{page.pk}/edit/").status_code == 200

    def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(self, desk: Client) -> None:
        form = practice_form(lessons=streamfield([]), sdgs=[], country="", summary="")
        answer = desk.post(add_url(GoodPracticePage), form | {"action-publish": "1"})
        assert answer.status_code == 200
        assert set(errors_of(answer)) == {"lessons", "sdgs", "country", "summary"}
        html = answer.content.decode()
        assert "About context." in html
        assert re.search(r'<input[^>]*name="title"[^>]*value="Streams in the open"', html)
        climate = works.term(Kind.THEME, "climate").pk
        assert re.search(rf'<input[^>]*name="themes"[^>]*value="{climate}"[^>]*checked', html)
        assert not GoodPracticePage.objects.exists()

    @pytest.mark.parametrize(
        ("changed", "at"),
        [
            ({"latitude": "0", "longitude": "0"}, "latitude"),
            ({"latitude": "55.6", "longitude": ""}, "longitude"),
            ({"latitude": "55,6x"}, "latitude"),
            ({"latitude": "95"}, "latitude"),
            ({"start": "2015", "end": "2012"}, "end"),
            ({"start": "May 2012"}, "start"),
            ({"summary": "word " * 151}, "summary"),
            ({"title": "x" * 500}, "title"),
            ({"title": ""}, "title"),
            ({"population": "-5"}, "population"),
            ({"population": "many"}, "population"),
            ({"contact_email": "nobody"}, "contact_email"),
            ({"themes": ["99999999"]}, "themes"),
            ({"themes": ["x"]}, "themes"),
            ({"themes": ["\x00"]}, "themes"),
            ({"title": "a\x00b"}, "title"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_faults_are_said_at_their_field(
        self, desk: Client, changed: dict[str, Any], at: str
    ) -> None:
        answer = desk.post(
            add_url(GoodPracticePage), practice_form(**changed) | {"action-publish": "1"}
        )
        assert answer.status_code == 200
        assert at in errors_of(answer)
        assert not GoodPracticePage.objects.exists()

    def test_a_javascript_link_is_refused(self, desk: Client) -> None:
        links = streamfield([("link", {"title": "x", "url": "javascript:alert(1)"})])
        answer = desk.post(
            add_url(GoodPracticePage), practice_form(links=links) | {"action-publish": "1"}
        )
        assert answer.status_code == 200
        assert "links" in errors_of(answer)

    @pytest.mark.parametrize(
        "source",
        [
            '<p>Text <a href="javascript:alert(1)">x</a></p>',
            '<p>Text <a href="JaVaScRiPt:alert(1)">x</a></p>',
            '<p>Text <a href="java&#10;script:alert(1)">x</a></p>',
            '<p>Text <a href="data:text/html,x">x</a></p>',
            "<p>Text <script>alert(1)</script></p>",
            '<p onclick="alert(1)">Text</p>',
            '<p>Text <img src="x" onerror="alert(1)"/></p>',
            '<p style="position:fixed">Text</p>',
        ],
    )
    def test_only_harmless_markup_is_kept(self, desk: Client, source: str) -> None:
        form = practice_form(context=streamfield([("paragraph", rich_text(source))]))
        answer = desk.post(add_url(GoodPracticePage), form | {"action-publish": "1"})
        assert answer.status_code == 302, errors_of(answer)
        html = desk.get(GoodPracticePage.objects.get().url).content.decode()
        body = html[html.index('id="context"') : html.index('id="objectives"')]
        assert "Text" in body
        assert not re.search(r"<[^>]*(javascript|<script|onclick|onerror|data:|style=)", body, re.I)


class TestChanging:
    """Works that are there."""

    def test_an_edit_keeps_the_terms(self, desk: Client) -> None:
        desk.post(add_url(GoodPracticePage), practice_form() | {"action-publish": "1"})
        page = GoodPracticePage.objects.get()
        html = desk.get(f"/admin/pages/{page.pk}/edit/").content.decode()
        checked = set(
            re.findall(
                r'<input[^>]*name="(?:themes|sdgs|targets)"[^>]*value="(\d+)"[^>]*checked', html
            )
        )
        assert checked == {str(row.term_id) for row in page.work_terms.all()}
        rows = {row.pk for row in page.work_terms.all()}
        answer = desk.post(
            f"/admin/pages/{page.pk}/edit/",
            practice_form(title="Rivers in the open") | {"action-publish": "1"},
        )
        assert answer.status_code == 302, errors_of(answer)
        page = GoodPracticePage.objects.get()
        assert page.title == "Rivers in the open"
        assert {row.pk for row in page.work_terms.all()} == rows

    def test_terms_are_taken_away_and_added(self, desk: Client) -> None:
        page = works.practice(theme=["climate"])
        form = practice_form(themes=[works.term(Kind.THEME, "housing").pk], targets=[])
        desk.post(f"/admin/pages/{page.pk}/edit/", form | {"action-publish": "1"})
        page = GoodPracticePage.objects.get()
        assert [entry.code for entry in page.terms_of(Kind.THEME)] == ["housing"]
        drain()
        assert search_by(QueryDict("theme=climate"), "en").total == 0

    def test_a_draft_of_a_live_page_stays_a_draft(self, desk: Client) -> None:
        page = works.practice(theme=["climate"])
        form = practice_form(title="Not yet", themes=[works.term(Kind.THEME, "housing").pk])
        assert desk.post(f"/admin/pages/{page.pk}/edit/", form).status_code == 302
        page = GoodPracticePage.objects.get()
        assert page.title == "Streams in the open"
        assert [entry.code for entry in page.terms_of(Kind.THEME)] == ["climate"]
        drain()
        assert search_by(QueryDict("theme=housing"), "en").total == 0
        html = desk.get(f"/admin/pages/{page.pk}/edit/").content.decode()
        housing = works.term(Kind.THEME, "housing").pk
        assert re.search(rf'name="themes"[^>]*value="{housing}"[^>]*checked', html)

    def test_a_retired_term_stays_where_it_is_used(self, desk: Client) -> None:
        page = works.practice(theme=["climate"])
        term = works.term(Kind.THEME, "climate")
        term.retired = True
        term.save()
        answer = desk.post(
            f"/admin/pages/{page.pk}/edit/", practice_form() | {"action-publish": "1"}
        )
        assert answer.status_code == 302, errors_of(answer)
        assert "climate" in {entry.code for entry in GoodPracticePage.objects.get().terms}


@pytest.mark.parametrize(
    "make",
    [
        works.full_practice,
        works.full_hub,
        works.case_study,
        works.note,
        works.resource,
        works.practice,
        works.hub,
    ],
    ids=lambda make: make.__name__,
)
def test_every_works_form_and_preview_open(make: Any, desk: Client) -> None:
    page: Page = make()
    page.title = "As it will be"
    page.save_revision()
    assert desk.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    draft = desk.get(f"/admin/pages/{page.pk}/view_draft/")
    assert draft.status_code == 200
    assert b"As it will be" in draft.content
    assert b"As it will be" not in desk.get(page.url).content


@pytest.mark.parametrize("place", ["home", "sections", "section:africa", "policy-notes"])
def test_previews_of_the_trees_pages(place: str, desk: Client) -> None:
    page = works.node(place)
    page.title = page.draft_title = "As it will be"
    page.save_revision()
    assert desk.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    assert desk.get(f"/admin/pages/{page.pk}/view_draft/").status_code == 200


def test_the_preview_beside_the_form(desk: Client) -> None:
    url = add_url(GoodPracticePage)
    parent = works.node("section:europe")
    address = f"/admin/pages/add/practices/goodpracticepage/{parent.pk}/preview/"
    answer = desk.post(address, practice_form())
    assert answer.json()["is_valid"]
    shown = desk.get(f"{address}?mode=")
    assert shown.status_code == 200
    assert b"Streams in the open" in shown.content
    assert b"About lessons." in shown.content
    assert not GoodPracticePage.objects.exists()
    assert not Work.objects.exists()
    assert desk.get(url).status_code == 200
