"""How allauth does things here: mails through the portal's queue, words from its catalogues."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.mail.outgoing import send

from .language import language_of
from .mails import KINDS, UNSENT, absolute
from .models import User

logger = logging.getLogger(__name__)

_TOO_OFTEN = _("Too many attempts. Please wait a few minutes, then try again.")

# Where a mail leads: the first of these that allauth gives; else to a new password.
_LINKS = ("activate_url", "password_reset_url", "signup_url")

# What is said on the next page, by the template that allauth would render; nothing for the others.
_MESSAGES = {
    "account/messages/email_confirmation_sent.txt": _(
        "We have sent a mail. Please follow its link."
    ),
    "account/messages/email_confirmed.txt": _("Your mail address is verified."),
    "account/messages/email_confirmation_failed.txt": _(
        "This mail address cannot be verified: it belongs to another account."
    ),
    "account/messages/email_deleted.txt": _("The change of your mail address is cancelled."),
    "account/messages/logged_out.txt": _("You have logged out."),
    "account/messages/password_changed.txt": _("Your password is changed."),
    "account/messages/password_set.txt": _("Your password is set."),
    "mfa/messages/totp_activated.txt": _("The second step is on."),
    "mfa/messages/totp_deactivated.txt": _("The second step is off."),
    "mfa/messages/recovery_codes_generated.txt": _("You have new recovery codes."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: their mails, messages, errors, and where one is led."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "cannot_remove_primary_email": _("An account needs a mail address."),
        "duplicate_email": _("This already is the mail address of your account."),
        "email_password_mismatch": _(
            "Mail address and password do not belong together. Try again."
        ),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link works no more."),
        "max_email_addresses": _("An account has one mail address."),
        "too_many_login_attempts": _TOO_OFTEN,
        "rate_limited": _TOO_OFTEN,
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Give a mail to the queue, in the language of the person who gets it.

        Raises KeyError for a mail that has no text of ours.
        """
        if template_prefix in UNSENT:
            return
        person = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = language_of(person)
        # Links lead to pages in the language of the mail, at the portal's own address.
        with override(language):
            addresses = [context[key] for key in _LINKS if key in context]
            asked = addresses[0] if addresses else reverse("account_reset_password")
        told = {
            "name": person.get_full_name() if person else "",
            "site_name": settings.WAGTAIL_SITE_NAME,
            "link": absolute(_in_language(asked, language)),
            "timestamp": context.get("timestamp"),
        }
        send(KINDS[template_prefix], email, language, told, about="account")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person of a change to the account, in their language even at the old address."""
        context = {"user": user, **(context or {})}
        super().send_notification_mail(template_prefix, user, context, email)

    def add_message(  # noqa: PLR0917 - allauth's
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say on the next page what was done, in our words."""
        text = message or _MESSAGES.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Save who signs up, with the language in which they did."""
        user.language = language_of(None)
        return super().save_user(request, user, form, commit)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to the account."""
        return reverse("account")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Lead to the account, or to the log-in of a browser that is not logged in."""
        return reverse("account" if self.request.user.is_authenticated else "account_login")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Name the ways to show once more who one is."""
        names = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code of your app, or a recovery code"),
        }
        found = super().get_reauthentication_methods(user)
        return [one | {"description": names.get(one["id"], one["description"])} for one in found]

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave a line for those who watch over the server, without the address that was tried."""
        logger.warning("Failed log-in from %s", self.get_client_ip(request))


class TwoFactorAdapter(DefaultMFAAdapter):
    """The second step: its words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("The second step cannot be turned off."),
        "cannot_generate_recovery_codes": _("Turn the second step on first."),
        "incorrect_code": _("This code is wrong, or no longer valid. Take the newest one."),
        "unverified_email": _("Verify your mail address first."),
    }


def _in_language(address: str, language: str) -> str:
    """Give an address of an account's page in the language of a mail.

    The first part of the path is the language of the page from which the mail was asked for.
    """
    before, separator, after = address.partition("/account/")
    return f"{before.rpartition('/')[0]}/{language}{separator}{after}"
