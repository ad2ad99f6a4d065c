"""What processes remember together, and what each remembers for itself."""

from __future__ import annotations

from typing import Any


def cache_settings(redis_url: str) -> dict[str, dict[str, Any]]:
    """Give CACHES.

    `default` counts attempts to log in, so every process of every machine must see the same one:
    Redis where there is one, else a table of the database, which all of them share anyway (a
    folder would be one machine's, and its locks are none). `results` keeps what is quick to make
    again, in Redis or in the memory of each process: no query is saved by making another.
    """
    if redis_url:
        redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}
        return {"default": redis, "results": redis}
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
        },
        "results": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
