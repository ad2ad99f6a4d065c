"""What `manage.py check --deploy` says of the encoder.

No other command asks for it: the portal starts, migrates and searches by words without one.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from .encoders import get_encoder
from .vectors import checked


@checks.register("search", deploy=True)
def check_encoder(**_options: Any) -> list[checks.CheckMessage]:
    """Have the encoder that the settings name encode a word; an Error where it does not."""
    try:
        encoder = get_encoder()
        if encoder is not None:
            checked(encoder, ["word"])
    except Exception as error:  # a class of somebody else's may fail in any way
        return [
            checks.Error(
                f"SEARCH_ENCODER={settings.SEARCH_ENCODER} does not encode: "
                f"{type(error).__name__}: {error}",
                hint='Name a class like search.meaning.Encoder, or "off" to search by words alone.',
                id="search.E011",
            )
        ]
    return []
