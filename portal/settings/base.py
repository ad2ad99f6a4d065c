"""Settings that every way of running the portal shares."""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .accounts import *  # noqa: F403 - a part of these settings with a file of its own
from .caches import cache_settings
from .environment import BASE_DIR as _BASE_DIR
from .environment import Environment
from .logs import log_settings
from .machine import machine_settings
from .search import search_engine
from .submissions import *  # noqa: F403 - settings modules extend one another

BASE_DIR: Path = _BASE_DIR
ENVIRONMENT = Environment.read()
VAR_DIR = ENVIRONMENT.var_dir
VAR_DIR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "portal.taxonomy",
    "portal.accounts",
    "portal.mail",
    "search",
    "portal.cms",
    "hubs",
    "practices",
    "practices.importing",
    "practices.submissions",
    "portal.translation",
    "portal.operations",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.accounts.users_config.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before the static files: in development nobody has compressed them beforehand.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.cms.middleware.AdminContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.cms.middleware.LanguageMiddleware",
    "portal.cms.middleware.BadInputMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.PrivatePagesMiddleware",
    "portal.accounts.middleware.TwoFactorMiddleware",
    "portal.cms.middleware.AudienceMiddleware",
    "portal.cms.middleware.NotPublishableMiddleware",
    "portal.taxonomy.middleware.SnapshotMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.cms.context.site",
                "portal.accounts.context.account",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": dict(dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=60))
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Web and worker both write: a writer takes its lock at once and waits for the other's.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = cache_settings(ENVIRONMENT.redis_url)

# Who may publish needs a second factor before anything of the admin or the desks works.
REQUIRE_TWO_FACTOR = ENVIRONMENT.require_two_factor or False
# How many proxies stand before the portal: which address in X-Forwarded-For is the reader's.
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.trusted_proxies
CSRF_FAILURE_VIEW = "portal.cms.errors.csrf_failure"

# Wagtail's own tasks (references, its admin search) are done at once: what is public is read from
# them. The portal's own (mails, imports, reading of documents) wait for the worker, `db_worker`.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "worker": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("pt", _("Portuguese")),
    ("ar", _("Arabic")),
]
# One more is no code: see docs/languages.md. Django's own catalogues have the languages' names.
LANGUAGES += [
    (code, _(name)) for code, name in ENVIRONMENT.extra_languages if code not in dict(LANGUAGES)
]
# What a reader gets of a work that is not in their language, in this order.
FALLBACK_LANGUAGES = ["en", "fr", "es"]
# Languages besides those of the interface in which terms may have labels.
LABEL_LANGUAGES = ["zh", "ru", "ca", "de", "it", "tr", "id"]
# Whose usage a language follows; for the others, that of most of its readers.
LANGUAGE_TERRITORIES = {"en": "GB", "pt": "PT"}
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Madrid"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Pictures, their sizes and documents are private: views serve them after checking. MEDIA_ROOT holds
# none of them.
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
# A text: the task that deletes a file is told its storage as JSON, which knows no paths.
_ORIGINALS = str(VAR_DIR / "originals")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "originals": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _ORIGINALS, "base_url": None},
    },
    # The addresses are those of `media.serve_rendition`; no server may map them to the folder.
    "renditions": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _ORIGINALS, "base_url": MEDIA_URL},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

WAGTAIL_SITE_NAME = "Local4Action HUBs"
WAGTAILADMIN_BASE_URL = ENVIRONMENT.base_url
WAGTAIL_I18N_ENABLED = True
WAGTAILIMAGES_IMAGE_MODEL = "cms.PortalImage"
WAGTAILDOCS_DOCUMENT_MODEL = "cms.PortalDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "csv", "txt"]
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "gif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILDOCS_MAX_UPLOAD_SIZE = WAGTAILIMAGES_MAX_UPLOAD_SIZE
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.cms.upload_forms.PictureForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.cms.upload_forms.DocumentForm"
# Whose turn it is learns it from the portal's own mails; see practices.submissions.states.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# A translation is published when somebody has translated it, not when it is asked for.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAILLOCALIZE_MACHINE_TRANSLATOR = machine_settings(
    ENVIRONMENT.machine_translator,
    ENVIRONMENT.machine_translator_url,
    ENVIRONMENT.machine_translator_key,
)

# The search engine: a dotted path and its options.
SEARCH_ENGINE: dict[str, Any] = search_engine(ENVIRONMENT)

# What finds works by their meaning: the dotted path of a `search.meaning.Encoder`, or "off".
SEARCH_ENCODER = ENVIRONMENT.search_encoder

# For how many days it is kept what was searched for (never by whom); 0: not at all.
SEARCH_EVENTS_DAYS = ENVIRONMENT.search_events_days

# The banner that says that a site is a demonstration; `load_demo` content is shown under it.
DEMO = False

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "SAMEORIGIN"  # the admin shows its previews in a frame
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # hence not DENY, which that warning asks for

DEFAULT_FROM_EMAIL = ENVIRONMENT.default_from_email
# Where answers to the portal's mails go; "": to the sender's address.
REPLY_TO_EMAIL = ENVIRONMENT.reply_to_email
EMAIL_TIMEOUT = 30  # a server that says nothing must not keep the worker for ever
# For how many days the texts of mails are kept; that they were sent, for a year.
MAILS_DAYS = ENVIRONMENT.mails_days

LOGGING = log_settings(ENVIRONMENT.log_level)
