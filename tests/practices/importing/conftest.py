"""A small taxonomy, a small tree, a small mapping; and the shared data, where it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from wagtail.models import Locale, Page

from portal.cms.models import HomePage, SectionIndexPage, SectionPage, WorkIndexPage
from portal.taxonomy.models import Kind, TaxonomyVersion, Term, TermLabel
from practices.importing.mapping import SourceMapping
from practices.importing.mapping_check import load_mapping
from practices.importing.report import Report
from practices.importing.run import run_import
from search.facets import WorkType

ROOT = Path(__file__).parents[3]
TERMS = {
    Kind.VERIFICATION: ["imported"],
    Kind.SECTION: ["europe"],
    Kind.THEME: ["climate", "water-sanitation", "biodiversity", "health", "old-water"],
    Kind.SDG: ["sdg-06", "sdg-13", "sdg-15"],
    Kind.AGENDA: ["sendai"],
    Kind.COUNTRY: ["ESP", "FRA"],
    Kind.TERRITORY: ["municipality", "region"],
}
MAPPING = """
source: {name: Test source, licence: source, url: "https://example.org/{id}"}
reader: {type: csv}
key: id
page: good-practice
place: section:europe
required: [summary]
fields:
  title: {from: title, as: text}
  summary: {from: text, as: summary}
  context: {from: text, as: html}
  actions: {from: actions, as: paragraphs}
  start: {from: year, as: year}
facets:
  topics:
    split: comma
    values:
      Water: {theme: water-sanitation, sdg: sdg-06}
      Floods, storms and the like: {agenda: sendai}
      "Biodiversity (species, habitats, etc.)": {theme: biodiversity, sdg: sdg-15}
      Other things: []
ignored: [remarks]
"""


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real data, beside the project or where SHARED_DATA says."""
    folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"needs the shared data, which is not at {folder} (set SHARED_DATA)")
    return folder


@pytest.fixture
def root(db: None) -> Page:
    """Give the root of all pages, which migrations make."""
    locale, _made = Locale.objects.get_or_create(language_code="en")
    return Page.get_first_root_node() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=locale)
    )


@pytest.fixture
def tree(root: Page) -> Page:
    """Make the few terms and pages that the small mapping needs; give the section's page."""
    for kind, codes in TERMS.items():
        for code in codes:
            term = Term.objects.create(kind=kind, code=code)
            TermLabel.objects.create(term=term, language="en", text=code)
    TaxonomyVersion.touch()
    section: Page | None = None
    for code in ("en", "fr"):
        locale, _made = Locale.objects.get_or_create(language_code=code)
        home = HomePage(title="Home", slug=f"{code}-home", locale=locale)
        root.add_child(instance=home)
        index = SectionIndexPage(title="Sections", locale=locale)
        home.add_child(instance=index)
        term = Term.objects.get(kind=Kind.SECTION, code="europe")
        page = SectionPage(title="Europe", term=term, locale=locale)
        index.add_child(instance=page)
        section = section or page
        home.add_child(
            instance=WorkIndexPage(title="Resources", lists=WorkType.RESOURCE, locale=locale)
        )
    assert section is not None
    return section


@pytest.fixture
def mapping_of(tree: Page, tmp_path: Path) -> Callable[..., SourceMapping]:
    """Give a function that loads the small mapping with some of its keys changed."""

    def load(**changes: Any) -> SourceMapping:
        data = yaml.safe_load(MAPPING) | changes
        path = tmp_path / "small.yaml"
        path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
        return load_mapping(path)

    return load


@pytest.fixture
def import_csv(mapping_of: Callable[..., SourceMapping], tmp_path: Path) -> Callable[..., Report]:
    """Give a function that imports the text (or bytes) of a CSV file by the small mapping."""

    def run(
        content: str | bytes, *, dry_run: bool = False, name: str = "rows.csv", **changes: Any
    ) -> Report:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return run_import(mapping_of(**changes), path, dry_run=dry_run)

    return run
