"""The template asks for what the form asks for, in every language, and can be read by everybody."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override
from docx import Document

from practices.submissions.checking import kept
from practices.submissions.fields import PAGES, FieldKind, field_names, fields_of, steps_of
from practices.submissions.word.inline import W
from practices.submissions.word.reader import read
from practices.submissions.word.wording import in_file, normal, wording
from practices.submissions.word.writer import write
from tests.practices.submissions import cases

from . import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

KINDS = list(map(str, PAGES))
LANGUAGES = [code for code, _name in settings.LANGUAGES]
FULL = {
    "context": "Les rues étaient **bruyantes**, voir [le plan](https://example.org/plan).\n\n"
    "- moins de voitures\n- plus de **bancs**\n\nFin.",
    "summary": "Une première ligne.\n\nUne deuxième.",
    "latitude": "36,8",
    "longitude": "10°9′57″E",
    "population": "638 845",
    "territory": "municipality",
    "links": [{"title": "La ville", "url": "https://example.org/a_(b)"}],
    "figures": [{"value": "38 km", "label": "de rues"}, {"value": "12 %", "label": "de CO₂"}],
    "contributors": [{"name": "Ville de Tunis", "organisation": "", "role": "Pilote"}],
    "participants": [{"name": "Sfax", "country": "TUN", "role": "member"}],
    "contact_consent": "yes",
}


def opened(data: bytes) -> Any:
    return Document(BytesIO(data))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_the_form_has_its_control(kind: str) -> None:
    tags = {
        element.get(f"{W}val").partition(":")[0]
        for element in opened(write(kind, "en")).element.iter(f"{W}tag")
    }
    asked = {field.name for field in fields_of(kind)}
    assert tags == {field.name for field in fields_of(kind) if in_file(field)}
    assert asked - tags == {"pictures", "documents"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_comes_back_as_it_was(kind: str, language: str) -> None:
    known = field_names(kind)
    values = {name: value for name, value in (cases.values(kind) | FULL).items() if name in known}
    data = write(kind, language, values=values)
    for file in (data, files.without_controls(data)):
        found = read(file, kind)
        wanted = {name: kept(known[name], value) for name, value in values.items()}
        assert found.values == {name: value for name, value in wanted.items() if value}
        assert (found.report.notes, found.report.nowhere) == ({}, [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_template_holds_no_answer(kind: str, language: str) -> None:
    data = write(kind, language)
    for file in (data, files.without_controls(data)):
        found = read(file, kind)
        assert found.values == {}
        assert found.report.nowhere == []
        assert found.report.notes == {}


@pytest.mark.parametrize("kind", KINDS)
def test_no_label_means_two_fields_in_whatever_language(kind: str) -> None:
    fields = [field for field in fields_of(kind) if in_file(field)]
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            for field in fields:
                assert found.setdefault(normal(str(field.label)), field.name) == field.name
    assert wording(kind).labels == found


@pytest.mark.parametrize("kind", KINDS)
def test_headings_tables_and_properties_tell_what_is_what(kind: str) -> None:
    document = opened(write(kind, "en", values={"title": "Streets"}, key="abc"))
    styles = [style.get(f"{W}val") for style in document.element.body.iter(f"{W}pStyle")]
    with_fields = [step for step in steps_of(kind) if any(map(in_file, step.fields))]
    assert styles[0] == "Title"
    assert styles.count("Heading1") == len(with_fields) + 1
    assert styles.count("Heading2") == sum(map(in_file, fields_of(kind)))
    rows = [field for field in fields_of(kind) if field.kind is FieldKind.ROWS]
    assert len(list(document.element.iter(f"{W}tblHeader"))) == len(rows)
    assert len(list(document.element.iter(f"{W}tblCaption"))) == len(rows)
    about = document.core_properties
    assert (about.title, about.language, about.keywords) == ("Streets", "en-GB", f"{kind} abc")
    assert about.comments == ""


def test_arabic_runs_from_right_to_left() -> None:
    document = opened(write("good-practice", "ar"))
    paragraphs = list(document.element.body.iter(f"{W}p"))
    assert all(p.find(f"{W}pPr/{W}bidi") is not None for p in paragraphs)
    runs = [
        run
        for run in document.element.body.iter(f"{W}r")
        if next(run.iterancestors(f"{W}sdt"), None) is None
    ]
    assert runs
    assert all(run.find(f"{W}rPr/{W}rtl") is not None for run in runs)
    tables = list(document.element.body.iter(f"{W}tbl"))
    assert all(table.find(f"{W}tblPr/{W}bidiVisual") is not None for table in tables)
    assert next(document.styles.element.iter(f"{W}lang")).get(f"{W}bidi") == "ar-SA"
    assert document.element.body.sectPr.find(f"{W}bidi") is not None


def test_a_term_that_is_in_no_list_any_more_stays_ticked() -> None:
    data = write("good-practice", "en", values={"country": "TUN", "territory": "municipality"})
    found = files.answers(data)
    assert found == {"country": "TUN", "territory": "municipality"}
