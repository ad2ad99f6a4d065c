"""One machine, nothing to install: what `make demo` and `make serve` use."""

from .base import *  # noqa: F403 - settings modules extend one another

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key or "development-only"  # noqa: F405
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# No collected copies in development: static files are read where they lie.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DEMO = True
