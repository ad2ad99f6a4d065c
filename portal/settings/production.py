"""Production: everything that must be decided is required from the environment."""

from .base import *  # noqa: F403 - settings modules extend one another
from .mail import mail_settings

DEBUG = False
SECRET_KEY = ENVIRONMENT.require("secret_key")  # noqa: F405
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts  # noqa: F405
if not ALLOWED_HOSTS:
    ENVIRONMENT.require("allowed_hosts")  # noqa: F405
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.csrf_trusted_origins  # noqa: F405

REQUIRE_TWO_FACTOR = ENVIRONMENT.require_two_factor is not False  # noqa: F405 - unless told

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True

STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
}

globals().update(mail_settings(ENVIRONMENT.email_url))  # noqa: F405
