"""What a submission is judged by, and the questions of the form that show it."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils.html import escape

from practices.criteria import CRITERIA, criteria_of
from practices.submissions.fields import PAGES, field_names, fields_of
from practices.submissions.shown import ShownField
from practices.template import TEMPLATE

FIELDS = {field.name for kind in PAGES for field in fields_of(kind)}


def test_every_criterion_names_questions_that_the_form_asks() -> None:
    assert len({criterion.code for criterion in CRITERIA}) == len(CRITERIA)
    for criterion in CRITERIA:
        assert criterion.fields
        assert set(criterion.fields) <= FIELDS, criterion.code


@pytest.mark.parametrize("part", [part.name for part in TEMPLATE if part.needed])
def test_every_part_that_is_mandatory_answers_to_a_criterion(part: str) -> None:
    assert part == "context" or criteria_of(part)


def test_obstacles_and_lessons_are_one_criterion_and_mandatory() -> None:
    assert criteria_of("obstacles") == criteria_of("lessons")
    needed = {part.name for part in TEMPLATE if part.needed}
    assert {"obstacles", "lessons"} <= needed


def test_the_form_has_the_sentences_of_the_public_page() -> None:
    fields = field_names("good-practice")
    for criterion in CRITERIA:
        name = next(name for name in criterion.fields if name in fields)
        shown = ShownField(fields[name], name, fields[name].empty)
        html = render_to_string("submissions/_field_notes.html", {"shown": shown})
        assert escape(str(criterion.text)) in html
