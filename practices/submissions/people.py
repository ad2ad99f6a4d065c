"""The accounts of authors: a mailed link proves an address, and makes an account where none is."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q

from portal.accounts.roles import MEMBER

from .models import AccessLink


def has_proved(user: Any, email: str) -> bool:
    """Tell whether somebody who is logged in has shown that an address is theirs."""
    if not user.is_authenticated or user.email.lower() != email.lower():
        return False
    return EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()


def must_log_in(user: Any) -> bool:
    """Tell whether a mailed link is too little for somebody, who has to log in instead.

    So it is for everybody with rights beyond what they submit and what members read, and for who
    has set up a second factor: a mailbox must not open more than its owner wanted it to.
    """
    more_groups = Group.objects.exclude(name__startswith=MEMBER.code)
    return (
        get_user_model()
        .objects.filter(pk=user.pk)
        .filter(
            Q(is_staff=True)
            | Q(is_superuser=True)
            | Q(groups__in=more_groups)
            | Q(user_permissions__isnull=False)
            | Q(Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
        )
        .exists()
    )


def owner_of(link: AccessLink) -> Any:
    """Give the account with the address to which a link was sent, or None."""
    return get_user_model().objects.filter(email__iexact=link.email).first()


def make_owner(link: AccessLink) -> Any:
    """Make the account of the address to which a link was sent. It has no password yet."""
    submission = link.submission
    is_first = link.email == submission.author_email.lower()
    return get_user_model().objects.create_user(
        link.email,
        None,
        first_name=submission.author_name if is_first else "",
        language=submission.language,
    )


def note_proof(user: Any) -> None:
    """Note that an address was proved by a mailed link.

    Where nobody had proved it before, whoever made the account may have been somebody else: their
    password, and with it their sessions, work no more.
    """
    proved, _made = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True}
    )
    if proved.verified:
        return
    proved.verified = proved.primary = True
    proved.save()
    user.set_unusable_password()
    user.save(update_fields=["password"])
