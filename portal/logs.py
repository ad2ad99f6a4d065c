"""What must stand in no log."""

from __future__ import annotations

import logging
import re

# The secret of a mailed link, in an address or in the query of another one.
_SECRET = re.compile(
    r"((/|%2F)(?:submissions\2link|account\2(?:invitation|verify|password\2new))\2)"
    r"(?:(?!%2F)[^/\s?&\"'])+",
    re.IGNORECASE,
)


class WithoutSecrets(logging.Filter):
    """Takes the secrets of mailed links out of what is logged: whoever has one is let in."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its text without secrets."""
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            return True  # the handler itself says that the record's arguments do not fit
        clean = _SECRET.sub(r"\1…", text)
        if clean != text:
            record.msg, record.args = clean, None
        return True
