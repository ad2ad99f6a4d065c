"""The one place where the environment is read.

Every setting that differs between machines is a field of `Environment`; README's table of
settings lists them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf.locale import LANG_INFO

BASE_DIR = Path(__file__).resolve().parents[2]


class SettingError(Exception):
    """A setting is missing or cannot be understood."""


def _list(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def _whole(name: str, default: int) -> int:
    """Give a whole number, not below zero. Raises SettingError for anything else."""
    value = os.environ.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit()):
        raise SettingError(f"{name}: “{value}” is no whole number")
    return int(value)


def _yes_or_no(name: str) -> bool | None:
    """Give what is said, or None where nothing is. Raises SettingError for anything else."""
    value = os.environ.get(name, "").strip().lower()
    if value not in ("", "yes", "no"):
        raise SettingError(f"{name}: write yes or no, not “{value}”")
    return None if not value else value == "yes"


def _languages(name: str) -> list[tuple[str, str]]:
    """Give code and English name of the languages that a list of codes names.

    Raises SettingError for what Django does not know as a language: the reader's language is
    found in the address by its code, and one with a script or territory has none of its own here.
    """
    found = []
    for code in dict.fromkeys(_list(name)):
        info = LANG_INFO.get(code)
        if info is None or "name" not in info or "-" in code:
            raise SettingError(
                f"{name}: “{code}” is no language; write codes as Django knows them: ru, fa, tr"
            )
        found.append((code, str(info["name"])))
    return found


@dataclass(frozen=True)
class Environment:
    """What the environment says; absent values have the defaults of one machine alone."""

    secret_key: str
    var_dir: Path
    database_url: str
    base_url: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    redis_url: str
    elasticsearch_url: list[str]
    elasticsearch_api_key: str
    elasticsearch_ca_certs: str
    elasticsearch_index: str
    elasticsearch_replicas: int
    search_encoder: str
    search_events_days: int
    email_url: str
    default_from_email: str
    reply_to_email: str
    mails_days: int
    log_level: str
    extra_languages: list[tuple[str, str]]
    machine_translator: str
    machine_translator_url: str
    machine_translator_key: str
    trusted_proxies: int
    require_two_factor: bool | None

    @classmethod
    def read(cls) -> Environment:
        """Read the environment of this process."""
        var_dir = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()
        return cls(
            secret_key=os.environ.get("SECRET_KEY", ""),
            var_dir=var_dir,
            database_url=os.environ.get("DATABASE_URL") or f"sqlite:///{var_dir}/portal.sqlite3",
            base_url=os.environ.get("BASE_URL") or "http://127.0.0.1:8000",
            allowed_hosts=_list("ALLOWED_HOSTS"),
            csrf_trusted_origins=_list("CSRF_TRUSTED_ORIGINS"),
            redis_url=os.environ.get("REDIS_URL", ""),
            elasticsearch_url=_list("ELASTICSEARCH_URL"),
            elasticsearch_api_key=os.environ.get("ELASTICSEARCH_API_KEY", ""),
            elasticsearch_ca_certs=os.environ.get("ELASTICSEARCH_CA_CERTS", ""),
            elasticsearch_index=os.environ.get("ELASTICSEARCH_INDEX") or "portal",
            elasticsearch_replicas=_whole("ELASTICSEARCH_REPLICAS", 0),
            search_encoder=os.environ.get("SEARCH_ENCODER")
            or "search.meaning.encoders.UniversalSentenceEncoder",
            search_events_days=_whole("SEARCH_EVENTS_DAYS", 90),
            email_url=os.environ.get("EMAIL_URL", ""),
            default_from_email=os.environ.get("DEFAULT_FROM_EMAIL") or "portal@localhost",
            reply_to_email=os.environ.get("REPLY_TO_EMAIL", ""),
            mails_days=_whole("MAILS_DAYS", 90),
            log_level=os.environ.get("LOG_LEVEL") or "INFO",
            extra_languages=_languages("EXTRA_LANGUAGES"),
            machine_translator=os.environ.get("MACHINE_TRANSLATOR", "").lower(),
            machine_translator_url=os.environ.get("MACHINE_TRANSLATOR_URL", ""),
            machine_translator_key=os.environ.get("MACHINE_TRANSLATOR_KEY", ""),
            trusted_proxies=_whole("TRUSTED_PROXIES", 0),
            require_two_factor=_yes_or_no("REQUIRE_TWO_FACTOR"),
        )

    def require(self, name: str) -> str:
        """Give a value that production cannot do without, or raise SettingError."""
        value = getattr(self, name)
        if not value:
            raise SettingError(f"{name.upper()} must be set in production")
        return str(value)
