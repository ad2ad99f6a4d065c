"""Inviting people to work on the portal: the link, and what following it does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.log_actions import log

from portal.mail.outgoing import send
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from . import consents
from .language import known_language
from .mails import absolute
from .models import Invitation, User, new_nonce
from .roles import EDITOR, ROLES, SECTION_STAFF, TRANSLATOR, Role, group_of

VALID = timedelta(days=14)
_SALT = "portal.accounts.invitations"

SENT, REVOKED, ACCEPTED = (f"portal.invitation.{what}" for what in ("send", "revoke", "accept"))
# Roles in the order of what they may do.
INVITABLE = (SECTION_STAFF, TRANSLATOR, EDITOR)


class LinkRefused(Exception):
    """A link that leads to no invitation that can be accepted.

    code: for the log. reason: for its reader.
    """

    def __init__(self, code: str, reason: Any) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


_WRONG = _(
    "This link is not one of ours. Open the link of the mail once more, whole as it is there."
)
_OLD = _("This invitation has expired, or a newer one was sent. Ask for a new one.")
_USED = _("This invitation was accepted before. Log in with the account that accepted it.")
_TAKEN_BACK = _("This invitation was taken back. Ask who invited you.")


def role_of(invitation: Invitation) -> Role:
    """Give the role to which somebody is invited."""
    return next(role for role in ROLES if role.code == invitation.role)


def section_names(codes: list[str], language: str) -> list[str]:
    """Give the sections' names in a language; one that is gone by its code."""
    known = {entry.code: entry for entry in snapshot().of_kind(Kind.SECTION)}
    return [str(known[c].label(language)) if c in known else c for c in codes]


def open_invitations() -> QuerySet[Invitation]:
    """Give those that nobody has accepted or taken back, expired ones as well."""
    return Invitation.objects.filter(accepted=None, revoked=None).select_related("invited_by")


def has_expired(invitation: Invitation) -> bool:
    """Tell whether the link of an invitation is too old."""
    return invitation.sent + VALID <= timezone.now()


def invite(
    email: str, role: Role, sections: list[str], language: str, invited_by: User
) -> Invitation:
    """Invite a person and send the mail; what was open for the address in the role is replaced."""
    with transaction.atomic():
        Invitation.objects.filter(
            email__iexact=email, role=role.code, accepted=None, revoked=None
        ).update(revoked=timezone.now(), nonce="")
        invitation = Invitation.objects.create(
            email=email.lower(),
            role=role.code,
            sections=sorted(sections),
            language=language,
            invited_by=invited_by,
        )
        _send(invitation, invited_by)
    return invitation


def resend(invitation: Invitation, by: User) -> None:
    """Send the mail once more, with a new link; the one before works no more."""
    with transaction.atomic():
        invitation.nonce = new_nonce()
        invitation.sent = timezone.now()
        invitation.save(update_fields=["nonce", "sent"])
        _send(invitation, by)


def revoke(invitation: Invitation, by: User) -> None:
    """Take an invitation back."""
    with transaction.atomic():
        invitation.revoked = timezone.now()
        invitation.nonce = ""
        invitation.save(update_fields=["revoked", "nonce"])
        log(instance=invitation, action=REVOKED, user=by, data=_told(invitation))


def link_of(invitation: Invitation) -> str:
    """Give the address that is mailed; it says nothing of the person."""
    token = signing.dumps([invitation.pk, invitation.nonce], salt=_SALT)
    with override(known_language(invitation.language)):
        return absolute(reverse("account_invitation", args=[token]))


def find(token: str) -> Invitation:
    """Give the invitation of a link. Raises LinkRefused."""
    try:
        pk, nonce = signing.loads(token, salt=_SALT)
        invitation = Invitation.objects.select_related("invited_by").get(pk=pk)
    except (signing.BadSignature, ValueError, TypeError, Invitation.DoesNotExist):
        raise LinkRefused("wrong", _WRONG) from None
    if invitation.accepted:
        raise LinkRefused("used", _USED)
    if invitation.revoked:
        raise LinkRefused("taken back", _TAKEN_BACK)
    if invitation.nonce != nonce or has_expired(invitation):
        raise LinkRefused("old", _OLD)
    return invitation


def account_of(invitation: Invitation) -> User | None:
    """Give the account that the invited address has already."""
    addresses = EmailAddress.objects.filter(email__iexact=invitation.email, verified=True)
    return User.objects.filter(
        Q(email__iexact=invitation.email) | Q(pk__in=addresses.values("user"))
    ).first()


def accept(invitation: Invitation, person: User | None = None, **new: str) -> User:
    """Give the person the role, and first an account where there is none.

    new: `first_name`, `last_name` and `password` of the account to be made. Two at
    the same moment cannot both accept. Raises LinkRefused.
    """
    with transaction.atomic():
        taken = Invitation.objects.filter(
            pk=invitation.pk, nonce=invitation.nonce, accepted=None, revoked=None
        ).update(accepted=timezone.now(), nonce="")
        if not taken:
            raise LinkRefused("used", _USED)
        if person is None:
            person = User.objects.create_user(
                invitation.email, language=known_language(invitation.language), **new
            )
            consents.give(person, consents.ACCOUNT)
        role = role_of(invitation)
        sections = invitation.sections if role is SECTION_STAFF else [""]
        person.groups.add(*(group_of(role, section) for section in sections))
        Invitation.objects.filter(pk=invitation.pk).update(person=person)
        log(instance=invitation, action=ACCEPTED, user=person, data=_told(invitation))
    return person


def _send(invitation: Invitation, by: User) -> None:
    language = known_language(invitation.language)
    with override(language):
        send(
            "account-invitation",
            invitation.email,
            language,
            {
                "role": str(role_of(invitation).name),
                "sections": ", ".join(section_names(invitation.sections, language)),
                "actor": str(by),
                "site_name": settings.WAGTAIL_SITE_NAME,
                "link": link_of(invitation),
                "days": VALID.days,
            },
            about=f"invitation:{invitation.pk}",
        )
    log(instance=invitation, action=SENT, user=by, data=_told(invitation))


def _told(invitation: Invitation) -> dict[str, Any]:
    """Give what the history keeps: the role, not the address, which may have to be forgotten."""
    return {"role": invitation.role, "sections": invitation.sections}
