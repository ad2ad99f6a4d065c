"""The engine that the settings name."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from .base import Engine


@cache
def _make(backend: str, options: tuple[tuple[str, Any], ...]) -> Engine:
    engine: Engine = import_string(backend)(**dict(options))
    return engine


def get_engine() -> Engine:
    """Give the configured engine; one object per process and configuration."""
    configuration = settings.SEARCH_ENGINE
    return _make(configuration["BACKEND"], tuple(configuration.get("OPTIONS", {}).items()))
