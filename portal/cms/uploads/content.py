"""Reading an upload, within the limit of size."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .errors import UploadRefused
from .names import safe_name


def read(file: Any) -> bytes:
    """Give what is in a file. Raises UploadRefused where it is empty or too large."""
    limit: int = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
    file.seek(0)
    data: bytes = file.read(limit + 1)
    if not data:
        raise UploadRefused(_("The file is empty. Look whether it was saved, and choose it again."))
    if len(data) > limit:
        raise UploadRefused(
            _("The file is too large: at most %(limit)s. Make it smaller, and choose it again.")
            % {"limit": filesizeformat(limit)}
        )
    return data


def checked(file: Any, data: bytes, extension: str, content_type: str) -> UploadedFile:
    """Give a checked file: its data under a safe name with the extension of what is in it."""
    name = safe_name(getattr(file, "name", "") or "", extension)
    return SimpleUploadedFile(name, data, content_type=content_type)
