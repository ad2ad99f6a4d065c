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
from practices.models import GoodPracticePage
from search.models import OutboxRow

pytestmark = pytest.mark.django_db
ALLOWED_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}


@pytest.fixture
def whole_tree(db: None) -> None:
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
