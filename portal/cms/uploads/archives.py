"""Archives: unpacked within limits before anything in them is believed."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from django.utils.translation import gettext as _

from .errors import UploadRefused

ENTRIES = 2_000
UNPACKED = 100 * 1024 * 1024
# Text of an office file shrinks to a twentieth; what shrinks more is made to burst.
RATIO = 200
RATIO_FROM = 1024 * 1024  # little files may be as empty as they like
_CHUNK = 64 * 1024


def unpack(data: bytes, *, ratio_from: int = RATIO_FROM) -> Mapping[str, bytes]:
    """Give the entries of an archive by name. Raises UploadRefused for what is broken or bursts.

    ratio_from: how large an entry is from which on it may not shrink suspiciously much.
    What the archive says of its sizes is checked first, and not believed while unpacking.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, len(data), ratio_from)
            return _read(archive, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise UploadRefused(broken()) from None
    except RuntimeError:  # what zipfile raises where a password is needed
        raise UploadRefused(protected()) from None


def broken() -> str:
    """Say that a file is damaged."""
    return _("The file is damaged. Open it, save it again, and choose the new file.")


def protected() -> str:
    """Say that a file is protected by a password."""
    return _("The file is protected by a password. Save it without one, and choose the new file.")


def _too_much() -> str:
    return _("Unpacked, the file would be far too large. Take out pictures or sheets, and save it.")


def _check_sizes(entries: list[zipfile.ZipInfo], size: int, ratio_from: int) -> None:
    packed = sum(entry.compress_size for entry in entries)
    whole = sum(entry.file_size for entry in entries)
    if len(entries) > ENTRIES or whole > UNPACKED:
        raise UploadRefused(_too_much())
    if packed > size:  # entries that share their bytes
        raise UploadRefused(broken())
    names = set()
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise UploadRefused(protected())
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or entry.filename.startswith(("/", "\\")) or entry.filename in names:
            raise UploadRefused(broken())
        names.add(entry.filename)
        if entry.file_size > ratio_from and entry.file_size > RATIO * max(entry.compress_size, 1):
            raise UploadRefused(_too_much())


def _read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        if entry.is_dir():
            continue
        parts = []
        with archive.open(entry) as source:
            while chunk := source.read(_CHUNK):
                total += len(chunk)
                if total > UNPACKED:
                    raise UploadRefused(_too_much())
                parts.append(chunk)
        found[entry.filename] = b"".join(parts)
    return found
