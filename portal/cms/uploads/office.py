"""Office files: which one it is, and whether something in it acts by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from .archives import broken, protected, unpack
from .errors import UploadRefused

CONTENT_TYPES = "[Content_Types].xml"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS = {
    f"{_OPEN_XML}wordprocessingml.document.main+xml": "docx",
    f"{_OPEN_XML}spreadsheetml.sheet.main+xml": "xlsx",
    f"{_OPEN_XML}presentationml.presentation.main+xml": "pptx",
}
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_MIMETYPES = {
    f"{_OPEN_DOCUMENT}text": "odt",
    f"{_OPEN_DOCUMENT}spreadsheet": "ods",
    f"{_OPEN_DOCUMENT}presentation": "odp",
}
# Of these types of content, some program comes with the file.
_ACTIVE_TYPES = ("macroenabled", "vbaproject", "macrosheet", "activex", "oleobject")
_ACTIVE_NAMES = re.compile(r"(?i)(^|/)(vbaProject[^/]*\.bin|macrosheets/|activeX/|oleObject[^/]*)")
_EMBEDDED = re.compile(r"(?i)/embeddings/[^/]+\.(docx|xlsx|pptx)$")
_ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"MZ")
_ELSEWHERE = ("http:", "https:", "ftp:", "smb:", "mhtml:", "//")
_ODF_FETCHED = re.compile(
    rb"<draw:(?:image|object|object-ole|plugin|applet)\b[^>]*xlink:href=\"(?:https?|ftp|smb|file):",
    re.I,
)


@dataclass(frozen=True)
class Office:
    """An office file: its extension, its content type, its parts by name."""

    extension: str
    content_type: str
    parts: Mapping[str, bytes]


def check_office(data: bytes, *, inside: bool = False) -> Office:
    """Tell which office file an archive is. inside: it stands in another one.

    Raises UploadRefused where it is none, is broken or protected, holds macros or other programs,
    or would fetch something from elsewhere when it is opened.
    """
    parts = unpack(data)
    office = _open_xml(parts) if CONTENT_TYPES in parts else _open_document(parts)
    _check_inside(parts, inside=inside)
    return office


def programs() -> str:
    """Say that a file holds programs."""
    return _("The file holds macros or other programs. Save it without them (as PDF, for example).")


def _not_office() -> str:
    return _(
        "This archive is no Word, Excel, PowerPoint or OpenDocument file. "
        "Choose the files in it one by one."
    )


def _open_xml(parts: Mapping[str, bytes]) -> Office:
    types = [
        (str(element.get("PartName", "")).lstrip("/"), str(element.get("ContentType", "")))
        for element in _xml(parts[CONTENT_TYPES])
    ]
    if any(word in kind.lower() for _name, kind in types for word in _ACTIVE_TYPES):
        raise UploadRefused(programs())
    for name, kind in types:
        if kind in _MAIN_PARTS and name in parts:
            for rels in (part for part in parts if part.lower().endswith(".rels")):
                _check_relations(parts[rels])
            return Office(_MAIN_PARTS[kind], kind.removesuffix(".main+xml"), parts)
    raise UploadRefused(_not_office())


def _check_relations(rels: bytes) -> None:
    """Refuse what would be fetched by itself: links that a reader follows are none of these."""
    for element in _xml(rels):
        kind = str(element.get("Type", "")).rsplit("/", 1)[-1].lower()
        if element.get("TargetMode") != "External" or kind == "hyperlink":
            continue
        if _is_elsewhere(str(element.get("Target", ""))):
            raise UploadRefused(_fetches())


def _is_elsewhere(target: str) -> bool:
    """Tell whether a target is on another machine: templates on the writer's own are not found."""
    target = unquote(target).strip().lower().replace("\\", "/")
    if target.startswith("file:"):
        slashes = len(target) - len("file:") - len(target.removeprefix("file:").lstrip("/"))
        return slashes == 2 or slashes > 3
    return target.startswith(_ELSEWHERE)


def _fetches() -> str:
    return _(
        "The file fetches pictures, templates or data from elsewhere when it is opened. "
        "Put them into the file, or save it as PDF."
    )


def _open_document(parts: Mapping[str, bytes]) -> Office:
    mimetype = parts.get("mimetype", b"")[:100].decode("ascii", errors="replace").strip()
    if mimetype not in _MIMETYPES or "content.xml" not in parts:
        raise UploadRefused(_not_office())
    manifest = parts.get("META-INF/manifest.xml", b"")
    if b"encryption-data" in manifest:
        raise UploadRefused(protected())
    if any(name.startswith(("Basic/", "Scripts/")) for name in parts):
        raise UploadRefused(programs())
    if any(_ODF_FETCHED.search(parts.get(name, b"")) for name in ("content.xml", "styles.xml")):
        raise UploadRefused(_fetches())
    return Office(_MIMETYPES[mimetype], mimetype, parts)


def _check_inside(parts: Mapping[str, bytes], *, inside: bool) -> None:
    """Refuse programs and archives inside; the sheet behind a chart is checked like the file."""
    for name, content in parts.items():
        if _ACTIVE_NAMES.search(name):
            raise UploadRefused(programs())
        if not content.startswith(_ARCHIVES):
            continue
        if inside or not _EMBEDDED.search(name) or not content.startswith(b"PK"):
            raise UploadRefused(
                _("The file holds other files. Take them out, and choose them one by one.")
            )
        check_office(content, inside=True)


def _xml(source: bytes) -> list[Element]:
    try:
        return list(fromstring(source, forbid_dtd=True))
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise UploadRefused(broken()) from None
