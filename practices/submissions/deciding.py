"""The form with which the Secretariat publishes: goals one by one, level, review, languages."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.cms.models import WorkPage
from portal.taxonomy.language import own_name
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import Entry, snapshot

from .models import Submission
from .publication import LEVELS, MOST_GOALS, Decision, default_review, lacking_languages
from .suggestions import goals_in

_SUGGESTED = 4


@dataclass
class ProposedGoal:
    """A goal that the author proposes. answer: "yes", "no", or "" while undecided."""

    entry: Entry
    answer: str = ""
    error: str = ""


@dataclass
class OtherGoal:
    """A goal that may be added. target: the nearest one to the text, where it is suggested."""

    entry: Entry
    chosen: bool = False
    target: Entry | None = None


@dataclass
class DecidingForm:
    """What is asked, what was answered, and what is wrong with it: name of field -> sentence."""

    proposed: list[ProposedGoal]
    suggested: list[OtherGoal]
    others: list[OtherGoal]
    levels: list[tuple[Entry, bool]]
    review_due: str
    languages: list[tuple[str, str, bool]]
    comment: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def decision(self) -> Decision | None:
        """Give the decision, or None where something is undecided or wrong; see `errors`."""
        self.errors = {}
        for goal in self.proposed:
            if goal.answer not in ("yes", "no"):
                goal.error = _("Confirm this goal or strike it.")
                self.errors[f"goal-{goal.entry.code}"] = f"{goal.entry.number}: {goal.error}"
        goals = [goal.entry.code for goal in self.proposed if goal.answer == "yes"]
        goals += [goal.entry.code for goal in (*self.suggested, *self.others) if goal.chosen]
        if not self.errors and not goals:
            self.errors["goals"] = _("Confirm at least one Sustainable Development Goal.")
        if len(goals) > MOST_GOALS:
            self.errors["goals"] = _("At most %(limit)d goals.") % {"limit": MOST_GOALS}
        level = next((entry.code for entry, chosen in self.levels if chosen), "")
        if not level:
            self.errors["level"] = _("Choose a verification level.")
        due = self._day()
        if self.errors or due is None:
            return None
        languages = tuple(code for code, _name, chosen in self.languages if chosen)
        return Decision(tuple(goals), level, due, languages)

    def _day(self) -> datetime.date | None:
        try:
            day = datetime.date.fromisoformat(self.review_due)
        except ValueError:
            self.errors["review_due"] = _("Write the day of the next review as 2028-11-30.")
            return None
        if day <= timezone.localdate():
            self.errors["review_due"] = _("The next review must lie in the future.")
            return None
        return day


def deciding_form(submission: Submission, draft: WorkPage, data: QueryDict | None) -> DecidingForm:
    """Give the form for a draft; filled with what was sent, if anything was.

    Nothing is confirmed beforehand. Which goals are proposed and which languages lack is read from
    the work, never from what was sent.
    """
    sent = data if data is not None else QueryDict()
    taxonomy = snapshot()
    proposed = [
        ProposedGoal(entry, sent.get(f"goal-{entry.code}", ""))
        for entry in draft.terms_of(Kind.SDG)
    ]
    known = {goal.entry.code for goal in proposed}
    added = set(sent.getlist("add"))
    reasons = _reasons(draft)
    free = [
        OtherGoal(entry, entry.code in added, taxonomy.resolve(Kind.TARGET, reasons[entry.code]))
        if entry.code in reasons
        else OtherGoal(entry, entry.code in added)
        for entry in taxonomy.of_kind(Kind.SDG)
        if entry.current and entry.code not in known
    ]
    order = list(reasons)
    levels = [taxonomy.resolve(Kind.VERIFICATION, code) for code in LEVELS]
    wanted = set(sent.getlist("languages"))
    return DecidingForm(
        proposed,
        sorted((one for one in free if one.target), key=lambda one: order.index(one.entry.code)),
        [one for one in free if not one.target],
        [(entry, sent.get("level") == entry.code) for entry in levels if entry is not None],
        sent.get("review_due", default_review().isoformat()).strip(),
        [(code, own_name(code), code in wanted) for code in lacking_languages(draft)],
        sent.get("comment", ""),
    )


def _reasons(draft: WorkPage) -> dict[str, str]:
    """Give the goals that the text speaks of, each with its nearest target."""
    text = " ".join([draft.title, draft.summary, *draft.body_parts()])
    found = goals_in(text, f"page {draft.pk}", _SUGGESTED)
    return {one.goal: one.target for one in found}
