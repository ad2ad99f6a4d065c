"""What an uploaded file is, by its content; its name says nothing that is believed."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext as _

from portal.cms.uploads import UploadRefused
from portal.cms.uploads.archives import protected, unpack

from .errors import FileRefused

MEGABYTE = 1024 * 1024
MAX_FILE = 20 * MEGABYTE
# Tables repeat themselves more than texts do: a sheet may be so large before that is suspicious.
LARGE = 10 * MEGABYTE
NAME_LENGTH = 255
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Beginnings of files that are no tables, with what people call them.
_OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"{\\rtf": "RTF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
}


def kind_of(file: BinaryIO, size: int) -> str:
    """Tell what an uploaded file is: "csv" or "xlsx". Leaves the file at its beginning.

    Raises FileRefused for what is neither, too large, encrypted, holds macros or unpacks to more
    than a workbook needs.
    """
    if size > MAX_FILE:
        raise FileRefused(
            _("The file is larger than %(limit)d MB. Divide it into several.")
            % {"limit": MAX_FILE // MEGABYTE}
        )
    file.seek(0)
    data = file.read(MAX_FILE + 1)
    file.seek(0)
    if not data.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise FileRefused(_("The file is empty."))
    if data.startswith(b"PK\x03\x04"):
        _check_workbook(data)
        return "xlsx"
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise FileRefused(protected())
        raise FileRefused(
            _("This is a workbook of an old format (XLS). Save it as XLSX or CSV, then upload it.")
        )
    for start, name in _OTHERS.items():
        if data.startswith(start):
            raise FileRefused(
                _("This is a %(kind)s file, not a table. Upload CSV or XLSX.") % {"kind": name}
            )
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise FileRefused(_("This is a web page or XML, not a table. Upload CSV or XLSX."))
    if not data.startswith(_UTF16) and data.count(0) > len(data) // 100:
        raise FileRefused(_("This is not a table. Upload CSV or XLSX."))
    return "csv"


def _check_workbook(data: bytes) -> None:
    """Look into an archive. Raises FileRefused."""
    try:
        parts = unpack(data, ratio_from=LARGE)
    except UploadRefused as refused:
        raise FileRefused(str(refused)) from refused
    types = parts.get("[Content_Types].xml")
    if "xl/workbook.xml" not in parts or types is None:
        raise FileRefused(_("This is a packed file, but no XLSX workbook. Upload CSV or XLSX."))
    if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in parts):
        raise FileRefused(
            _("The workbook holds macros. Save it as XLSX, which has none, then upload it.")
        )


def short_name(name: str) -> str:
    """Give a file's name as it can be kept and shown: no path, no control signs, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if sign.isprintable()).strip() or _("table")
    return shown if len(shown) <= NAME_LENGTH else f"{shown[: NAME_LENGTH - 6]}…{shown[-5:]}"
