"""What the clock does with submissions: it reminds, asks for reviews, and forgets.

`portal.operations.schedule` says when. How often and after how long: SUBMISSION_REMINDERS and
SUBMISSION_DAYS.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.mail.models import Mail

from . import flow, mails
from .files import delete_files, forget_strays
from .models import AccessLink, Attempt, Submission
from .states import TURN, State
from .word.keeping import forget_readings

logger = logging.getLogger(__name__)

# What was never sent in full, and waits for its author.
_NEVER_SENT = (State.DRAFT, State.INTEREST_QUESTION)


def remind() -> int:
    """Remind who has the turn in what is due; give in how many submissions.

    The first time on the day itself, then every week, four times in all (the settings say so). A
    day on which this did not run is made up for.
    """
    today = timezone.localdate()
    due = Submission.objects.filter(due__lte=today, state__in=TURN)
    done = 0
    for submission in due.select_related("work", "assigned").prefetch_related("authors"):
        if not _wants_reminder(submission, today):
            continue
        try:
            with transaction.atomic():
                # Whoever acts at the same moment has the submission first.
                fresh = Submission.objects.select_for_update().get(pk=submission.pk)
                if fresh.version != submission.version or not _wants_reminder(fresh, today):
                    continue
                side = TURN[State(fresh.state)]
                mails.mail(fresh, f"reminder-{side.value}", side)
                Submission.objects.filter(pk=fresh.pk).update(reminded_on=today)
                done += 1
        except Exception:  # one submission that fails must not keep the others from their mails
            logger.exception("No reminder for submission %s", submission.key)
    return done


def _wants_reminder(submission: Submission, today: datetime.date) -> bool:
    """Tell whether a reminder is due, and not sent yet."""
    if submission.due is None:
        return False
    every, most = (settings.SUBMISSION_REMINDERS[name] for name in ("every_days", "at_most"))
    number = (today - submission.due).days // every
    if not 0 <= number < most:
        return False
    turn = submission.due + datetime.timedelta(days=number * every)
    return submission.reminded_on is None or submission.reminded_on < turn


def ask_for_reviews() -> int:
    """Let fall due what somebody has to look at again; give how many."""
    today = timezone.localdate()
    due = Submission.objects.filter(state=State.PUBLISHED, work__review_due__lte=today)
    done = 0
    for submission in due.select_related("work"):
        try:
            flow.perform(submission, "fall_due", None)
            done += 1
        except Exception:  # one submission that fails must not keep the others from their reviews
            logger.exception("Submission %s did not fall due", submission.key)
    return done


def forget() -> dict[str, int]:
    """Delete what has been kept long enough; give how many of each."""
    days = settings.SUBMISSION_DAYS
    return {
        "unconfirmed": _delete(
            Submission.objects.filter(
                state=State.UNCONFIRMED, created__lt=_before(days["unconfirmed"])
            )
        ),
        "ended": _delete(
            Submission.objects.filter(
                state__in=(State.DECLINED, State.WITHDRAWN),
                work=None,
                state_since__lt=_before(days["ended"]),
            )
        ),
        "drafts": _delete(
            Submission.objects.filter(
                state__in=_NEVER_SENT, work=None, changed__lt=_before(days["drafts"])
            )
        ),
        "links": AccessLink.objects.filter(created__lt=_before(days["links"])).delete()[0],
        "readings": forget_readings(),
        "files": forget_strays(_before(days["files"])),
        "attempts": Attempt.objects.filter(at__lt=_before(_longest_limit())).delete()[0],
    }


def _before(days: int) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)


def _longest_limit() -> int:
    """Give the days for which attempts are counted."""
    seconds = max(span for rates in settings.SUBMISSION_LIMITS.values() for _times, span in rates)
    return -(-seconds // (24 * 3600))


def _delete(found: QuerySet[Submission]) -> int:
    """Delete one by one what is found, unless somebody has gone on with it meanwhile."""
    done = 0
    for key in found.values_list("pk", flat=True):
        try:
            with transaction.atomic():
                done += delete(found.select_for_update().filter(pk=key))
        except Exception:  # one submission that resists must not keep the others from being deleted
            logger.exception("Submission %s was not deleted", key)
    return done


def delete(found: Iterable[Submission]) -> int:
    """Delete submissions without a page, their mails, and the files brought for them alone."""
    done = 0
    for submission in found:
        with transaction.atomic():
            delete_files(submission)
            Mail.objects.filter(about=mails.about(submission)).delete()
            submission.delete()
        done += 1
    return done


def remind_and_ask() -> None:
    """Do what is due today: reviews first, so that nobody is reminded of an older state."""
    reviews, reminders = ask_for_reviews(), remind()
    if reviews or reminders:
        logger.info("Submissions: %d reviews asked for, %d reminders", reviews, reminders)


def forget_and_tell() -> None:
    """Forget what has been kept long enough, and say so in the log."""
    done = {name: number for name, number in forget().items() if number}
    if done:
        logger.info("Submissions, deleted: %s", done)
