"""A wrong mapping, or a file that is not what it says, is named clearly and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.cms.models import Work
from portal.taxonomy.models import Kind, TaxonomyVersion, Term
from practices.importing.errors import FileMismatch, ImportProblem, MappingError
from practices.importing.facets import Facet
from practices.importing.mapping import FOLDER, SourceMapping, mapping_path
from practices.importing.mapping_check import load_mapping
from practices.importing.report import Outcome, Report
from practices.importing.values import TRANSFORMS, Place
from practices.models import GoodPracticePage, ResourcePage

HEADER = "id,title,text,actions,year,topics,remarks\n"
TITLE = {"from": "title", "as": "text"}
MappingOf = Callable[..., SourceMapping]
ImportCsv = Callable[..., Report]

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"surprise": 1}, "“surprise” is unknown"),
        ({"key": None}, "“key” is missing"),
        ({"page": "novel"}, "“novel” is unknown"),
        ({"reader": {"type": "docx"}}, "“docx” is unknown"),
        ({"reader": {"type": "csv", "item": "x"}}, "“item” is unknown"),
        ({"source": {"name": "x", "licence": "mine"}}, "“mine” is unknown"),
        ({"source": {"name": "x", "licence": "source", "language": "xx"}}, "no tree in “xx”"),
        ({"place": "list"}, "“list” does not fit"),
        ({"fields": {"title": TITLE, "colour": TITLE}}, "“colour” is unknown"),
        ({"fields": {"title": {"from": "title", "as": "magic"}}}, "no transform “magic”"),
        ({"fields": {"title": {"from": "title", "as": "html"}}}, "gives blocks"),
        ({"fields": {"title": {"as": "text"}}}, "give “from”, “sentences” or both"),
        ({"fields": {"title": {"sentences": "{a", "as": "text"}}}, "braces do not match"),
        ({"fields": {"title": TITLE, "country": {"from": "c", "as": "lookup"}}}, "needs “values”"),
        ({"fields": {"summary": TITLE}}, "“title” is missing"),
        ({"required": ["colour"]}, "no field “colour”"),
        ({"facets": {"topics": {"values": {"Water": {"theme": "fire"}}}}}, "no term “fire”"),
        ({"facets": {"topics": {"values": {"Water": {"mood": "x"}}}}}, "of kind “mood”"),
        ({"facets": {"topics": {"split": "dice", "values": {"a": []}}}}, "no split “dice”"),
        (
            {"facets": {"topics": {"values": {"a": []}, "spelling": {"aa": "b"}}}},
            "“b”, which is no value",
        ),
        ({"terms": {"sdg": "sdg-99"}}, "no term “sdg-99”"),
        ({"constants": {"country": "XYZ"}}, "no term “XYZ”"),
        ({"constants": {"context": "text"}}, "cannot be a constant"),
        ({"facts": {"by": "id", "rows": {"1": {"country": "XYZ"}}}}, "no term “XYZ”"),
        ({"refuse": {"column": "title"}}, "“values” is missing"),
    ],
)
def test_a_wrong_mapping_is_named(
    mapping_of: MappingOf, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(MappingError, match=problem):
        mapping_of(**changes)


def test_all_mistakes_are_named_at_once(mapping_of: MappingOf) -> None:
    with pytest.raises(MappingError) as caught:
        mapping_of(terms={"sdg": ["sdg-98", "sdg-99"]}, required=["colour"])
    assert len(caught.value.problems) == 3


def test_a_mapping_that_is_no_yaml_or_not_there(tree: object, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("a: [", "utf-8")
    with pytest.raises(MappingError, match="not YAML"):
        load_mapping(path)
    with pytest.raises(ImportProblem, match="adaptecca"):
        mapping_path("no-such-mapping")


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("id,title,text,actions,year,topics,remarks,more", "unknown: more"),
        ("id,title,text,actions,year,remarks", "missing: topics"),
        ("id,titel,text,actions,year,topics,remarks", "missing: title; columns unknown: titel"),
        ("a,b,c", "no row names"),
    ],
)
def test_a_file_that_is_not_what_the_mapping_says(
    import_csv: ImportCsv, header: str, problem: str
) -> None:
    with pytest.raises(FileMismatch, match=problem):
        import_csv(f"{header}\n1,a,b,c,d,e,f,g\n")
    assert not Work.objects.exists()


def test_the_command(tree: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="no-such-mapping"):
        call_command("import_practices", "no-such-mapping", "rows.csv")
    mapping, rows, report = (tmp_path / name for name in ("m.yaml", "rows.csv", "report.json"))
    mapping.write_text(
        "{source: {name: T, licence: source}, reader: {type: csv}, key: id, page: good-practice,"
        " place: section:europe, fields: {title: {from: title, as: text},"
        " summary: {from: title, as: summary}}}",
        "utf-8",
    )
    rows.write_text("id,title\n1,One\n", "utf-8")
    call_command("import_practices", str(mapping), str(rows), "--dry-run", f"--report={report}")
    assert "1 rows: 1 made" in capsys.readouterr().out
    assert '"dry_run": true' in report.read_text("utf-8")
    assert not Work.objects.exists()


def test_values_with_commas_are_kept_whole() -> None:
    facet = Facet(
        "x",
        "comma",
        {
            value: {}
            for value in ("Water", "Water management", "Impacts (phenology, distribution, etc.)")
        },
    )
    assert facet.read(
        "Water management, impacts (Phenology, distribution, etc.),Water , New one"
    ) == ["Water management", "impacts (Phenology, distribution, etc.)", "Water", "New one"]
    assert facet.read("Waterfall, NULL-like") == ["Waterfall", "NULL-like"]
    assert facet.read("NULL") == facet.read("  ") == facet.read(None) == []
    assert facet.find(" WATER  Management ") == "Water management"
    assert facet.find("Water managment") == "Water management"
    assert facet.find("Fire") is None
    lists = Facet("x", "html-list", {"Local": {}})
    assert lists.read("<ul><li>Local</li>\n<li><p>Sub &amp; more</p></li></ul>") == [
        "Local",
        "Sub & more",
    ]


def test_merged_terms_are_followed_and_retired_ones_reported(import_csv: ImportCsv) -> None:
    facets = {"topics": {"values": {"Water": {"theme": "old-water"}}}}
    old, new = (
        Term.objects.get(kind=Kind.THEME, code=c) for c in ("old-water", "water-sanitation")
    )
    old.retired, old.merged_into = True, new
    old.save()
    TaxonomyVersion.touch()
    row = HEADER + "{},Title,<p>Text.</p>,,,Water,\n"
    assert import_csv(row.format(1), facets=facets).facets["topics"].mapped == 1
    page = Work.objects.get(source_id="1")
    assert page.reference == "L4A-1001"
    old.merged_into = None
    old.save()
    TaxonomyVersion.touch()
    report = import_csv(row.format(2), facets=facets)
    assert report.facets["topics"].unmapped == {"Water": 1}
    assert any("old-water" in note for note in report.row_notes)


def test_facts_constants_and_refusals(import_csv: ImportCsv) -> None:
    report = import_csv(
        HEADER + "1,A,<p>Text.</p>,,,,\n2,Other,<p>Text.</p>,,,,\n",
        facts={"by": "id", "rows": {"1": {"country": "ESP", "place": "Segovia"}}},
        constants={"territory": "municipality"},
        refuse={"column": "title", "values": ["other"], "reason": "Says nothing."},
    )
    assert [row.reason for row in report.refused] == ["Says nothing."]
    page = Work.objects.get(source_id="1")
    assert report.count(Outcome.MADE) == 1
    assert "country" not in report.lacking
    assert page.source_url == "https://example.org/1"


def test_words_for_nothing_are_left_out_of_lists(import_csv: ImportCsv) -> None:
    import_csv(
        HEADER + '1,A,<p>Text.</p>,"State,Other, please specify,City",,,\n',
        split={"actions": ["Other, please specify"]},
        nulls=["Other, please specify"],
        fields={
            "title": TITLE,
            "summary": {"from": "text", "as": "summary"},
            "actions": {"sentences": ["Paid by {actions}."], "as": "paragraphs"},
            "results": {"from": "actions", "as": "bullets"},
            "start": {"from": "year", "as": "year"},
        },
    )
    page = GoodPracticePage.objects.get()
    assert [str(block.value) for block in page.actions] == ["<p>Paid by State, City.</p>"]
    assert [str(block.value) for block in page.results] == ["<ul><li>State</li><li>City</li></ul>"]


def test_language_versions_are_one_work(import_csv: ImportCsv) -> None:
    changes: dict[str, Any] = {
        "source": {
            "name": "Guides",
            "licence": "source",
            "language_column": "year",
            "url": "https://example.org/{actions}",
        },
        "page": "resource",
        "place": "list",
        "required": ["summary"],
        "languages": {"fra": "fr"},
        "ignored": ["remarks", "topics"],
        "facets": {},
        "fields": {
            "title": TITLE,
            "summary": {"from": "text", "as": "summary"},
            "resource_url": {"sentences": "https://example.org/{actions}", "as": "url"},
        },
    }
    rows = HEADER + "a,Jardins,Texte.,x,fra,,\na,Gardens,Text.,x,en,,\na,Giardini,Testo.,x,it,,\n"
    report = import_csv(rows, **changes)
    assert [row.outcome for row in report.rows] == [Outcome.MADE, Outcome.MADE, Outcome.REFUSED]
    work = Work.objects.get()
    assert work.source_locale.language_code == "en"
    pages = ResourcePage.objects.order_by("locale__language_code")
    assert [page.title for page in pages] == ["Gardens", "Jardins"]
    assert {page.slug for page in pages} == {"gardens"}
    assert {page.translation_key for page in pages} == {work.translation_key}
    again = import_csv(rows.replace("Texte", "Autre texte"), **changes)
    assert [row.outcome for row in again.rows] == [Outcome.CHANGED, Outcome.SAME, Outcome.REFUSED]


@pytest.mark.parametrize(
    ("transform", "value", "result"),
    [
        ("date", "24/05/2019 11:05:38", "2019-05-24"),
        ("date", "5.2019", "2019-05"),
        ("date", "2004-01-11T16:00:00", "2004-01-11"),
        ("date", "2019", "2019"),
        ("date", "31/02/2019", ""),
        ("date", "not open yet", ""),
        ("year", "since 2014", "2014"),
        ("year", "not open yet", ""),
        ("number", "1 234 567", 1234567),
        ("number", "1,234", 1234),
        ("number", "many", None),
        ("url", "//example.org", "https://example.org"),
        ("url", "javascript:alert(1)", ""),
        ("text", "  NULL ", ""),
        ("text", ["a", None, "<b>b</b>"], "a b"),
        ("lookup", " ES ", "ESP"),
    ],
)
def test_transforms(transform: str, value: object, result: object) -> None:
    place = Place("source", "1", "field", {"es": "ESP"}, headings=False, notes=[])
    assert TRANSFORMS[transform].run([value], place) == result


def test_the_projects_mappings_name_no_unknown_key() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {
        "adaptecca",
        "climate-adapt-mission",
        "dpg-nominees",
        "engine-room-library",
        "participedia",
    }
