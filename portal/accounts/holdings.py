"""What accounts themselves hold of a person; `apps.py` registers it."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry, PageLogEntry

from portal.mail.models import Mail

from . import personal
from .models import Invitation, User


def _account(person: User) -> dict[str, Any]:
    return {
        "mail_address": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "language": person.language,
        "joined": person.date_joined.isoformat(),
        "last_log_in": person.last_login.isoformat() if person.last_login else None,
        "groups": sorted(person.groups.values_list("name", flat=True)),
        # The keys themselves would let whoever finds the file log in.
        "two_factor": [
            {"kind": kind, "since": since.isoformat()}
            for kind, since in Authenticator.objects.filter(user=person).values_list(
                "type", "created_at"
            )
        ],
    }


def _keep_nothing(person: User) -> None:
    """Leave the erasure to the account's own deletion, which takes it along."""


def _consents(person: User) -> list[dict[str, Any]]:
    return [
        {
            "purpose": consent.purpose,
            "version": consent.version,
            "given": consent.given.isoformat(),
            "withdrawn": consent.withdrawn.isoformat() if consent.withdrawn else None,
        }
        for consent in person.consents.all()
    ]


def _invitations(person: User) -> list[dict[str, Any]]:
    return [
        {
            "role": one.role,
            "sections": one.sections,
            "sent": one.sent.isoformat(),
            "accepted": one.accepted.isoformat() if one.accepted else None,
        }
        for one in Invitation.objects.filter(email__iexact=person.email)
    ]


def _forget_invitations(person: User) -> None:
    Invitation.objects.filter(email__iexact=person.email).delete()


def _mails(person: User) -> list[dict[str, Any]]:
    return [
        {"kind": mail.kind, "subject": mail.subject, "created": mail.created.isoformat()}
        for mail in Mail.objects.filter(to__iexact=person.email)
    ]


def _forget_mails(person: User) -> None:
    Mail.objects.filter(to__iexact=person.email).delete()


def _history(person: User) -> list[dict[str, Any]]:
    """Give what the admin's histories say that a person did."""
    found = []
    for model in (PageLogEntry, ModelLogEntry):
        rows = model.objects.filter(user_id=person.pk).order_by("timestamp")
        found += [
            {"what": row.action, "about": row.label, "when": row.timestamp.isoformat()}
            for row in rows
        ]
    return found


def _unname_history(person: User) -> None:
    """Take the name out of what the histories say about the account.

    What the person did to works stays with the account's number, which names nobody once the
    account is gone: the history of a public text must not have holes.
    """
    account = ContentType.objects.get_for_model(User, for_concrete_model=False)
    about = ModelLogEntry.objects.filter(content_type=account, object_id=str(person.pk))
    about.update(label="", data={})


def register() -> None:
    """Register everything that accounts hold."""
    personal.register("account", _account, _keep_nothing)
    personal.register("consents", _consents, _keep_nothing)
    personal.register("invitations", _invitations, _forget_invitations)
    personal.register("mails", _mails, _forget_mails)
    personal.register("history", _history, _unname_history)
