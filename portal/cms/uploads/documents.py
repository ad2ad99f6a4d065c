"""Documents: PDF, office files and plain text, told apart by what is in them."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from .archives import protected
from .content import checked, read
from .errors import UploadRefused
from .office import check_office
from .pdf import check_pdf, is_pdf

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_TEXTS = {".txt": "text/plain", ".csv": "text/csv"}
_MARKUP = re.compile(r"\s*<(?:!|\?|[a-zA-Z])")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def check_document(file: Any) -> UploadedFile:
    """Give a document as it may be kept, under a safe name with the ending of what it is.

    PDF, docx, xlsx, pptx, odt, ods and odp are known by their content. Text has no mark of its
    own: it is taken where the name ends in .txt or .csv and nothing but text is in it.
    Raises UploadRefused for anything else.
    """
    data = read(file)
    if data.startswith(b"PK"):
        office = check_office(data)
        return checked(file, data, office.extension, office.content_type)
    if is_pdf(data):
        check_pdf(data)
        return checked(file, data, "pdf", "application/pdf")
    if data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            raise UploadRefused(protected())
        raise UploadRefused(
            _(
                "This is a file of an old office program (.doc, .xls, .ppt). "
                "Save it as .docx, .xlsx, .pptx or PDF, and choose the new file."
            )
        )
    ending = PurePath(str(getattr(file, "name", ""))).suffix.lower()
    if ending in _TEXTS and _is_text(data):
        return checked(file, data, ending[1:], _TEXTS[ending])
    raise UploadRefused(
        _(
            "This is no PDF, Word, Excel, PowerPoint, OpenDocument, CSV or text file. "
            "Save it as PDF, and choose the new file."
        )
    )


def _is_text(data: bytes) -> bool:
    """Tell whether bytes are text, and not a page or drawing under another name."""
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding:
            return False
        text = data.decode("latin-1")  # the old alphabets, whichever it is: all are text
    if _MARKUP.match(text[:200]):
        return False
    return not any(sign < " " and sign not in "\t\r\n\f" for sign in text)
