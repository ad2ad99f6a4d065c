"""Where a person logs in who may not see a page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.shortcuts import resolve_url


def log_in_address(request: HttpRequest) -> str:
    """Give the address of the log-in, which leads back to where the request was made."""
    query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return f"{resolve_url(settings.LOGIN_URL)}?{query}"
