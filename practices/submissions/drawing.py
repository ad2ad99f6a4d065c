"""States and transitions as the documentation shows them: a diagram and a table."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import override

from .states import ACTOR_LABELS, DAYS, TRANSITIONS, TURN, Actor, Says, State, Transition

_WORDS = {Says.NOTHING: "–", Says.MAYBE: "may go with it", Says.NEEDED: "needed"}
_MARKED = re.compile(r"(<!-- drawn: (\w+) -->\n).*?(<!-- end of \2 -->)", re.S)


def drawn(document: str) -> str:
    """Give a document with its drawn parts made anew.

    They stand between `<!-- drawn: NAME -->` and `<!-- end of NAME -->`. Raises KeyError for a name
    that is not drawn here.
    """
    with override("en"):
        parts = {"diagram": diagram(), "transitions": transitions(), "states": states()}
        return _MARKED.sub(lambda found: f"{found[1]}{parts[found[2]]}{found[3]}", document)


def diagram() -> str:
    """Draw the states for Mermaid; one arrow from state to state, whatever leads along it."""
    lines = ["```mermaid", "stateDiagram-v2", "    direction TB"]
    lines += [f'    state "{_plain(state.label)}" as {_name(state)}' for state in State]
    lines.append(f"    [*] --> {_name(State.UNCONFIRMED)}")
    arrows: dict[tuple[State, State], list[str]] = {}
    for one in TRANSITIONS:
        for source in _in_order(one.sources):
            arrows.setdefault((source, one.target), []).append(_arrow(one))
    for (source, target), labels in arrows.items():
        lines.append(f"    {_name(source)} --> {_name(target)}: {' / '.join(labels)}")
    return "\n".join([*lines, "```", ""])


def transitions() -> str:
    """Give the table of transitions: who, from where to where, words, mails."""
    rows = [
        "| what | who | from | to | words | mails |",
        "|---|---|---|---|---|---|",
    ]
    rows += [f"| {' | '.join(_cells(one))} |" for one in TRANSITIONS]
    return "\n".join([*rows, ""])


def states() -> str:
    """Give the table of states: whose turn, and after how many days they are reminded."""
    rows = ["| state | code | whose turn | days |", "|---|---|---|---|"]
    for state in State:
        turn = str(ACTOR_LABELS[TURN[state]]) if state in TURN else "–"
        rows.append(f"| {state.label} | `{state.value}` | {turn} | {DAYS.get(state, '–')} |")
    return "\n".join([*rows, ""])


def _arrow(one: Transition) -> str:
    return f"{_plain(one.label)} ({', '.join(_actors(one))})"


def _plain(label: object) -> str:
    """Give a label without the signs that end a statement of Mermaid."""
    return str(label).replace(";", ",").replace(":", ",")


def _cells(one: Transition) -> list[str]:
    only = {
        None: "",
        True: "; where a version is public",
        False: "; where none is public",
    }[one.public]
    mails = [
        f"{ACTOR_LABELS[side]}: {', '.join(f'`{kind}`' for kind in kinds)}"
        for side, kinds in one.mails.items()
    ]
    return [
        f"{one.label} (`{one.name}`)",
        ", ".join(_actors(one)),
        ", ".join(f"`{state.value}`" for state in _in_order(one.sources)) + only,
        f"`{one.target.value}`",
        _WORDS[one.says],
        "; ".join(mails) or "–",
    ]


def _actors(one: Transition) -> list[str]:
    return [str(ACTOR_LABELS[actor]) for actor in Actor if actor in one.by]


def _in_order(found: Iterable[State]) -> list[State]:
    wanted = set(found)
    return [state for state in State if state in wanted]


def _name(state: State) -> str:
    return state.value.replace("-", "_")
