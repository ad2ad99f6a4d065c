"""What is looked at before an uploaded file is kept."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError


class UploadRefused(Exception):
    """A file is not taken; the text says why."""


def check_picture(file: Any) -> Any:
    """Give a picture back if it is one. Raises UploadRefused."""
    if file.size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise UploadRefused(_("It is larger than 10 MB."))
    try:
        with Image.open(file) as image:
            kind, pixels = image.format, image.width * image.height
            image.verify()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise UploadRefused(_("It is no picture that we can read.")) from None
    if kind not in ("JPEG", "PNG", "WEBP") or pixels > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise UploadRefused(_("It is no picture that we can read."))
    file.seek(0)
    return file


def check_document(file: Any) -> Any:
    """Give a document back if its type is one of those that are taken. Raises UploadRefused."""
    if file.size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise UploadRefused(_("It is larger than 10 MB."))
    if PurePath(file.name).suffix.lower() not in (".pdf", ".docx", ".xlsx", ".pptx", ".odt"):
        raise UploadRefused(_("Files of this type are not taken."))
    return file
