"""The forms of accounts: allauth's, with the portal's own labels and help, and a few more."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.taxonomy.language import current_language, own_name

from . import consents
from .models import User

PASSWORD_HELP = _(
    "At least ten characters. A few words that only you would put together are good; your name, "
    "a common password or digits alone are not."
)
_LABELS = {
    "login": _("Mail address"),
    "email": _("Mail address"),
    "password": _("Password"),
    "remember": _("Stay logged in on this device"),
    "oldpassword": _("Present password"),
    "password1": _("Password"),
    "code": _("Code"),
}


class PlainForm(forms.Form):
    """Gives a form of allauth the portal's labels; a placeholder that repeats a label goes.

    labels, helps: what differs from the common ones, by field.
    """

    labels: dict[str, Any] = {}
    helps: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name) or _LABELS.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"{self[name].auto_id}-help"


class LogInForm(PlainForm, account_forms.LoginForm):
    """Mail address and password."""


class PasswordAgainForm(PlainForm, account_forms.ReauthenticateForm):
    """The password, before something that needs more certainty."""


class ForgottenPasswordForm(PlainForm, account_forms.ResetPasswordForm):
    """The address to which a link for a new password is sent."""


class OnePasswordForm(PlainForm):
    """Asks for a new password once, as the sign-up does: whoever mistypes it can set another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class NewPasswordForm(OnePasswordForm, account_forms.ResetPasswordKeyForm):
    """A new password, after following the link."""

    labels = {"password1": _("New password")}
    helps = {"password1": PASSWORD_HELP}


class ChangePasswordForm(OnePasswordForm, account_forms.ChangePasswordForm):
    """The present password and a new one."""

    labels = {"password1": _("New password")}
    helps = {"password1": PASSWORD_HELP}


class ChangeAddressForm(PlainForm, account_forms.AddEmailForm):
    """Another mail address, which counts once it is verified."""

    labels = {"email": _("New mail address")}


class CodeForm(PlainForm, mfa_forms.AuthenticateForm):
    """The second step of a log-in."""

    helps = {"code": _("The six digits that your app shows now, or one of your recovery codes.")}


class CodeAgainForm(PlainForm, mfa_forms.ReauthenticateForm):
    """A code, before something that needs more certainty."""

    helps = {"code": _("The six digits that your app shows now, or one of your recovery codes.")}


class ActivateAppForm(PlainForm, totp_forms.ActivateTOTPForm):
    """The first code of an app, which shows that it has the key."""

    helps = {"code": _("The six digits that your app shows now.")}


def name_field(**options: Any) -> forms.CharField:
    """Give the field for a person's name, first or last."""
    options.setdefault("required", False)
    return forms.CharField(max_length=150, **options)


def agreement_field() -> forms.BooleanField:
    """Give the box by which a person agrees that the portal keeps an account."""
    purpose = consents.purpose_of(consents.ACCOUNT)
    assert purpose is not None  # noqa: S101 - registered where it is declared
    return forms.BooleanField(
        label=purpose.text,
        error_messages={"required": _("Without this there can be no account.")},
    )


class SignUpForm(PlainForm, account_forms.SignupForm):
    """A new account: mail address, password, and the name if one likes."""

    first_name = name_field(
        label=_("First name"), widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = name_field(
        label=_("Last name"), widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    agreement = agreement_field()

    field_order = ("email", "first_name", "last_name", "password1", "agreement", "website")
    helps = {"password1": PASSWORD_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A trap for programs that fill in every field: a class hides it, as styles may not stand
        # in the page.
        self.fields["website"].label = _("Leave this empty")
        self.fields["website"].widget = forms.TextInput(
            attrs={"tabindex": "-1", "autocomplete": "off"}
        )

    def custom_signup(self, request: HttpRequest, user: Any) -> None:
        """Note what the person agreed to."""
        super().custom_signup(request, user)
        consents.give(user, consents.ACCOUNT)


def _language_choices() -> list[tuple[str, str]]:
    return [(code, own_name(code)) for code, _name in settings.LANGUAGES]


class ProfileForm(forms.ModelForm[User]):
    """A person's name, and the language of the mails to them."""

    language = forms.ChoiceField(label=_("Language of mails"), choices=_language_choices)

    class Meta:
        model = User
        fields = ("first_name", "last_name", "language")
        labels = {"first_name": _("First name"), "last_name": _("Last name")}
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.initial.get("language"):
            self.initial["language"] = current_language()


class AcceptForm(forms.Form):
    """What a person who was invited says to get an account: name, password, agreement."""

    first_name = name_field(
        label=_("First name"),
        required=True,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = name_field(
        label=_("Last name"),
        required=True,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    password1 = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HELP,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "aria-describedby": "id_password1-help"}
        ),
    )
    agreement = agreement_field()

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Check the password against name and address."""
        cleaned = super().clean() or {}
        if password := cleaned.get("password1"):
            person = User(
                email=self.email,
                first_name=cleaned.get("first_name", ""),
                last_name=cleaned.get("last_name", ""),
            )
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned
