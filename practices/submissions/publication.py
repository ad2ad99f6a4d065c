"""What the Secretariat decides when it publishes: goals, level, next review, languages."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from portal.cms.models import Work, WorkPage, WorkTerm
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from .errors import Refused
from .models import Submission
from .states import UNDECIDED

REVIEW_AFTER = datetime.timedelta(days=2 * 365)
# The levels that a review can give; "imported" is for what came from elsewhere.
LEVELS = ("submitted", "section", "verified")
# As many as the author may propose: else the author could not send a change of it again.
MOST_GOALS = 4
_at_the_desk: ContextVar[bool] = ContextVar("at_the_desk", default=False)


@dataclass(frozen=True)
class Decision:
    """What the Secretariat decides.

    goals: codes of the goals that were confirmed one by one. level: code of the verification
    level. review_due: when somebody looks at it again. languages: codes of those to translate to.
    """

    goals: tuple[str, ...]
    level: str
    review_due: datetime.date
    languages: tuple[str, ...] = ()


@contextmanager
def at_the_desk() -> Iterator[None]:
    """Let what is published inside pass: it was decided on the desk."""
    token = _at_the_desk.set(True)
    try:
        yield
    finally:
        _at_the_desk.reset(token)


def refusal(page: Any) -> str:
    """Say why a page cannot be published now, or "" where no submission stands against it.

    What is in review, or was declined, is published by a decision on the desk and by no other way:
    not by the admin's buttons, its workflows or its schedule. Translations are another matter.
    """
    if _at_the_desk.get():
        return ""
    waiting = Submission.objects.filter(
        work__translation_key=page.translation_key,
        work__source_locale=page.locale_id,
        state__in=UNDECIDED,
    )
    if not waiting.exists():
        return ""
    return _("This page came of a submission: it is published by the decision on the desk.")


def check(decision: Decision) -> None:
    """Raise Refused where a decision cannot be taken as it is."""
    taxonomy = snapshot()
    if not decision.goals:
        raise Refused(_("Confirm at least one Sustainable Development Goal."))
    if len(decision.goals) > MOST_GOALS:
        raise Refused(_("At most %(limit)d goals.") % {"limit": MOST_GOALS})
    if any(taxonomy.resolve(Kind.SDG, code) is None for code in decision.goals):
        raise Refused(_("One of the goals is not known."))
    if taxonomy.resolve(Kind.VERIFICATION, decision.level) is None:
        raise Refused(_("Choose a verification level."))
    if decision.review_due <= timezone.localdate():
        raise Refused(_("The next review must lie in the future."))
    known = dict(settings.LANGUAGES)
    if any(code not in known for code in decision.languages):
        raise Refused(_("One of the languages is not known."))


def set_goals(page: WorkPage, codes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Give a draft exactly these goals; give the codes that were added and those taken away."""
    taxonomy = snapshot()
    before = {entry.code: entry for entry in page.terms_of(Kind.SDG)}
    wanted = {code: taxonomy.resolve(Kind.SDG, code) for code in codes}
    goal_keys = {entry.pk for entry in taxonomy.of_kind(Kind.SDG)}
    rows = [row for row in page.work_terms.all() if row.term_id not in goal_keys]
    kept = {row.term_id: row for row in page.work_terms.all()}
    rows += [kept.get(e.pk) or WorkTerm(term_id=e.pk) for e in wanted.values() if e is not None]
    page.work_terms = rows
    return sorted(wanted.keys() - before.keys()), sorted(before.keys() - wanted.keys())


def note_check(work: Work, decision: Decision, checker: str) -> None:
    """Note on a work who checked it, when, to which level, and when it is looked at again."""
    level = snapshot().resolve(Kind.VERIFICATION, decision.level)
    work.verification_id = level.pk if level else None
    work.verified_by = checker[:255]
    work.verified_on = timezone.localdate()
    work.review_due = decision.review_due
    work.save(update_fields=["verification", "verified_by", "verified_on", "review_due"])


def lacking_languages(page: Any) -> list[str]:
    """Give the languages of content in which a page's work has no page yet, in their order."""
    present = set(
        WorkPage.objects.filter(translation_key=page.translation_key).values_list(
            "locale__language_code", flat=True
        )
    )
    return [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES if code not in present]


def ask_for_translations(page: Any, languages: Sequence[str], user: Any) -> None:
    """Ask translators for a published page in other languages: a draft of each appears."""
    from wagtail_localize.operations import TranslationCreator

    lacking = lacking_languages(page)
    wanted = [code for code in languages if code in lacking]
    locales = list(Locale.objects.filter(language_code__in=wanted))
    if locales:
        TranslationCreator(user, locales).create_translations(page)


def default_review() -> datetime.date:
    """Give the day on which a work that is checked today is looked at again."""
    return timezone.localdate() + REVIEW_AFTER
