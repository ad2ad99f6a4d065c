"""Who gets in and how: log-in, passwords, mail addresses, two-factor, limits on attempts."""

from __future__ import annotations

from typing import Any

AUTH_USER_MODEL = "accounts.User"
# The one door: limits on attempts and the second factor belong to allauth's views, so nothing else
# takes a password. Its backend gives permissions as Django's does.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "portal.accounts.passwords.LengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up, nowhere else
ACCOUNT_CHANGE_EMAIL = True  # one address for a person; a new one counts once it is verified
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_FORMS = {
    name: f"portal.accounts.forms.{form}"
    for name, form in (
        ("login", "LogInForm"),
        ("signup", "SignUpForm"),
        ("add_email", "ChangeAddressForm"),
        ("change_password", "ChangePasswordForm"),
        ("reset_password", "ForgottenPasswordForm"),
        ("reset_password_from_key", "NewPasswordForm"),
        ("reauthenticate", "PasswordAgainForm"),
    )
}
# How often something may be tried: by address of the network, by account or mail address (`key`).
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "10/m/ip,50/d/ip",
    "confirm_email": "1/3m/key",
    "reset_password": "10/m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
}

MFA_ADAPTER = "portal.accounts.adapter.TwoFactorAdapter"
# Security keys need scripts with data written into the page, and a portal that is always reached
# by https: left out.
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Local4Action HUBs"
MFA_TOTP_TOLERANCE = 1  # telephones' clocks are half a minute off
# Nobody logs in before the address is verified. Without this, whoever has a second factor could
# never change the address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.CodeForm",
    "reauthenticate": "portal.accounts.forms.CodeAgainForm",
    "activate_totp": "portal.accounts.forms.ActivateAppForm",
}

# Passwords and addresses are changed in the person's account, where attempts are limited, and
# nobody sets another's password.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
