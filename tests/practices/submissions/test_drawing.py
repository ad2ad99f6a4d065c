"""The documentation shows the states and transitions that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from practices.submissions import drawing
from practices.submissions.management.commands import draw_states
from practices.submissions.states import TRANSITIONS, State


def test_the_documentation_is_drawn_from_the_code() -> None:
    text = draw_states.DOCUMENT.read_text("utf-8")
    assert drawing.drawn(text) == text, "python manage.py draw_states draws it anew"


def test_every_state_and_transition_is_in_it() -> None:
    text = draw_states.DOCUMENT.read_text("utf-8")
    for state in State:
        assert f"`{state.value}`" in text
    for one in TRANSITIONS:
        assert f"(`{one.name}`)" in text


def test_every_arrow_of_the_diagram_is_a_transition() -> None:
    arrows = {
        (source.replace("_", "-"), target.replace("_", "-"))
        for source, target in re.findall(r"^    (\w+) --> (\w+):", drawing.diagram(), re.M)
    }
    assert arrows == {(source, one.target) for one in TRANSITIONS for source in one.sources}


def test_no_label_breaks_the_diagram() -> None:
    for line in drawing.diagram().splitlines():
        assert line.count(":") <= 1
        assert ";" not in line


def test_what_is_marked_is_replaced_and_the_rest_stays() -> None:
    text = "before\n<!-- drawn: states -->\nold\n<!-- end of states -->\nafter\n"
    made = drawing.drawn(text)
    assert made.startswith("before\n<!-- drawn: states -->\n| state |")
    assert made.endswith("<!-- end of states -->\nafter\n")
    assert "old" not in made
    assert drawing.drawn(made) == made


def test_the_command_writes_only_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "submissions.md"
    copy.write_text(draw_states.DOCUMENT.read_text("utf-8").replace("Withdraw", "Take back"))
    monkeypatch.setattr(draw_states, "DOCUMENT", copy)
    call_command("draw_states")
    assert "(`withdraw`)" in copy.read_text("utf-8")
    assert "| Withdraw (`withdraw`)" in copy.read_text("utf-8")
    call_command("draw_states")
    assert "Nothing has changed." in capsys.readouterr().out
