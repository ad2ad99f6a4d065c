"""PDF files: whole, unprotected, and without actions of their own.

No PDF is taken apart here: names that start programs are looked for in the file itself and in its
packed objects, which keeps out what writers make in good faith and what is found in the wild. Who
hides an action from this finds readers that ask before they act.
"""

from __future__ import annotations

import re
import zlib

from django.utils.translation import gettext as _

from .archives import broken, protected
from .errors import UploadRefused

_END = rb"(?=[\s<>\[\]()/%]|$)"
_ACTIONS = re.compile(rb"/(?:JavaScript|Launch|RichMedia|XFA|ImportData)" + _END)
_ATTACHED = re.compile(rb"/EmbeddedFiles?" + _END)
_ENCRYPTED = re.compile(rb"/Encrypt" + _END)
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm\b[^\0]{0,400}?stream\r?\n", re.S)
_UNPACKED = 50 * 1024 * 1024
# The header may stand a little later, but then the file may be something else at the same time.
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,16}%PDF-[12]\.\d")


def is_pdf(data: bytes) -> bool:
    """Tell whether a file says that it is a PDF."""
    return _HEADER.match(data) is not None


def check_pdf(data: bytes) -> None:
    """Raise UploadRefused for a PDF that is cut off, protected, or acts by itself."""
    if b"%%EOF" not in data[-4096:]:
        raise UploadRefused(broken())
    if _ENCRYPTED.search(data):
        raise UploadRefused(protected())
    for part in (data, *_packed_objects(data)):
        names = _HEX.sub(lambda found: bytes([int(found[1], 16)]), part)
        if _ACTIONS.search(names):
            raise UploadRefused(
                _(
                    "The PDF holds programs or actions (JavaScript, forms that compute). "
                    "Print it into a new PDF, and choose that file."
                )
            )
        if _ATTACHED.search(names):
            raise UploadRefused(
                _("The file holds other files. Take them out, and choose them one by one.")
            )


def _packed_objects(data: bytes) -> list[bytes]:
    """Give the objects that the file keeps packed, within a limit."""
    found: list[bytes] = []
    room = _UNPACKED
    for match in _PACKED.finditer(data):
        unpacker = zlib.decompressobj()
        try:
            part = unpacker.decompress(data[match.end() :], max(room, 1))
        except zlib.error:
            continue  # not packed this way: what it says was read as it stands
        room -= len(part)
        if room <= 0:
            raise UploadRefused(broken())
        found.append(part)
    return found
