"""What a submission is judged by, and the questions of the form that show it."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.html import escape

from practices.criteria import CRITERIA, criteria_of
from practices.submissions.fields import PAGES, fields_of
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


def test_the_help_of_the_form_has_the_sentences_of_the_public_page() -> None:
    template = Template(
        "{% load criteria %}{% criteria_for field as found %}"
        "{% for one in found %}{{ one.text }}{% endfor %}"
    )
    for criterion in CRITERIA:
        shown = template.render(Context({"field": criterion.fields[0]}))
        assert escape(str(criterion.text)) in shown
    assert template.render(Context({"field": "title"})) == ""
