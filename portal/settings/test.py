"""Settings of the tests: fast hashes, everything in a folder that is thrown away."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403 - settings modules extend one another

DEBUG = False
SECRET_KEY = "tests-only"  # noqa: S105 - no secret
ALLOWED_HOSTS = ["*"]
WAGTAILADMIN_BASE_URL = "http://localhost"  # whatever BASE_URL says
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_TEMPORARY = Path(tempfile.mkdtemp(prefix="portal-tests-"))
MEDIA_ROOT = _TEMPORARY / "media"
for _name in ("originals", "renditions"):
    STORAGES[_name]["OPTIONS"]["location"] = str(_TEMPORARY / "originals")  # noqa: F405
VAR_DIR = _TEMPORARY
# Also where ELASTICSEARCH_URL says on which server the tests of that engine may run.
SEARCH_ENGINE = {
    "BACKEND": "search.engines.embedded.EmbeddedEngine",
    "OPTIONS": {"path": _TEMPORARY / "index"},
}
SEARCH_ENCODER = "off"  # tests that need one ask for the fixture `meaning`
SEARCH_EVENTS_DAYS = 0  # the tests of events turn them on
WHITENOISE_AUTOREFRESH = True
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "results")
}
REQUIRE_TWO_FACTOR = False
TASKS["worker"] = TASKS["default"]  # noqa: F405 - what waits for the worker is done at once
