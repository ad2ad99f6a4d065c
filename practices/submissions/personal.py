"""What submissions hold of a person: given to them on request, taken out on request.

What was never sent in full is the person's alone, and goes. What was sent stays, as the work that
came of it does; the person's name and addresses go from it, and from every version of its pages.
docs/personal-data.md says it in words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail_localize.models import TranslationSource

from portal.accounts import personal
from portal.accounts.models import User
from portal.cms.models import Work, WorkPage
from portal.mail.models import Mail

from . import deadlines, mails
from .models import AccessLink, Event, Submission, WordReading
from .states import Actor

# What an expression of interest and a template say of a person.
_OF_INTEREST = ("name", "organisation", "email")
_CONTACT = ("contact_name", "contact_organisation", "contact_email")
_GONE = "…"


@dataclass(frozen=True)
class _Person:
    """By what somebody is known in what they submitted."""

    account: User
    email: str
    names: frozenset[str]

    def is_at(self, email: Any) -> bool:
        """Tell whether a mail address is theirs."""
        return str(email or "").strip().lower() == self.email


def register() -> None:
    """Say what is held of a person."""
    personal.register("submissions", export, erase)


def export(person: User) -> list[dict[str, Any]]:
    """Give the submissions of which somebody is an author, with what happened to them.

    Of the others who write or review, only what they did. The mails are in the export by mails.
    """
    return [
        _exported(submission, person)
        for submission in _of(person).order_by("created").select_related("section", "work")
    ]


def _exported(submission: Submission, person: User) -> dict[str, Any]:
    own = submission.author_email.lower() == person.email.lower()
    interest = {
        name: value
        for name, value in submission.interest.items()
        if own or name not in _OF_INTEREST
    }
    return {
        "key": str(submission.key),
        "reference": submission.reference,
        "kind": submission.kind,
        "section": submission.section.code,
        "language": submission.language,
        "title": submission.title,
        "state": submission.state,
        "begun": submission.created.isoformat(),
        "consent_given": submission.consent_given.isoformat() if submission.consent_given else None,
        "expression_of_interest": interest,
        "template": submission.values,
        "history": [
            {
                "when": event.at.isoformat(),
                "what": event.name,
                "as": event.actor,
                "by_you": event.user_id == person.pk,
                "words": event.says,
            }
            for event in submission.events.all()
            if not event.internal or event.user_id == person.pk
        ],
    }


def erase(person: User) -> None:
    """Take somebody out of submissions, and out of the pages that came of them."""
    # Locked: what a co-author writes at this moment is not overwritten.
    locked = _of(person).select_for_update(of=("self",))
    found = list(locked.select_related("work").prefetch_related("authors"))
    names = {person.get_full_name()}
    names |= {one.author_name for one in found if one.author_email.lower() == person.email.lower()}
    known = _Person(person, person.email.lower(), frozenset(names - {""}))
    for submission in found:
        others = any(one.pk != person.pk for one in submission.authors.all())
        if submission.work is None and not others:
            deadlines.delete([submission])
        else:
            _unname(submission, known)
    WordReading.objects.filter(submission__in=[one for one in found if one.pk]).delete()
    AccessLink.objects.filter(email__iexact=person.email).delete()
    _unname_decisions(known)


def _of(person: User) -> Any:
    mine = Q(authors=person) | Q(author_email__iexact=person.email)
    return Submission.objects.filter(pk__in=Submission.objects.filter(mine).values("pk"))


def _unname(submission: Submission, person: _Person) -> None:
    """Take a person out of a submission that stays."""
    if person.is_at(submission.author_email):
        submission.author_name = submission.author_organisation = submission.author_email = ""
        submission.interest = {
            name: value for name, value in submission.interest.items() if name not in _OF_INTEREST
        }
    submission.values, _changed = _without(submission.values, person)
    submission.edited = {
        name: edit
        for name, edit in submission.edited.items()
        if edit.get("by") != person.account.pk
    }
    submission.authors.remove(person.account)
    submission.save()
    for event in submission.events.all():
        words = _blanked(event.says, person)
        if words != event.says:
            Event.objects.filter(pk=event.pk).update(says=words)
    # Not by whom: that would be the name again.
    Event.objects.create(
        submission=submission,
        name="erased",
        actor=Actor.AUTHOR,
        source=submission.state,
        target=submission.state,
    )
    _forget_mails(submission, person)
    if submission.work is not None:
        _unname_pages(submission.work, person)


def _blanked(text: str, person: _Person) -> str:
    for word in (person.email, *person.names):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", _GONE, text, flags=re.IGNORECASE)
    return text


def _forget_mails(submission: Submission, person: _Person) -> None:
    """Delete the mails about a submission that went to a person, or name them to others."""
    named = Q(to__iexact=person.email) | Q(text__icontains=person.email)
    for name in person.names:
        named |= Q(text__contains=name) | Q(subject__contains=name)
    Mail.objects.filter(named, about=mails.about(submission)).delete()


def _unname_pages(work: Work, person: _Person) -> None:
    """Take a person out of a work's pages in every language, all their versions included."""
    pages = WorkPage.objects.filter(translation_key=work.translation_key)
    for page in pages.specific():
        for revision in page.revisions.all():
            revision.content, changed = _without(revision.content, person)
            if changed:
                revision.save(update_fields=["content"])
        contributors = list(page.contributors.all())
        stay = [row for row in contributors if row.name not in person.names]
        before = {name: getattr(page, name) for name in (*_CONTACT, "contact_consent")}
        after, is_contact = _without(before, person)
        for name, value in after.items():
            setattr(page, name, value)
        if is_contact or len(stay) < len(contributors):
            page.contributors = stay
            # Nothing else is judged here; saving puts the page into the index again.
            page.save(clean=False)
    for source in TranslationSource.objects.filter(object_id=work.translation_key):
        content, changed = _without(json.loads(source.content_json), person)
        if changed:
            source.content_json = json.dumps(content)
            source.save(update_fields=["content_json"])


def _without(content: Mapping[str, Any], person: _Person) -> tuple[dict[str, Any], bool]:
    """Give values of a form, or a version of a page, without a person; and whether that differs."""
    clean = dict(content)
    if person.is_at(clean.get("contact_email")):
        clean.update(dict.fromkeys(_CONTACT, ""))
        clean["contact_consent"] = type(clean.get("contact_consent", ""))()
    elif clean.get("contact_name") in person.names:
        clean["contact_name"] = ""
    if rows := clean.get("contributors"):
        clean["contributors"] = [row for row in rows if row.get("name") not in person.names]
    return clean, clean != dict(content)


def _unname_decisions(person: _Person) -> None:
    """Let the Secretariat stand where a work names the person who checked it for submissions."""
    with override(settings.LANGUAGE_CODE):
        secretariat = _("UCLG World Secretariat")
    checked = Event.objects.filter(user=person.account, name__in=("publish", "still_true"))
    works = Work.objects.filter(
        submission__in=checked.values("submission"), verified_by__in=person.names
    )
    for work in works:
        work.verified_by = secretariat
        work.save(update_fields=["verified_by"])
