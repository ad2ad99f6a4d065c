"""Opening a Word file of a stranger: unpacked within limits, parsed without entities or network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from lxml import etree

from portal.cms.uploads import UploadRefused
from portal.cms.uploads.archives import broken
from portal.cms.uploads.office import check_office
from portal.cms.uploads.pdf import is_pdf

from ..fields import KINDS

MOST_BYTES = 10 * 1024 * 1024
# A page has some thousand elements; a template of 20 pages, pasted text included, a tenth of this.
MOST_ELEMENTS = 400_000
_OLE = b"\xd0\xcf\x11\xe0"
_CORE = "docProps/core.xml"
_CREATED = "{http://purl.org/dc/terms/}created"
_KEYWORDS = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords"


@dataclass(frozen=True)
class WordFile:
    """A Word file that may be read.

    parts: its parts by name, as bytes. made: when the template was made, where it is one and says
    so. kind, key: of the submission for which it was made, or "".
    """

    parts: Mapping[str, bytes]
    made: datetime | None
    kind: str
    key: str

    def xml(self, name: str) -> Any:
        """Give the root of a part, or None where there is none. Raises UploadRefused."""
        source = self.parts.get(name)
        return None if source is None else parse(source)


def open_word(data: bytes) -> WordFile:
    """Give a Word file. Raises UploadRefused, with what to do, for everything else."""
    if not data:
        raise UploadRefused(_("The file is empty. Look whether it was saved, and choose it again."))
    if len(data) > MOST_BYTES:
        raise UploadRefused(
            _("The file is too large: at most 10 MB. Take the pictures out, and choose it again.")
        )
    if is_pdf(data):
        raise UploadRefused(
            _("This is a PDF. Choose the Word file (.docx) from which it was made.")
        )
    if not data.startswith(b"PK") and not data.startswith(_OLE):
        raise UploadRefused(_not_word())
    if data.startswith(_OLE):
        raise UploadRefused(
            _("This is an old or protected Word file. Save it as .docx without a password.")
        )
    office = check_office(data)
    if office.extension == "odt":
        raise UploadRefused(
            _("This is an OpenDocument text. Save it as Word file (.docx), and choose that one.")
        )
    if office.extension != "docx":
        raise UploadRefused(_not_word())
    made, keywords = _about(office.parts.get(_CORE))
    kind, _space, key = keywords.partition(" ")
    if kind not in dict(KINDS):  # somebody's own file, begun whenever
        return WordFile(office.parts, None, "", "")
    return WordFile(office.parts, made, kind, key)


def _not_word() -> str:
    return _("This is no Word file. Choose the template that you filled in (.docx).")


def parse(source: bytes) -> Any:
    """Parse a part. Raises UploadRefused where it is broken, or made to harm."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UploadRefused(broken()) from None
    if root.getroottree().docinfo.doctype:
        raise UploadRefused(broken())
    for number, _element in enumerate(root.iter()):
        if number > MOST_ELEMENTS:
            raise UploadRefused(
                _("The file holds far more than a template. Copy your answers into a new one.")
            )
    return root


def _about(source: bytes | None) -> tuple[datetime | None, str]:
    if source is None:
        return None, ""
    root = parse(source)
    made = parse_datetime((root.findtext(_CREATED) or "").strip())
    if made is not None and made.tzinfo is None:
        made = made.replace(tzinfo=UTC)
    return made, (root.findtext(_KEYWORDS) or "").strip()[:100]
