"""What `manage.py check --deploy` says of the search engine.

No other command asks the server: the portal starts, migrates and publishes without it.
"""

from __future__ import annotations

from typing import Any

from django.core import checks

from .engines import get_engine


@checks.register("search", deploy=True)
def check_engine(**_options: Any) -> list[checks.CheckMessage]:
    """Ask the engine how it is; an Error where waiting will not help."""
    status = get_engine().status()
    if status.unsuited:
        return [checks.Error(status.message, id="search.E001")]
    # Without a server nothing is out of reach: an index that is not there yet is made afterwards.
    if not status.available and status.name != "embedded":
        return [checks.Warning(status.message, id="search.W001")]
    return []
