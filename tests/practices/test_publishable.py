"""What a work needs before it is published, and what holds for drafts, too."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from portal.cms.models import Work
from portal.cms.models.base import NotPublishable
from portal.taxonomy.models import Kind
from practices.models import GoodPracticePage
from practices.template import TEMPLATE
from tests import works

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world"),
]
NEEDED = [part.name for part in TEMPLATE if part.needed]


def set_level(page: Any, level: str, **fields: Any) -> None:
    """Give a page's work a verification level."""
    Work.objects.filter(translation_key=page.translation_key).update(
        verification=works.term(Kind.VERIFICATION, level), **fields
    )


def tries(page: Any) -> str:
    """Try to publish a page; give what was said against it."""
    revision = page.save_revision()
    with pytest.raises(NotPublishable) as refused:
        revision.publish()
    page.refresh_from_db()
    assert not page.live
    return " ".join(refused.value.messages)


class TestPractices:
    """Practices need the template's parts, a country and a goal."""

    def test_with_everything_needed_it_is_published(self) -> None:
        assert works.practice().live

    @pytest.mark.parametrize("name", [*NEEDED, "summary"])
    def test_every_needed_part_is_asked_for(self, name: str) -> None:
        empty: Any = "" if name == "summary" else []
        page = works.practice(live=False, **{name: empty})
        assert list(page.missing()) == [name]
        assert page.missing()[name] in tries(page)

    def test_a_part_that_is_too_long_is_named_with_its_words(self) -> None:
        page = works.practice(live=False, lessons=[works.paragraph("word " * 301)])
        assert "301" in page.missing()["lessons"]
        works.verify(page, "imported")
        Work.objects.update(source_name="A list")
        assert type(page).objects.get(pk=page.pk).missing() == {}
        page = works.practice(live=False, lessons=[works.paragraph("word " * 300)], title="Two")
        assert page.missing() == {}

    def test_country_and_goal_are_asked_for(self) -> None:
        page = works.practice(live=False, country=None, sdg=[])
        assert list(page.missing()) == ["country", "sdgs"]
        tries(page)

    @pytest.mark.parametrize("level", ["submitted", "section", "verified"])
    def test_every_level_above_imported_needs_all(self, level: str) -> None:
        page = works.practice(live=False, lessons=[])
        set_level(page, level)
        assert list(GoodPracticePage.objects.get(pk=page.pk).missing()) == ["lessons"]

    def test_an_imported_one_needs_title_summary_and_source(self) -> None:
        bare: dict[str, Any] = {name: [] for name in NEEDED}
        page = works.practice(live=False, country=None, sdg=[], theme=[], **bare)
        set_level(page, "imported")
        page = GoodPracticePage.objects.get(pk=page.pk)
        assert list(page.missing()) == ["title"]
        set_level(page, "imported", source_name="A register")
        page = GoodPracticePage.objects.get(pk=page.pk)
        assert page.missing() == {}
        assert works.publish(page, title="With a comma, corrected").live

    def test_a_translation_needs_its_own_prose_and_the_originals_facts(self) -> None:
        page = works.practice()
        copy = works.translated(page, "fr", live=False, country=None, work_terms=[])
        assert copy.missing() == {}
        copy.lessons = []
        assert list(copy.missing()) == ["lessons"]

    def test_a_draft_may_lack_everything_but_its_title(self) -> None:
        empty: dict[str, Any] = {name: [] for name in NEEDED}
        page = works.practice(live=False, summary="", country=None, sdg=[], theme=[], **empty)
        page.save_revision()
        assert not page.live


class TestOthers:
    """Hubs, notes and resources have needs of their own."""

    def test_hubs(self) -> None:
        assert set(works.hub(live=False, host="", objective=[], summary=" ").missing()) == {
            "host",
            "objective",
            "summary",
        }
        tries(works.hub(live=False, host=""))

    def test_a_translated_hub_reads_its_host_from_the_original(self) -> None:
        page = works.hub()
        assert works.translated(page, "fr", host="").live

    def test_notes(self) -> None:
        assert list(works.note(live=False, body=[]).missing()) == ["body"]
        link = works.block("link", {"title": "The note", "url": "https://example.org/"})
        assert works.note(body=[], links=[link]).live

    def test_resources(self) -> None:
        tries(works.resource(live=False, summary=""))


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"latitude": 0.0, "longitude": 0.0}, "latitude"),
    ({"latitude": 55.0}, "longitude"),
    ({"longitude": 12.0}, "longitude"),
    ({"latitude": 91.0, "longitude": 12.0}, "latitude"),
    ({"latitude": 55.0, "longitude": 181.0}, "longitude"),
    ({"start": "2015", "end": "2012"}, "end"),
    ({"start": "2012-06", "end": "2012-05"}, "end"),
    ({"start": "2012-06-02", "end": "2012-06-01"}, "end"),
    ({"start": "2012-13"}, "start"),
    ({"start": "2012-02-30"}, "start"),
    ({"start": "12"}, "start"),
    ({"start": "not open yet"}, "start"),
    ({"start": "٢٠١٢"}, "start"),
    ({"end": "3012"}, "end"),
    ({"summary": "word " * 151}, "summary"),
    ({"summary": "水" * 302}, "summary"),
    ({"title": "x" * 500}, "title"),
    ({"title": ""}, "title"),
    ({"slug": "a b"}, "slug"),
    ({"contact_email": "nobody"}, "contact_email"),
    ({"licence": "free"}, "licence"),
]
SOUND: list[dict[str, Any]] = [
    {"latitude": 0.0, "longitude": 12.0},
    {"latitude": -0.1807, "longitude": 0.0},
    {"latitude": 90.0, "longitude": -180.0},
    {"start": "2012", "end": "2012"},
    {"start": "2012-06-01", "end": "2012"},
    {"start": "2012", "end": "2012-01-01"},
    {"end": "2012"},
    {"summary": "word " * 150},
    {"summary": "水" * 300},
    {"title": "x" * 255},
]


@pytest.mark.parametrize(("fields", "at"), FAULTS, ids=lambda value: str(value)[:40])
def test_faults_are_refused_at_their_field(fields: dict[str, Any], at: str) -> None:
    page = works.practice(live=False)
    for name, value in fields.items():
        setattr(page, name, value)
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert at in refused.value.message_dict


@pytest.mark.parametrize("fields", SOUND, ids=lambda value: str(value)[:40])
def test_what_is_sound_is_taken(fields: dict[str, Any]) -> None:
    page = works.practice(live=False)
    for name, value in fields.items():
        setattr(page, name, value)
    page.full_clean()


def test_a_cover_needs_an_alternative_text() -> None:
    page = works.practice(live=False)
    page.cover = works.picture()
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert list(refused.value.message_dict) == ["cover_alt"]
    page.cover_alt = "A street"
    page.full_clean()
