"""What an uploaded file is, by its content; its name says nothing that is believed."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _

from .errors import FileRefused

MEGABYTE = 1024 * 1024
MAX_FILE = 20 * MEGABYTE
MAX_UNPACKED = 100 * MEGABYTE
MAX_RATIO = 200  # how many times its packed size a part of a workbook may be, if it is large
LARGE = 10 * MEGABYTE
MAX_PARTS = 2000
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
        _check_workbook(file)
        file.seek(0)
        return "xlsx"
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise FileRefused(
                _("The workbook is protected by a password. Save it without one, then upload it.")
            )
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


def _check_workbook(file: BinaryIO) -> None:
    """Look into a zip file without unpacking it. Raises FileRefused."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_size(parts)
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
                raise FileRefused(
                    _("This is a packed file, but no XLSX workbook. Upload CSV or XLSX.")
                )
            types = archive.read("[Content_Types].xml")
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, NotImplementedError) as error:
        raise FileRefused(_("The workbook is damaged and cannot be read.")) from error
    if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in names):
        raise FileRefused(
            _("The workbook holds macros. Save it as XLSX, which has none, then upload it.")
        )


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    """Check what a workbook would unpack to, as it says; zipfile unpacks no more than that."""
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused(
            _("The workbook is protected by a password. Save it without one, then upload it.")
        )
    unpacked = sum(part.file_size for part in parts)
    bomb = any(
        part.file_size > LARGE and part.file_size > MAX_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if bomb or unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise FileRefused(
            _("The workbook unpacks to more than %(limit)d MB, or to suspiciously much.")
            % {"limit": MAX_UNPACKED // MEGABYTE}
        )


def short_name(name: str) -> str:
    """Give a file's name as it can be kept and shown: no path, no control signs, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if sign.isprintable()).strip() or _("table")
    return shown if len(shown) <= NAME_LENGTH else f"{shown[: NAME_LENGTH - 6]}…{shown[-5:]}"
