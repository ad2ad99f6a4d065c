"""The mails about accounts: which there are, and the addresses that they name."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings

# allauth's name of a mail (the beginning of its templates' names) -> ours: `templates/mail/`.
KINDS: Mapping[str, str] = {
    "account/email/email_confirmation_signup": "account-verify-new",
    "account/email/email_confirmation": "account-verify",
    "account/email/account_already_exists": "account-exists",
    "account/email/unknown_account": "account-unknown",
    "account/email/password_reset_key": "account-reset",
    "account/email/password_changed": "account-password-changed",
    "account/email/password_set": "account-password-changed",
    "account/email/password_reset": "account-password-changed",
    "account/email/email_changed": "account-address-changed",
    "mfa/email/totp_activated": "account-two-factor-on",
    "mfa/email/totp_deactivated": "account-two-factor-off",
    "mfa/email/recovery_codes_generated": "account-new-codes",
}

# Those that say nothing new: an address that never counted is taken back by its own person.
UNSENT = frozenset({"account/email/email_deleted"})


def absolute(address: str) -> str:
    """Give a path, or an address of whatever host, as one of the portal's own.

    A request's Host header says what its sender likes; a link in a mail must not.
    """
    parts = urlsplit(address)
    tail = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{tail}"
