"""What the portal suggests to who writes: goals by the text, the point by the place's name."""

from __future__ import annotations

import hashlib
import logging

from django.core.cache import cache
from django.utils.translation import gettext as _

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from search.meaning.goals import SuggestedGoal, suggest_goals

from .fields import FieldKind, fields_of
from .gazetteer import City, find_cities
from .models import Submission

logger = logging.getLogger(__name__)

_SECONDS = 60 * 60


def suggested_goals(submission: Submission, language: str) -> dict[str, str]:
    """Give the codes of the goals that the text suggests, each with the reason in words.

    The reason is the target that comes nearest to the text. Nothing where there is no text, or no
    encoder; one that fails is logged, and the form goes on without suggestions.
    """
    parts = [
        str(submission.values.get(field.name) or "")
        for field in fields_of(submission.kind)
        if field.kind in (FieldKind.TEXT, FieldKind.PROSE) or field.name == "title"
    ]
    text = "\n".join(filter(None, parts))
    found = {}
    for one in goals_in(text, f"submission {submission.key}"):
        goal = snapshot().resolve(Kind.SDG, one.goal)
        target = snapshot().resolve(Kind.TARGET, one.target)
        if goal and target:
            found[goal.code] = _("because of target %(number)s: %(target)s") % {
                "number": target.number,
                "target": target.label(language),
            }
    return found


def goals_in(text: str, about: str, limit: int = 3) -> tuple[SuggestedGoal, ...]:
    """Ask the encoder which goals a text speaks of, and remember its answer while the text stays.

    about: whose text it is, for the log. Nothing where the encoder fails: forms go on without.
    """
    key = f"suggested-goals:{limit}:{hashlib.sha256(text.encode()).hexdigest()}"
    known: tuple[SuggestedGoal, ...] | None = cache.get(key)
    if known is not None:
        return known
    try:
        found = suggest_goals(text, limit)
    except Exception:  # whatever an encoder raises: the form works without it
        logger.exception("No goals could be suggested for %s", about)
        return ()
    if found:
        cache.set(key, found, _SECONDS)
    return found


def suggested_cities(submission: Submission) -> list[City]:
    """Give the cities that the submission's place may be, the best first."""
    country = snapshot().resolve(Kind.COUNTRY, str(submission.values.get("country") or ""))
    return find_cities(str(submission.values.get("place") or ""), country.iso2 if country else "")
