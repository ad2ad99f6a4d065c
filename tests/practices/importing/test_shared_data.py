"""The project's own mappings on the real files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from wagtail.models import Page

from portal.cms.models import Work
from portal.cms.tree import make_tree
from portal.taxonomy.sync import sync
from practices.importing.mapping import mapping_path
from practices.importing.mapping_check import load_mapping
from practices.importing.report import Outcome, Report
from practices.importing.run import run_import
from practices.models import GoodPracticePage, ResourcePage
from search.models import OutboxRow

pytestmark = pytest.mark.django_db
ALLOWED_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}


@pytest.fixture
def whole_tree(root: Page) -> None:
    """Make the whole taxonomy and tree."""
    sync(["en"])
    make_tree()


def run(name: str, path: Path) -> Report:
    """Import a file by a mapping of the project; every row has one outcome."""
    report = run_import(load_mapping(mapping_path(name)), path)
    assert report.rows_in == len(report.rows) == sum(report.count(outcome) for outcome in Outcome)
    return report


def test_adaptecca(whole_tree: None, shared_data: Path) -> None:
    path = shared_data / "adaptecca-cases" / "cases_en_cdata.xml"
    report = run("adaptecca", path)
    assert (report.rows_in, report.count(Outcome.MADE)) == (96, 96)
    assert report.facet_share >= 0.95
    assert Page.find_problems() == ([], [], [], [], [])
    for page in GoodPracticePage.objects.all():
        assert page.live
        assert page.summary
        assert page.context
        assert page.objectives
        assert page.actions
        assert re.fullmatch(r"20\d\d", page.start)
        for name in ("context", "objectives", "actions", "actors", "budget", "legal_framework"):
            html = " ".join(str(block.value.source) for block in getattr(page, name))
            assert set(re.findall(r"</?([a-z0-9]+)", html)) <= ALLOWED_TAGS
            assert "mso-" not in html
            assert "style=" not in html
            assert not re.search(r"<p>\s*</p>|\w@\w+\.\w", html)
    page = GoodPracticePage.objects.get(title__startswith="Adaptation, restoration and creation")
    assert page.country is not None
    assert page.country.code == "ESP"
    assert {"biodiversity", "climate", "sdg-13", "15.4"} <= {
        row.term.code for row in page.work_terms.select_related("term")
    }
    OutboxRow.objects.all().delete()
    again = run("adaptecca", path)
    assert again.count(Outcome.SAME) == 96
    assert not again.kept
    assert not OutboxRow.objects.exists()
    assert Work.objects.filter(source_name="AdapteCCa").count() == 96


def twice(name: str, path: Path) -> Report:
    """Import a file two times; the second time changes nothing. Give the first report."""
    report = run(name, path)
    assert Page.find_problems() == ([], [], [], [], [])
    OutboxRow.objects.all().delete()
    again = run(name, path)
    assert again.count(Outcome.MADE) == again.count(Outcome.CHANGED) == 0
    assert again.count(Outcome.REFUSED) == report.count(Outcome.REFUSED)
    assert not again.kept
    assert not OutboxRow.objects.exists()
    return report


def test_climate_adapt_mission(whole_tree: None, shared_data: Path) -> None:
    report = twice("climate-adapt-mission", shared_data / "climate-adapt-mission")
    assert (report.rows_in, report.count(Outcome.MADE)) == (595, 462)
    assert report.facet_share >= 0.95
    assert {row.reason for row in report.refused} == {"The row does not say what the action is."}
    assert not GoodPracticePage.objects.filter(country=None).exists()
    page = GoodPracticePage.objects.filter(title__endswith=", City of L'Aquila").first()
    assert page is not None
    assert page.place == "L'Aquila"
    assert not GoodPracticePage.objects.filter(summary__contains="NULL").exists()
    assert not GoodPracticePage.objects.filter(summary__contains="please specify").exists()


def test_dpg_nominees(whole_tree: None, shared_data: Path) -> None:
    report = twice("dpg-nominees", shared_data / "dpg-nominees" / "nominees.json")
    assert (report.rows_in, report.count(Outcome.MADE)) == (228, 228)
    assert report.facet_share >= 0.95
    assert not ResourcePage.objects.exclude(resource_url__startswith="http").exists()


def test_engine_room_library(whole_tree: None, shared_data: Path) -> None:
    report = twice("engine-room-library", shared_data / "engine-room-library" / "_books")
    assert (report.rows_in, report.count(Outcome.MADE)) == (47, 39)
    assert {row.reason for row in report.refused} == {
        "The portal has no pages in the language “id”.",
        "The portal has no pages in the language “sp”.",
    }
    work = Work.objects.get(
        source_name="The Engine Room Library", source_id="participatory-budgeting"
    )
    pages = ResourcePage.objects.filter(translation_key=work.translation_key)
    assert {page.locale.language_code: page.title for page in pages} == {
        "en": "Participatory Budgeting",
        "es": "Presupuesto Participativo",
        "pt": "Orçamento Participativo",
    }
    assert work.source_locale.language_code == "en"
    assert all(len(page.body) > 20 for page in pages)


def test_participedia(whole_tree: None, shared_data: Path) -> None:
    report = run("participedia", shared_data / "participedia" / "cases.json")
    assert (report.rows_in, report.count(Outcome.REFUSED)) == (809, 809)
    assert {row.reason for row in report.refused} == {"The row has no title."}
    assert not Work.objects.exists()
