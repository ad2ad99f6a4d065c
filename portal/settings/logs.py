"""What is logged, where to, and how."""

from __future__ import annotations

from typing import Any


def log_settings(level: str) -> dict[str, Any]:
    """Give LOGGING. level: of the least that is logged."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "filters": {"without_secrets": {"()": "portal.logs.WithoutSecrets"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "plain",
                "filters": ["without_secrets"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        # A line for every saved page, finished task or search says nothing that is missed.
        "loggers": {
            # Django's own handler for the development server writes addresses as they are.
            "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "wagtail": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},
            "modelsearch": {"level": "WARNING"},
            "elastic_transport": {"level": "WARNING"},
        },
    }
