"""Forgetting addresses that came to nothing: invitations, and accounts that nobody ever opened."""

from __future__ import annotations

import logging
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from .models import Invitation, User

logger = logging.getLogger(__name__)

# How long an invitation that was not accepted stays in the list, or says why its link is refused.
INVITATION_DAYS = 90
# How long somebody has to verify the address of a new account. It may be another person's.
ACCOUNT_DAYS = 30


def forget() -> tuple[int, int]:
    """Delete what is too old; give how many invitations and accounts.

    An account goes only if whoever signed up never verified its address and it has no role: what
    an administrator made is the administrator's to delete.
    """
    now = timezone.now()
    old = Invitation.objects.filter(accepted=None, sent__lt=now - timedelta(days=INVITATION_DAYS))
    invitations, _models = old.delete()
    verified = EmailAddress.objects.filter(verified=True)
    unopened = User.objects.filter(
        pk__in=EmailAddress.objects.filter(verified=False).values("user"),
        last_login=None,
        groups=None,
        is_staff=False,
        is_superuser=False,
        date_joined__lt=now - timedelta(days=ACCOUNT_DAYS),
    ).exclude(pk__in=verified.values("user"))
    accounts = unopened.count()
    unopened.delete()
    if invitations or accounts:
        logger.info("Forgot %s invitations and %s accounts.", invitations, accounts)
    return invitations, accounts
