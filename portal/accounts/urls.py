"""Addresses of accounts, below `/LANGUAGE/account/`.

allauth's views under the names that it knows; those that are not listed do not exist here.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as accounts
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView, TemplateView

from . import invitation_views, views

FORM = "account/form.html"
MESSAGE = "account/message.html"


def _form(view: Any, title: Any, button: Any, lead: Any = "", **more: Any) -> Any:
    """Give a view of one form on the portal's common page for it."""
    return view.as_view(
        template_name=FORM, extra_context={"title": title, "button": button, "lead": lead, **more}
    )


def _message(view: Any, title: Any, text: Any, **more: Any) -> Any:
    """Give a view that only says something."""
    return view.as_view(template_name=MESSAGE, extra_context={"title": title, "text": text, **more})


urlpatterns = [
    path("", views.account, name="account"),
    path("consents/<slug:code>/withdraw/", views.withdraw, name="account_withdraw"),
    path("data/", views.download, name="account_data"),
    path("delete/", views.delete, name="account_delete"),
    path(
        "deleted/",
        _message(
            TemplateView,
            _("Your account is deleted"),
            _(
                "What you published stays, without your name in the account. You can come back "
                "whenever you like, with a new account."
            ),
        ),
        name="account_deleted",
    ),
    path("invitation/<str:token>/", invitation_views.invitation, name="account_invitation"),
    path(
        "login/", views.LogInView.as_view(template_name="account/login.html"), name="account_login"
    ),
    path(
        "logout/",
        accounts.LogoutView.as_view(
            template_name=FORM,
            extra_context={"title": _("Log out"), "button": _("Log out"), "form": None},
        ),
        name="account_logout",
    ),
    path(
        "inactive/",
        _message(
            accounts.AccountInactiveView,
            _("This account is closed"),
            _("Write to us if you think that it should be open."),
        ),
        name="account_inactive",
    ),
    path(
        "signup/",
        accounts.SignupView.as_view(template_name="account/signup.html"),
        name="account_signup",
    ),
    path(
        "verify/",
        _message(
            accounts.EmailVerificationSentView,
            _("Look into your mail"),
            _(
                "We have sent a mail to the address that you gave. Follow its link to go on. If "
                "nothing has come after a few minutes, look among unwanted mails."
            ),
        ),
        name="account_email_verification_sent",
    ),
    re_path(
        r"^verify/(?P<key>[-:\w]+)/$",
        accounts.ConfirmEmailView.as_view(template_name="account/verify.html"),
        name="account_confirm_email",
    ),
    path(
        "mail-address/",
        accounts.EmailView.as_view(template_name="account/mail_address.html"),
        name="account_email",
    ),
    path(
        "again/",
        _form(
            accounts.ReauthenticateView,
            _("Is it you?"),
            _("Continue"),
            _("Before this step we ask once more, so that nobody else uses your account."),
        ),
        name="account_reauthenticate",
    ),
    path(
        "password/",
        _form(accounts.PasswordChangeView, _("Change your password"), _("Change the password")),
        name="account_change_password",
    ),
    # Accounts that an administrator made have no password: theirs begins with a mail as well.
    path(
        "password/first/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path(
        "password/forgotten/",
        _form(
            accounts.PasswordResetView,
            _("Forgotten your password?"),
            _("Send the link"),
            _("We send a link to your mail address, by which you set a new one."),
        ),
        name="account_reset_password",
    ),
    path(
        "password/forgotten/sent/",
        _message(
            accounts.PasswordResetDoneView,
            _("Look into your mail"),
            _(
                "If there is an account with this address, a link to a new password is on its way "
                "to it. It works for one day, once."
            ),
        ),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        accounts.PasswordResetFromKeyView.as_view(template_name="account/new_password.html"),
        name="account_reset_password_from_key",
    ),
    path(
        "password/new/done/",
        _message(
            accounts.PasswordResetFromKeyDoneView,
            _("Your new password is set"),
            _("Log in with it now."),
            offer_login=True,
        ),
        name="account_reset_password_from_key_done",
    ),
    path(
        "two-factor/",
        mfa.IndexView.as_view(template_name="account/two_factor.html"),
        name="mfa_index",
    ),
    path("two-factor/needed/", views.two_factor_needed, name="account_two_factor_needed"),
    path(
        "two-factor/code/",
        views.CodeView.as_view(template_name="account/code.html"),
        name="mfa_authenticate",
    ),
    path(
        "two-factor/again/",
        _form(
            mfa.ReauthenticateView,
            _("Is it you?"),
            _("Continue"),
            _("Before this step we ask once more, so that nobody else uses your account."),
        ),
        name="mfa_reauthenticate",
    ),
    path(
        "two-factor/app/",
        totp.ActivateTOTPView.as_view(template_name="account/two_factor_app.html"),
        name="mfa_activate_totp",
    ),
    path(
        "two-factor/off/",
        _form(
            totp.DeactivateTOTPView,
            _("Turn the second step off"),
            _("Turn it off"),
            _("From then on your password alone opens your account. Your recovery codes go, too."),
        ),
        name="mfa_deactivate_totp",
    ),
    path(
        "two-factor/recovery-codes/",
        codes.ViewRecoveryCodesView.as_view(template_name="account/recovery_codes.html"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "two-factor/recovery-codes/new/",
        _form(
            codes.GenerateRecoveryCodesView,
            _("New recovery codes"),
            _("Make new codes"),
            _("The codes that you have work no more once there are new ones."),
        ),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "two-factor/recovery-codes/file/",
        codes.DownloadRecoveryCodesView.as_view(),
        name="mfa_download_recovery_codes",
    ),
]
