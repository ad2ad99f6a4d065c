"""Which Sustainable Development Goals a text is about, with the nearest target as the reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import Entry, snapshot

from .encoders import Encoder, Vectors, get_encoder
from .vectors import checked, plain

CHARACTERS = 4000
_LANGUAGE = "en"  # of the targets; the text may be in any that the encoder knows
_NEAREST = 2


@dataclass(frozen=True)
class SuggestedGoal:
    """A goal that a text may be about.

    goal, target: codes of terms; target is the goal's nearest to the text: why it is suggested.
    nearness: the cosine of text and target, to be compared within one answer, not shown.
    """

    goal: str
    target: str
    nearness: float


@dataclass(frozen=True)
class _Vectors:
    """What texts are compared with: a row for each target, and one for each goal's synonyms."""

    targets: Vectors
    goals: Vectors


def suggest_goals(text: str, limit: int = 3) -> tuple[SuggestedGoal, ...]:
    """Give the goals that a text is most probably about, the likeliest first.

    text: what a work says, in any language that the encoder knows; its first 4,000 characters
    count. A goal is the likelier, the nearer to the text are its two nearest targets and its own
    name and synonyms. Nothing where the text is empty or the encoder is off. Raises whatever the
    encoder raises; a form that suggests goals does well to go on without them.
    """
    text = plain(" ".join(text.split()))[:CHARACTERS]
    encoder = get_encoder()
    if encoder is None or not text:
        return ()
    terms = snapshot()
    goals = [goal for goal in terms.of_kind(Kind.SDG) if goal.current]
    targets = [target for target in terms.of_kind(Kind.TARGET) if target.current]
    labels = tuple(one.label(_LANGUAGE) for one in targets)
    known = _vectors(encoder, labels, tuple(map(_named, goals)))  # type: ignore[arg-type] # hashable
    (vector,) = checked(encoder, [text])
    near, own = known.targets @ vector, known.goals @ vector
    ranked: list[tuple[float, SuggestedGoal]] = []
    for goal, nearness in zip(goals, own, strict=True):
        places = [place for place, one in enumerate(targets) if one.parent == goal.code]
        if not places:
            continue
        places.sort(key=lambda place: -near[place])
        likely = float(near[places[:_NEAREST]].mean() + nearness)
        nearest = targets[places[0]].code
        ranked.append((likely, SuggestedGoal(goal.code, nearest, float(near[places[0]]))))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].goal))
    return tuple(goal for _likely, goal in ranked[:limit])


def _named(goal: Entry) -> str:
    """Give what a goal is called, as one text."""
    return ", ".join((goal.label(_LANGUAGE), *goal.synonyms.get(_LANGUAGE, ())))


@lru_cache(maxsize=4)
def _vectors(encoder: Encoder, targets: tuple[str, ...], goals: tuple[str, ...]) -> _Vectors:
    """Encode targets and goals; once, until an editor changes their words."""
    return _Vectors(checked(encoder, targets), checked(encoder, goals))
